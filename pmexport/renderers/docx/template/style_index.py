"""Looks up a template's styles by name, in any language, and resolves their values."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from lxml import etree

from pmexport.renderers.docx.oxml import NAMESPACES, Element, W
from pmexport.renderers.shared.paper import to_twips

_NUMBER = re.compile(r"\s*([+-]?\d{1,9}(?:\.\d{1,9})?)(mm|cm|in|pt|pc|pi)?\s*")

_OFF = ("0", "false", "off")
_NO_LETTER = re.compile("[^a-z0-9]")


@cache
def _compile_path(path: str) -> etree.XPath:
    return etree.XPath(path, namespaces={**NAMESPACES, "wp": _DRAWING})


_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"


def select_nodes(element: Element, path: str) -> list[Any]:
    """Return the nodes an XPath selects; python-docx's elements override lxml's method `xpath`."""
    found = _compile_path(path)(element)
    assert isinstance(found, list)
    return found


def first_value(element: Element, path: str) -> str:
    """Return the first attribute or text an XPath selects; empty if there is none."""
    return next(map(str, select_nodes(element, path)), "")


def parse_number(text: str | None, default: int = 0) -> int:
    """Return the integer in an attribute, or a length such as `2.5cm` in twips."""
    found = _NUMBER.fullmatch(text or "")
    if found is None:
        return default
    return to_twips(found[0].strip()) if found[2] else round(float(found[1]))


def remove_elements(elements: Iterable[Element]) -> None:
    """Remove elements from their parents."""
    for element in list(elements):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)


class StyleIndex:
    """The styles of a template. They are not changed, but others may be added."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self._styles: dict[str, Element] = {}
        self._names: dict[tuple[str, str], str] = {}
        for style in element.iterchildren(f"{W}style"):
            identifier = style.get(f"{W}styleId", "")
            self._styles[identifier] = style
            for name in _all_names(style):
                self._names.setdefault((style_kind(style), name.casefold()), identifier)
        self._ids = {(style_kind(style), _ascii_letters(key)): key for key, style in self._styles.items()}
        self.taken = {key.casefold() for key in self._styles} | {name for _, name in self._names}
        """The ids and names of all styles, in lower case."""

    def find_style(self, kind: str, names: Iterable[str]) -> str | None:
        """Return the id of the first style with one of these names; otherwise, the first with an id made from one.

        Word keeps the English names of its built-in styles and makes ids from the letters of the translated ones.
        """
        names = list(names)
        named = (self._names.get((kind, name.casefold())) for name in names)
        identified = (self._ids.get((kind, _ascii_letters(name))) for name in names)
        return next(filter(None, (*named, *identified)), None)

    def style_name(self, identifier: str) -> str:
        """Return a style's name."""
        return style_name(self._styles[identifier])

    def names_in_chain(self, identifier: str) -> list[str]:
        """Return the names of a style and of the styles that it is based on, nearest first; none if it is missing."""
        return list(map(style_name, self._inheritance_chain(identifier)))

    def style_names(self, kind: str) -> list[str]:
        """Return the names of all styles of a kind."""
        return [style_name(style) for style in self._styles.values() if style_kind(style) == kind]

    def custom_styles(self, kind: str) -> list[str]:
        """Return the ids of the styles of a kind that are neither built in nor the default."""
        path = f"w:style[@w:type='{kind}' and (@w:customStyle='1' or @w:customStyle='true')]"
        marked = select_nodes(self.element, path)
        return [style.get(f"{W}styleId") for style in marked if style.get(f"{W}default") is None]

    def heading_style(self, level: int) -> str | None:
        """Return the only paragraph style at an outline level, from 0; None if there is none or several."""
        path = f"w:style[@w:type='paragraph'][w:pPr/w:outlineLvl/@w:val='{level}']/@w:styleId"
        found = select_nodes(self.element, path)
        return str(found[0]) if len(found) == 1 else None

    def default_style(self, kind: str) -> str | None:
        """Return the default style of a kind; LibreOffice does not mark it."""
        marked = first_value(self.element, f"w:style[@w:type='{kind}'][@w:default='1' or @w:default='true']/@w:styleId")
        named = {"paragraph": "Normal", "character": "Default Paragraph Font", "table": "Normal Table"}.get(kind, "")
        return marked or self.find_style(kind, [named])

    def resolve_value(self, identifier: str | None, path: str) -> str | None:
        """Return a value such as `w:rPr/w:sz/@w:val` from a style, its base styles or the document defaults."""
        return next(self.resolve_all(identifier, path), None)

    def resolve_all(self, identifier: str | None, path: str) -> Iterator[str]:
        """Yield the values that a style, its base styles and the document defaults set, nearest first."""
        places = [(style, path) for style in self._inheritance_chain(identifier)]
        places.append((self.element, f"w:docDefaults/*/{path}"))
        return (str(value) for place in places for value in select_nodes(*place))

    def has_property(self, identifier: str | None, tag: str) -> bool:
        """Return whether a style has a paragraph property that is on or off, such as `keepNext`."""
        found = next(
            (one for style in self._inheritance_chain(identifier) for one in style.findall(f"{W}pPr/{W}{tag}")), None
        )
        found = self.element.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr/{W}{tag}") if found is None else found
        return found is not None and found.get(f"{W}val") not in _OFF

    def inherited_value(self, identifier: str, path: str) -> str:
        """Return a value that a style takes over from running text; empty if it, or a base style, sets its own."""
        running = {self.default_style("paragraph"), self.find_style("paragraph", ["Body Text"])}
        for style in self._inheritance_chain(identifier):
            if style.get(f"{W}styleId") in running:
                break
            if select_nodes(style, path):
                return ""
        return next(self.resolve_all(self.default_style("paragraph"), path), "")

    def table_part_value(self, identifier: str, part: str, path: str) -> str | None:
        """Return a value that a table style sets for a part of the table, such as `firstRow`."""
        return first_value(self._styles[identifier], f"w:tblStylePr[@w:type='{part}']/{path}") or None

    def is_plain_table(self, identifier: str) -> bool:
        """Return whether a table style has lines, but no fill and no formatting for a part of the table."""
        return not select_nodes(self._styles[identifier], "w:tblStylePr | .//w:shd[@w:fill != 'auto']")

    def resolve_number(self, identifier: str | None, path: str, default: int = 0) -> int:
        """Return a numeric value, as `resolve_value` does."""
        return parse_number(self.resolve_value(identifier, path), default)

    def _inheritance_chain(self, identifier: str | None) -> Iterator[Element]:
        seen: set[str] = set()
        while identifier in self._styles and identifier not in seen:
            seen.add(identifier)
            style = self._styles[identifier]
            yield style
            identifier = first_value(style, "w:basedOn/@w:val") or None


def style_kind(style: Element) -> str:
    """Return a style's kind: paragraph, character, table or numbering."""
    return style.get(f"{W}type", "paragraph")


def style_name(style: Element) -> str:
    """Return a style's name."""
    return first_value(style, "w:name/@w:val")


def _all_names(style: Element) -> Iterator[str]:
    yield style_name(style)
    for names in select_nodes(style, "w:aliases/@w:val"):
        yield from (name.strip() for name in re.split("[,;]", names))


def _ascii_letters(name: str) -> str:
    return _NO_LETTER.sub("", name.lower())
