"""Labels in square brackets: those a text uses, and those it defines (CommonMark 0.31, 4.7 and 6.3; GFM footnotes)."""

import re
from collections.abc import Iterator, Sequence

_TITLE = r"""(?:"[^"]*+"|'[^']*+'|\([^()]*+\))"""
_TARGET = rf"(?:<[^<>]*+>|[^\s<]\S*+)(?:[ ]++{_TITLE})?"
DEFINITION = re.compile(rf"\[(?!\^)(?P<label>[^\[\]]+)\]:[ ]*(?P<target>{_TARGET})?[ ]*$")
"""A line that defines a label; without a target, that is on the next line."""
NOTE = re.compile(r"\[(?P<label>\^[^\[\]\s]+)\]:[ ]*")
"""The start of a footnote."""
_PREFIX = r"^[ \t]*+(?:(?:[>*+-]|\d{1,9}[.)])[ \t]*+)*+"
"""The marks of quotes and lists before a definition; not a date, as in `- 2023-03-03[^1]:`."""
_REFERENCE = re.compile(
    rf"{_PREFIX}(?:\[(?P<note>\^[^\[\]\s]+)\]:|{DEFINITION.pattern})"
    r"|(?P<escaped>\\)?\[(?P<used>[^\[\]]+)\]",
    re.MULTILINE,
)
_ADDRESS_SIGN = re.compile(r"[/.:#@<]")


def fold_label(text: str) -> str:
    """Return a label in the form in which labels are compared."""
    return " ".join(text.split()).casefold()


def match_definition(line: str) -> re.Match[str] | None:
    """Return the definition that a line is. A single word after a label is a remark on it, not a target."""
    found = DEFINITION.match(line)
    return found if found and (found["target"] is None or _ADDRESS_SIGN.search(found["target"])) else None


def ends_definition(lines: Sequence[str]) -> bool:
    """Return whether the last lines of a paragraph are a definition, so that another may follow; or there are none."""
    if not lines or match_definition(lines[-1]):
        return True
    before = match_definition(lines[-2]) if lines[1:] else None
    return before is not None and (before["target"] is None or re.fullmatch(_TITLE, lines[-1].strip()) is not None)


def find_used(text: str) -> dict[str, int]:
    """Return the labels that a text uses, not only defines, and where each first occurs."""
    used: dict[str, int] = {}
    for label, start in _iterate_used(text):
        used.setdefault(fold_label(label), start)
    return used


def find_defined(text: str) -> Iterator[str]:
    """Yield the labels that a text defines, of links and of footnotes."""
    for found in _REFERENCE.finditer(text) if "]:" in text else ():
        if found["note"] or _defines(found):
            yield fold_label(found["note"] or found["label"])


def _defines(found: re.Match[str]) -> bool:
    """Return whether a match is a definition."""
    return found["label"] is not None and match_definition(found.group()[found.group().index("[") :]) is not None


def _iterate_used(text: str) -> Iterator[tuple[str, int]]:
    for found in _REFERENCE.finditer(text):
        if found["used"] and not found["escaped"]:
            yield found["used"], found.start("used") - 1
        elif found["label"] and not _defines(found):
            yield found["label"], found.start("label") - 1
