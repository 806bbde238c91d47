"""The lists of a Word file. Each numbered list counts on its own."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from pmexport.renderers.docx.oxml import child

LEVELS = 9
"""How deep Word's lists go; what is deeper stays on the last level."""
STEP = 340
"""How far each level is indented, in twentieths of a point: 6 mm."""
HIGHEST = 32767
"""The highest first number that Word takes."""
BULLETS, NUMBERS, UNMARKED = 1, 2, 3
"""The ids of the shared lists: of bullets; of numbers, for the style; of items that bring their own mark as text."""
STYLED = 5
"""How many levels Word has styles for: List Bullet, List Bullet 2 and so on."""
_LISTS = {BULLETS: "ListBullet", NUMBERS: "ListNumber"}
_MARKS = "•\u2013"  # a dot, then an en dash


def styled(kind: str, level: int) -> str:
    """Return the id of the style for this level, from 0, of ListBullet, ListNumber or ListContinue."""
    return f"{kind}{min(level + 1, STYLED)}" if level else kind


@dataclass(frozen=True, slots=True)
class _Counted:
    level: int
    start: int
    definition: int


class Numbering:
    """The lists of one document."""

    def __init__(self, *, by_style: bool) -> None:
        """Begin without lists. `by_style`: a bulleted list needs no more than its style, which says where it stands."""
        self._by_style = by_style
        self._definitions = UNMARKED
        self._counted: list[_Counted] = []

    def count(self, level: int, start: int, *, apart: bool) -> int:
        """Return the id of a new list that counts from `start` on this level.

        `apart`: a list around it counts on the same level, and would go on where this one ends but for a definition of
        its own.
        """
        self._definitions += apart
        self._counted.append(_Counted(level, start, self._definitions if apart else NUMBERS))
        return UNMARKED + len(self._counted)

    def has_style(self, identifier: int, level: int) -> bool:
        """Return whether the style of a list on this level says all of it."""
        return self._by_style and identifier == BULLETS and level < STYLED

    def write(self, numbering: etree._Element) -> None:
        """Replace the content of a numbering part: all definitions, then all lists."""
        for old in list(numbering):
            numbering.remove(old)
        for identifier in range(1, self._definitions + 1):
            _define(numbering, identifier, _LISTS.get(identifier) if self._by_style else None)
        for identifier in (BULLETS, NUMBERS, UNMARKED):
            child(child(numbering, "num", numId=identifier), "abstractNumId", val=identifier)
        for identifier, counted in enumerate(self._counted, UNMARKED + 1):
            number = child(numbering, "num", numId=identifier)
            child(number, "abstractNumId", val=counted.definition)
            child(child(number, "lvlOverride", ilvl=counted.level), "startOverride", val=counted.start)


def _define(numbering: etree._Element, identifier: int, style: str | None) -> None:
    definition = child(numbering, "abstractNum", abstractNumId=identifier)
    child(definition, "multiLevelType", val="multilevel")
    for level in range(LEVELS):
        _level(definition, level, identifier, styled(style, level) if style and level < STYLED else None)


def _level(definition: etree._Element, level: int, identifier: int, style: str | None) -> None:
    kind, mark = {
        BULLETS: ("bullet", _MARKS[level % len(_MARKS)]),
        UNMARKED: ("none", ""),
    }.get(identifier, ("decimal", f"%{level + 1}."))
    element = child(definition, "lvl", ilvl=level)
    child(element, "start", val=1)
    child(element, "numFmt", val=kind)
    if style:
        child(element, "pStyle", val=style)
    if identifier == UNMARKED:
        child(element, "suff", val="nothing")
    child(element, "lvlText", val=mark)
    child(element, "lvlJc", val="left")
    child(child(element, "pPr"), "ind", left=STEP * (level + 1), hanging=STEP)
