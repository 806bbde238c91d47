"""Numbering definitions. Each numbered list counts separately."""

from pmexport.renderers.docx.oxml import Element, add_child

LEVELS = 9
"""Levels of a Word list; deeper items stay on the last level."""
STEP = 340
"""Indent of each level, in twips (6 mm)."""
MAX_NUMBER = 32767
"""The highest number that Word accepts."""
BULLETS, NUMBERS, UNMARKED = 1, 2, 3
"""Ids of the shared lists: bullets, the number style, and items whose marker is written as text."""
STYLED = 5
"""Levels with a built-in Word style: List Bullet, List Bullet 2 and so on."""
_LISTS = {BULLETS: "ListBullet", NUMBERS: "ListNumber"}
_MARKS = "•\u2013"  # a dot, then an en dash


def list_style(kind: str, level: int) -> str:
    """Return the style id of ListBullet, ListNumber or ListContinue at a level from 0."""
    return f"{kind}{min(level + 1, STYLED)}" if level else kind


CONTINUE_STYLES = [list_style("ListContinue", level) for level in range(STYLED)]
"""Styles of further paragraphs in list items, by level."""


class Numbering:
    """The lists of one document."""

    def __init__(self, *, by_style: bool) -> None:
        """Start without lists. by_style: whether the style alone defines a bulleted list."""
        self._by_style = by_style
        self._definitions = UNMARKED
        self._counted: list[tuple[int, int, int]] = []
        """The level, first number and definition of each numbered list."""

    def add_list(self, level: int, start: int, *, nested: bool) -> int:
        """Return the id of a new list that counts from `start` at this level.

        nested: whether an enclosing list counts at the same level. The list then needs its own definition; otherwise
        the outer list would continue from its last number.
        """
        self._definitions += nested
        self._counted.append((level, start, self._definitions if nested else NUMBERS))
        return UNMARKED + len(self._counted)

    def has_style(self, identifier: int, level: int) -> bool:
        """Return whether a style fully defines this list at this level."""
        return self._by_style and identifier == BULLETS and level < STYLED

    def write_lists(self, numbering: Element) -> None:
        """Replace the content of a numbering part with all definitions, followed by all lists."""
        for old in list(numbering):
            numbering.remove(old)
        for identifier in range(1, self._definitions + 1):
            _write_definition(numbering, identifier, _LISTS.get(identifier) if self._by_style else None)
        for identifier in (BULLETS, NUMBERS, UNMARKED):
            add_child(add_child(numbering, "num", numId=identifier), "abstractNumId", val=identifier)
        for identifier, (level, start, definition) in enumerate(self._counted, UNMARKED + 1):
            number = add_child(numbering, "num", numId=identifier)
            add_child(number, "abstractNumId", val=definition)
            add_child(add_child(number, "lvlOverride", ilvl=level), "startOverride", val=start)


def _write_definition(numbering: Element, identifier: int, style: str | None) -> None:
    definition = add_child(numbering, "abstractNum", abstractNumId=identifier)
    add_child(definition, "multiLevelType", val="multilevel")
    for level in range(LEVELS):
        _write_level(definition, level, identifier, list_style(style, level) if style and level < STYLED else None)


def _write_level(definition: Element, level: int, identifier: int, style: str | None) -> None:
    forms = {BULLETS: ("bullet", _MARKS[level % len(_MARKS)]), UNMARKED: ("none", "")}
    kind, mark = forms.get(identifier, ("decimal", f"%{level + 1}."))
    element = add_child(definition, "lvl", ilvl=level)
    add_child(element, "start", val=1)
    add_child(element, "numFmt", val=kind)
    if style:
        add_child(element, "pStyle", val=style)
    if identifier == UNMARKED:
        add_child(element, "suff", val="nothing")
    add_child(element, "lvlText", val=mark)
    add_child(element, "lvlJc", val="left")
    add_child(add_child(element, "pPr"), "ind", left=STEP * (level + 1), hanging=STEP)
