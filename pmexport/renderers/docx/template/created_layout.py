"""Keeps the layout of a template's running text, such as indents and justified lines, out of what looks like ours.

A style that we create sets its own layout; here it also cancels what only some templates have.
"""

from collections.abc import Iterator, Mapping

from pmexport.renderers.docx.oxml import Element, W, add_child, insert_property
from pmexport.renderers.docx.template.style_index import StyleIndex, first_value, parse_number, select_nodes

_IN_CHARACTERS = {
    "ind": ("leftChars", "startChars", "rightChars", "endChars", "firstLineChars", "hangingChars"),
    "spacing": ("beforeLines", "afterLines", "beforeAutospacing", "afterAutospacing"),
}
"""Attributes that count more than those in twips, by element."""
_IND = "w:pPr/w:ind/@w:"
_SIDES = ("top", "left", "bottom", "right", "between", "bar")
_NOTHING = ("", "0", "nil", "none", "auto")
_STRETCHED = ("both", "distribute", "lowKashida", "mediumKashida", "highKashida", "thaiDistribute")
_FIRST_LINE = ("firstLine", "hanging", "firstLineChars", "hangingChars")
_INDENTS = ("left", "start", "right", "end", *_FIRST_LINE, "leftChars", "rightChars")
_FRAMES = ("pBdr/*/@w:val", "shd/@w:fill")
_MAX_LINE = 400
"""Line spacing, in 240ths of a line, from which a table is not dense."""
_HEADS = ("Title", "Subtitle", "TOCHeading", *(f"Heading{level}" for level in range(1, 6)))


def cancel_inherited(style: Element, index: StyleIndex) -> None:
    """Cancel in a style of ours what the template's style that it is based on sets and our layout does not."""
    base = first_value(style, "w:basedOn/@w:val") or None
    for properties in style.findall(f"{W}pPr"):
        _cancel_characters(properties, base, index)
        _cancel_tabs(properties, base, index)
        _cancel_borders(properties, base, index)
        if properties.find(f"{W}shd") is None and index.resolve_value(base, "w:pPr/w:shd/@w:val"):
            insert_property(properties, "shd", val="clear", color="auto", fill="auto")
        if properties.find(f"{W}numPr") is None and index.resolve_number(base, "w:pPr/w:numPr/w:numId/@w:val"):
            add_child(insert_property(properties, "numPr"), "numId", val=0)


def _cancel_characters(properties: Element, base: str | None, index: StyleIndex) -> None:
    for tag, names in _IN_CHARACTERS.items():
        for element in properties.findall(W + tag):
            for name in names:
                if index.resolve_value(base, f"w:pPr/w:{tag}/@w:{name}"):
                    element.set(W + name, "0")


def cancel_characters(root: Element, index: StyleIndex) -> None:
    """Cancel in all indents below an element what running text has in characters."""
    names = [
        name for name in _IN_CHARACTERS["ind"] if index.resolve_value(index.default_style("paragraph"), _IND + name)
    ]
    for element in root.iter(f"{W}ind") if names else ():
        element.attrib.update(dict.fromkeys((W + name for name in names), "0"))


def _cancel_tabs(properties: Element, base: str | None, index: StyleIndex) -> None:
    own = set(select_nodes(properties, "w:tabs/w:tab/@w:pos"))
    stops = set(index.resolve_all(base, "w:pPr/w:tabs/w:tab[@w:val != 'clear']/@w:pos")) - own
    if stops:
        tabs = properties.find(f"{W}tabs")
        tabs = insert_property(properties, "tabs") if tabs is None else tabs
        for stop in stops:
            add_child(tabs, "tab", val="clear", pos=stop)
        tabs[:] = sorted(tabs, key=lambda tab: parse_number(tab.get(f"{W}pos")))


