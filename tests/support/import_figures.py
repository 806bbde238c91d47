"""What an import of a Markdown file did: the words that were lost, the bins of its lines, and what was placed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options
from lxml import html

from pmexport import import_report, render
from pmexport.importing.draft import Draft
from pmexport.importing.markdown.front_matter import find_front_matter
from pmexport.importing.markdown.heading_words import load_words, normalize
from pmexport.importing.markdown.inline_text import heading_text, plain
from pmexport.importing.notes import Note

_WORD = re.compile(r"[^\W_]+")
_TIME_WORD = re.compile(
    r"\d{1,4}(?:st|nd|rd|th|z|am|pm|h)?|t\d\d|\d\dt\d\d|am|pm|utc|jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*"
    r"|sep\w*|oct\w*|nov\w*|dec\w*|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
)
_LABEL = re.compile(r"^\s*(?:[-*+]\s+)?(?:\*\*|__)?([^*_:\n]{1,60}?)(?:\*\*|__)?\s*:")
_TIMED = ("timeline", "date", "milestones", "title", "metadata", "sections")


@dataclass(frozen=True)
class Figures:
    """The figures of one file."""

    name: str
    words: int
    lost: Counter[str]
    known: int
    """Words in lines that went to a field."""
    own: int
    """Words in lines that went to a section of its own."""
    unclear: int
    """Lines that were not understood."""
    timed: int
    entries: int

    @property
    def share(self) -> float:
        """The share of the words that are in known fields."""
        return self.known / max(1, self.known + self.own)


def shown_words(markdown: str) -> Counter[str]:
    """Return the words that GitHub shows for a Markdown text."""
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    page = cmarkgfm.github_flavored_markdown_to_html(markdown, options=options)
    root = html.fromstring(f"<div>{re.sub('<!--.*?-->', '', page, flags=re.DOTALL)}</div>")
    for number in list(root.iter("a", "sup")):  # each section counts its own footnotes
        if number.get("class", "").startswith("footnote-"):
            tail = number.tail
            number.clear()
            number.tail = tail
    return Counter(_WORD.findall(" ".join(map(str, root.itertext())).casefold()))


def measure_file(path: Path) -> tuple[Path, Figures, Draft]:
    """Return a file, its figures, and its draft."""
    lines = path.read_text("utf-8").splitlines()
    draft = import_report([path], "markdown")
    size = find_front_matter(lines)
    source = shown_words("\n".join(lines[size:]))
    report = draft.report.with_fields(language="en")  # the labels of a status are words of the author's, too
    output = shown_words(render(report, "md").decode())
    lost = source - output - _excused(lines, draft.notes)
    bins = {name: _count(lines, draft.notes, name) for name in ("taken", "own_section")}
    entries = draft.fields.get("timeline", [])
    figures = Figures(
        path.name,
        sum(source.values()),
        lost,
        bins["taken"],
        bins["own_section"],
        sum(note.bin == "not_understood" for note in draft.notes),
        sum("time" in entry for entry in entries),
        len(entries),
    )
    return path, figures, draft


def check_lines(path: Path, notes: list[Note]) -> None:
    """Assert that every line is in exactly one note."""
    at = 1
    for note in notes:
        assert note.line == at, (path.name, note)
        assert note.last is not None
        assert note.last >= note.line
        at = note.last + 1
    assert at == len(path.read_text("utf-8").replace("\r\n", "\n").split("\n")) + 1


def _count(lines: list[str], notes: list[Note], name: str) -> int:
    return sum(
        len(_WORD.findall("\n".join(lines[(note.line or 1) - 1 : note.last])))
        for note in notes
        if note.bin == name and note.field != "x-front-matter"
    )


def _excused(lines: list[str], notes: list[Note]) -> Counter[str]:
    """Return the words that do not count: of headings, labels and headers that became a field, and times."""
    words = load_words({})
    out: Counter[str] = Counter()
    for note in notes:
        if note.bin not in ("taken", "left_out", "own_section"):
            continue
        for number in range((note.line or 1) - 1, note.last or 0):
            line = lines[number] if number < len(lines) else ""
            after = lines[number + 1] if number + 1 < len(lines) else ""
            if re.match(r"\s{0,3}#", line) or re.match(r"^(=+|-+)\s*$", after):
                text = heading_text(line)
                if (
                    all(map(words.find_heading, text.split(" / ")))
                    or words.find_type(text)
                    or note.field.startswith(("timeline", "action_items"))
                ):
                    out.update(_WORD.findall(text.casefold()))
            for segment in re.split(r"<br\s*/?>", line):
                label = _LABEL.match(segment)
                if label and (words.find_label(plain(label[1])) or words.headings.get(normalize(label[1]))):
                    out.update(_WORD.findall(label[1].casefold()))
                whole = segment.strip().strip("*_-: ")
                if words.headings.get(normalize(whole)):
                    out.update(_WORD.findall(whole.casefold()))
            if re.match(r"^\s*\|?[\s:|-]*-[\s:|-]*\|?[\s:|-]*$", after) and "|" in line:
                out.update(_WORD.findall(line.casefold()))
            if "|" in line:
                for cell in line.split("|"):
                    if words.find_label(plain(cell)):
                        out.update(_WORD.findall(cell.casefold()))
            if note.field.startswith(_TIMED):
                out.update(word for word in _WORD.findall(line.casefold()) if _TIME_WORD.fullmatch(word))
            if note.field.startswith(("action_items", "timeline", "milestones", "five_whys")):
                out.update(re.findall(r"\b(?:done|todo|because|x|owner|assignee|due)\b", line.casefold()))
                out.update(word for word in words.answers if word in line.casefold())
                out.update(
                    word
                    for word in re.findall(r"^\s*[-*+]?\s*([^\d:]{2,30}?)\s+\d{4}-", line.casefold())
                    for word in _WORD.findall(word)
                )
    return out
