"""Ten broken reports, as agents write them, each repaired by following the `help` of its problems and nothing else.

`_STEPS` does literally what a help says, at the line and column of the problem. It sees neither the message nor the
report as it should be, which stands next to the broken one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pmexport import digest, load
from pmexport.errors import PmexportError
from pmexport.reading import FORMATS

FOLDER = Path(__file__).parent / "broken"
BROKEN = sorted(path for path in FOLDER.iterdir() if ".fixed" not in path.name)
MOST_STEPS = 20


class Text:
    """The text of a report, and the place of a problem in it."""

    def __init__(self, text: str, problem: dict[str, Any]) -> None:
        self.lines: list[str] = text.splitlines()
        self.row: int = problem["line"] - 1
        self.column: int = problem["column"] - 1
        self.key = re.split(r"[.\[]", problem["path"])[-1]

    @property
    def line(self) -> str:
        return self.lines[self.row]

    @property
    def rest(self) -> str:
        """What stands at the place, up to the end of its line."""
        return self.line[self.column :]

    @rest.setter
    def rest(self, text: str) -> None:
        self.lines[self.row] = self.line[: self.column] + text

    @property
    def value_column(self) -> int:
        """Where the value begins in which the place is."""
        return max((match.end() for match in re.finditer(r"^ *(?:- )?(?:[\w ]+[:=] +)?", self.line)), default=0)

    def quote_value(self, quote: str) -> None:
        self.column = self.value_column
        self.rest = quote + self.rest + quote

    def take_entry(self) -> str:
        """Remove the entry that begins at the place, and return it."""
        return self.lines.pop(self.row).strip()

    def put_entry(self, parent: str, entry: str) -> None:
        """Add an entry to a mapping at the top level, which is added too if it is missing."""
        if f"{parent}:" not in self.lines:
            self.lines.append(f"{parent}:")
        self.lines.insert(self.lines.index(f"{parent}:") + 1, f"  {entry}")


Step = Callable[[Text, re.Match[str]], None]


def _replace(text: Text, match: re.Match[str]) -> None:
    """Replace the key that begins at the place, or else the value."""
    text.rest = re.sub(r"^[\w-]+(?=:| =)|^[^,:}]+", match["new"], text.rest, count=1)


def _rename(text: Text, match: re.Match[str]) -> None:
    text.lines[text.row] = text.line.replace(f"{text.key}:", f"{match['new']}:", 1)


def _add(text: Text, match: re.Match[str]) -> None:
    text.lines.insert(text.row, " " * text.column + f"{match['key']}: {match['value']}")
    below = text.lines[text.row + 1]
    if below[: text.column].strip() == "-":  # the first key of an item stands after its dash
        text.lines[text.row] = below[: text.column] + text.line.strip()
        text.lines[text.row + 1] = " " * text.column + below[text.column :]


def _move_in(text: Text, match: re.Match[str]) -> None:
    text.put_entry(match["parent"], text.take_entry())


def _move_up(text: Text, _match: re.Match[str]) -> None:
    text.lines.append(text.take_entry())


def _move_out(text: Text, match: re.Match[str]) -> None:
    assert text.line.startswith(f"{match['key']}:")
    text.lines = [line[2:] for line in text.lines[text.row + 1 :]]


def _quote(text: Text, match: re.Match[str]) -> None:
    text.quote_value("'" if match["kind"] == "single" else '"')


def _align(text: Text, _match: re.Match[str]) -> None:
    above = text.lines[text.row - 1]
    text.lines[text.row] = " " * (len(above) - len(above.lstrip())) + text.line.lstrip()


def _indent_with_spaces(text: Text, _match: re.Match[str]) -> None:
    text.lines = [line.replace("\t", "  ") for line in text.lines]


def _begin_block(text: Text, match: re.Match[str]) -> None:
    text.lines = [f"{line} |" if line.strip() == match["key"] else line for line in text.lines]


def _remove_brackets(text: Text, _match: re.Match[str]) -> None:
    text.rest = text.rest.replace("[", "", 1).replace("]", "", 1)


def _give_key(text: Text, match: re.Match[str]) -> None:
    text.rest = f"{{{match['key']}: {text.rest}}}"


def _remove_lines(text: Text, match: re.Match[str]) -> None:
    text.lines = [line for line in text.lines if not line.startswith(match["begin"])]


def _remove_one(text: Text, _match: re.Match[str]) -> None:
    text.take_entry()


def _remove_comma(text: Text, _match: re.Match[str]) -> None:
    whole = "\n".join(text.lines)
    place = sum(len(line) + 1 for line in text.lines[: text.row]) + text.column
    comma = whole.rindex(",", 0, place)
    text.lines = (whole[:comma] + whole[comma + 1 :]).split("\n")


def _change_quotes(text: Text, _match: re.Match[str]) -> None:
    text.rest = text.rest.replace("'", '"', 2)


_STEPS: dict[str, Step] = {
    r"Did you mean (?P<new>[\w/-]+)": _replace,
    r"[Ww]rite (?P<new>\w+)[.,]": _replace,
    r"Put a sentence in `(?P<new>\w+)`": _rename,
    r"Add .*`(?P<key>\w+)`.*, such as (?P<value>.*)\.": _add,
    r"It belongs in (?P<parent>\w+)\.": _move_in,
    r"It belongs at the top level\.": _move_up,
    r"Move the keys below it to the top level, and remove `(?P<key>\w+)`\.": _move_out,
    r"Put (the whole value in|(?P<kind>single|double)) quotes|Put the whole value in double quotes|Quote the": _quote,
    r"All keys of a mapping must start in the same column": _align,
    r"Indent with spaces\.": _indent_with_spaces,
    r"To write a Markdown list, put \| after `(?P<key>\w+:)`\.": _begin_block,
    r"An item cannot be a list: remove the inner brackets": _remove_brackets,
    r"Give each milestone a key: `(?P<key>\w+):": _give_key,
    r"Remove the lines that begin with (?P<begin>```)\.": _remove_lines,
    r"Remove one of them": _remove_one,
    r"Remove the comment": _remove_one,
    r"Remove the comma before it\.": _remove_comma,
    r"Replace the single quotes around it with double quotes\.": _change_quotes,
}


def _follow(text: str, problem: dict[str, Any]) -> str:
    """Return a text after doing what the help of a problem says."""
    place = Text(text, problem)
    for pattern, step in _STEPS.items():
        if match := re.search(pattern, problem["help"]):
            step(place, match)
            return "\n".join(place.lines) + "\n"
    pytest.fail(f"the help says nothing to do: {problem}")


def _first_problem(text: str, name: str) -> dict[str, Any] | None:
    try:
        load(text.encode(), format=name)
    except PmexportError as error:
        return error.problems[0].as_dict()
    return None


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_report_is_repaired_by_its_help_alone(path: Path) -> None:
    text, name = path.read_text("utf-8"), FORMATS[path.suffix]
    steps = 0
    while problem := _first_problem(text, name):
        before, text = text, _follow(text, problem)
        steps += 1
        assert text != before, problem
        assert steps < MOST_STEPS, problem
    assert steps
    assert digest(load(text.encode(), format=name)) == digest(load(path.with_name(f"{path.stem}.fixed.yaml"))), text


def test_there_are_ten() -> None:
    assert len(BROKEN) >= 10
