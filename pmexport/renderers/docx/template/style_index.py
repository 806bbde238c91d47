"""The styles of a template, to be looked up: by name in whatever language, and by what they come to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from lxml import etree

from pmexport.renderers.docx.oxml import NAMESPACES, W

_NUMBER = re.compile(r"\s*([+-]?\d{1,9}(?:\.\d{1,9})?)(mm|cm|in|pt|pc|pi)?\s*")
_UNITS = {"mm": 1440 / 25.4, "cm": 1440 / 2.54, "in": 1440, "pt": 20, "pc": 240, "pi": 240}
_NO_LETTER = re.compile("[^a-z0-9]")


@cache
def _path(path: str) -> etree.XPath:
    return etree.XPath(path, namespaces={**NAMESPACES, "wp": _DRAWING})


_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"


def select(element: etree._Element, path: str) -> list[Any]:
    """Return what an XPath finds; python-docx's elements have a method `xpath` of their own, the others lxml's."""
    found = _path(path)(element)
    assert isinstance(found, list)
    return found


def as_number(text: str | None, default: int = 0) -> int:
    """Return a whole number as Word's attributes hold it, or a length such as `2.5cm` in twentieths of a point."""
    found = _NUMBER.fullmatch(text or "")
    return default if found is None else round(float(found[1]) * _UNITS.get(found[2], 1))


def remove(elements: Iterable[etree._Element]) -> None:
    """Take elements out of what they stand in."""
    for element in list(elements):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)


class Sheet:
    """The styles of a template. They are looked up, never changed; new ones may be added."""

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        self._styles: dict[str, etree._Element] = {}
        self._names: dict[tuple[str, str], str] = {}
        for style in element.iterchildren(f"{W}style"):
            identifier = style.get(f"{W}styleId", "")
            self._styles[identifier] = style
            for name in _names_of(style):
                self._names.setdefault((kind_of(style), name.casefold()), identifier)
        self._ids = {(kind_of(style), _letters(key)): key for key, style in self._styles.items()}
        self.taken = {key.casefold() for key in self._styles} | {name for _, name in self._names}
        """The ids and names of its styles, in small letters."""

    def find(self, kind: str, names: Iterable[str]) -> str | None:
        """Return the id of the style that has the first of these names that there is; then, an id made of one.

        Word keeps the English names of its own styles, and makes the ids of the letters of the translated ones.
        """
        names = list(names)
        named = (self._names.get((kind, name.casefold())) for name in names)
        identified = (self._ids.get((kind, _letters(name))) for name in names)
        return next(filter(None, (*named, *identified)), None)

    def name(self, identifier: str) -> str:
        """Return a style's own name."""
        return name_of(self._styles[identifier])

    def names(self, kind: str) -> list[str]:
        """Return the names of all styles of a kind."""
        return [name_of(style) for style in self._styles.values() if kind_of(style) == kind]

    def own(self, kind: str) -> list[str]:
        """Return the ids of the styles of a kind that are neither Word's own nor the default."""
        marked = select(self.element, f"w:style[@w:type='{kind}' and (@w:customStyle='1' or @w:customStyle='true')]")
        return [style.get(f"{W}styleId") for style in marked if style.get(f"{W}default") is None]

    def on_level(self, level: int) -> str | None:
        """Return the paragraph style on this level of the outline, from 0; None unless it is the only one."""
        found = select(self.element, f"w:style[@w:type='paragraph'][w:pPr/w:outlineLvl/@w:val='{level}']/@w:styleId")
        return str(found[0]) if len(found) == 1 else None

    def default(self, kind: str) -> str | None:
        """Return the style of what names none; LibreOffice marks none as such."""
        found = select(self.element, f"w:style[@w:type='{kind}'][@w:default='1' or @w:default='true']/@w:styleId")
        named = {"paragraph": "Normal", "character": "Default Paragraph Font", "table": "Normal Table"}.get(kind, "")
        return str(found[0]) if found else self.find(kind, [named])

    def value(self, identifier: str | None, path: str) -> str | None:
        """Return a value such as `w:rPr/w:sz/@w:val` of a style, else of those it is based on, else of the defaults."""
        for style in self._line(identifier):
            if found := select(style, path):
                return str(found[0])
        found = select(self.element, f"w:docDefaults/*/{path}")
        return str(found[0]) if found else None

    def part_of_table(self, identifier: str, part: str, path: str) -> str | None:
        """Return what a style of tables says of a part of them, such as `firstRow`."""
        return next(
            (str(found) for found in select(self._styles[identifier], f"w:tblStylePr[@w:type='{part}']/{path}")), None
        )

    def number(self, identifier: str | None, path: str, default: int = 0) -> int:
        """Return a value that is a number."""
        return as_number(self.value(identifier, path), default)

    def _line(self, identifier: str | None) -> Iterator[etree._Element]:
        seen: set[str] = set()
        while identifier in self._styles and identifier not in seen:
            seen.add(identifier)
            style = self._styles[identifier]
            yield style
            identifier = next(map(str, select(style, "w:basedOn/@w:val")), None)


def kind_of(style: etree._Element) -> str:
    """Return whether a style is one of paragraphs, characters, tables or lists."""
    return style.get(f"{W}type", "paragraph")


def name_of(style: etree._Element) -> str:
    """Return a style's name."""
    return next(map(str, select(style, "w:name/@w:val")), "")


def _names_of(style: etree._Element) -> Iterator[str]:
    yield name_of(style)
    for names in select(style, "w:aliases/@w:val"):
        yield from (name.strip() for name in re.split("[,;]", names))


def _letters(name: str) -> str:
    return _NO_LETTER.sub("", name.lower())