def _cancel_borders(properties: Element, base: str | None, index: StyleIndex) -> None:
    values = {side: index.resolve_value(base, f"w:pPr/w:pBdr/w:{side}/@w:val") or "" for side in _SIDES}
    framed = [side for side, value in values.items() if value not in _NOTHING]
    borders = properties.find(f"{W}pBdr")
    if framed and borders is None:
        borders = insert_property(properties, "pBdr")
    if borders is not None:
        for side in framed:
            if borders.find(W + side) is None:
                add_child(borders, side, val="nil")
        borders[:] = sorted(borders, key=lambda side: _SIDES.index(side.tag.removeprefix(W)))


def is_disturbed(index: StyleIndex, identifier: str) -> bool:
    """Return whether a style for cells has a layout that only running text should have, for want of its own."""
    align = index.inherited_value(identifier, "w:pPr/w:jc/@w:val")
    line = index.inherited_value(identifier, "w:pPr/w:spacing/@w:line")
    paths = (*(f"ind/@w:{name}" for name in _INDENTS), *_FRAMES)
    others = (index.inherited_value(identifier, f"w:pPr/w:{path}") for path in paths)
    return (
        align not in ("", "left", "start")
        or parse_number(line) >= _MAX_LINE
        or any(value not in _NOTHING for value in others)
    )


class Corrections:
    """What the paragraphs of a template's styles need directly, because these have the layout of running text."""

    def __init__(self, index: StyleIndex, found: Mapping[str, str], own: Mapping[str, Element]) -> None:
        """found: the template's style ids by ours. own: our styles by their ids."""
        self._index = index
        self._found = found
        self._own = own
        self._known: dict[tuple[str, bool], dict[str, dict[str, str]]] = {}

    def correct(self, properties: Element, identifier: str) -> None:
        """Correct a paragraph. identifier: our style, of which the template has its own."""
        paragraph = properties.getparent()
        holder = None if paragraph is None else paragraph.getparent()
        key = identifier, holder is not None and holder.tag == f"{W}tc" and not identifier.startswith("Table")
        if key not in self._known:
            places = self._find_in_cell(identifier) if key[1] else self._find_in_text(identifier)
            self._known[key] = dict([*self._find_page_settings(identifier), *places])
        for tag, attributes in self._known[key].items():
            if properties.find(W + tag) is None:
                insert_property(properties, tag, **attributes)

    def _find_page_settings(self, identifier: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield what keeps a heading with its text, and the opposite of a page break before every paragraph."""
        if identifier in _HEADS and not self._index.has_property(self._found[identifier], "keepNext"):
            yield "keepNext", {}
        if self._index.inherited_value(self._found[identifier], "w:pPr/w:pageBreakBefore"):
            yield "pageBreakBefore", {"val": "0"}

    def _find_in_cell(self, identifier: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield our own indents for a style that is not made for cells, and an alignment instead of justified lines."""
        own = {"left": "0", "right": "0", "hanging": "0"}
        for indents in select_nodes(self._own[identifier], "w:pPr/w:ind"):
            own = {str(name).removeprefix(W): value for name, value in indents.attrib.items()}
        yield "ind", own | self._no_characters(identifier)
        if self._index.resolve_value(self._found[identifier], "w:pPr/w:jc/@w:val") not in (None, "left", "start"):
            yield "jc", {"val": "left"}

    def _find_in_text(self, identifier: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield what titles and captions need; the indents of headings are the template's choice."""
        found = self._found[identifier]
        if identifier in _HEADS and self._index.inherited_value(found, "w:pPr/w:jc/@w:val") in _STRETCHED:
            yield "jc", {"val": "left"}
        first = (self._index.inherited_value(found, _IND + name) for name in _FIRST_LINE)
        if identifier in ("Title", "Subtitle") and any(value not in _NOTHING for value in first):
            yield "ind", {"hanging": "0", **self._no_characters(identifier)}

    def _no_characters(self, identifier: str) -> dict[str, str]:
        paths = {name: _IND + name for name in _IN_CHARACTERS["ind"]}
        return {name: "0" for name, path in paths.items() if self._index.resolve_value(self._found[identifier], path)}
