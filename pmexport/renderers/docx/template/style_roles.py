"""Maps the report's styles to a template's, and creates the missing ones to match it."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from importlib import resources

from pmexport.renderers.docx import styles
from pmexport.renderers.docx.numbering import STYLED, list_style
from pmexport.renderers.docx.oxml import Element, W, add_child, create_root, insert_property
from pmexport.renderers.docx.template.created_layout import Corrections, cancel_inherited, is_disturbed
from pmexport.renderers.docx.template.style_index import (
    StyleIndex,
    remove_elements,
    select_nodes,
    style_kind,
    style_name,
)
from pmexport.renderers.shared.paper import to_half_points
from pmexport.theming.tokens import Tokens

TABLES = ("ReportTable", "ReportTableTight", "ReportTableCompact")
"""Ids of our table styles."""
LISTS = ("ListBullet", "ListNumber", "ListContinue")
"""Ids of our list styles, on their first level."""
_CELLS = ("TableText", "TableHeading", "TableLabel", "TableNote", "TableGroup")
"""Ids of our styles for the text of cells that a template may have."""
_GRID = ["Table Grid", "Tabellenraster"]
_PARTS_OF_TABLE = {"TableHeading": "firstRow", "TableLabel": "firstCol"}
"""Prefixes of our styles for table text, with Word's names for the part of the table."""
_HEADING = re.compile("heading_([1-9])")


@cache
def known_names() -> dict[str, list[str]]:
    """Return the names that templates may use for our styles, by role."""
    text = resources.files(__package__).joinpath("style_names.toml").read_text("utf-8")
    return tomllib.loads(text)


class Roles:
    """The template's styles for the roles of a report."""

    def __init__(self, index: StyleIndex, tokens: Tokens, named: Mapping[str, str], *, rtl: bool) -> None:
        """Find the styles. named: a theme's style names by role; an empty one requests our own style."""
        holder = create_root("styles")
        styles.write_styles(holder, tokens, "", rtl=rtl)
        self._index = index
        self._ink = tokens.colors.text.removeprefix("#").upper()
        self._size = round(to_half_points(tokens.fonts.size))
        self._ours = {style.get(f"{W}styleId", ""): style for style in holder.iterchildren(f"{W}style")}
        self._roles = {styles.role_name(style): identifier for identifier, style in self._ours.items()}
        self.problems = tuple(self._check_names(named))
        """Problems with the theme's names, as sentences."""
        self.found = {key: found for key, style in self._ours.items() if (found := self._find_style(style, named))}
        """The template's style ids by ours."""
        for cells in [key for key in _CELLS if is_disturbed(index, self.found.get(key, ""))]:
            self.found.pop(cells, None)
        for lesser, greater in _style_fallbacks():
            if greater in self.found:
                self.found.setdefault(lesser, self.found[greater])
        self.plain_grid = "" if "report_table" in named else self._find_plain_grid()
        """The template's table style, if it has only lines; then it is not used."""
        if self.plain_grid:
            self.found = {key: style for key, style in self.found.items() if key not in TABLES}
        self.corrections = Corrections(index, self.found, self._ours)
        self.made: dict[str, Element] = {}
        """The styles that were created, by our ids."""

    def role_styles(self) -> dict[str, str | None]:
        """Return the template's style name by role; None for a style that is created when needed."""
        found = {role: self.found.get(key) for role, key in self._roles.items()}
        return {role: None if key is None else self._index.style_name(key) for role, key in found.items()}

    def _find_plain_grid(self) -> str:
        """Return the style of tables if it is Word's own Table Grid, without a header or colours of its own."""
        style = self.found.get(TABLES[0], "")
        return style if style == self._index.find_style("table", _GRID) and self._index.is_plain_table(style) else ""

    def use_style(self, identifier: str) -> str:
        """Return the template's id for one of our styles, creating it if necessary."""
        if identifier in self.found:
            return self.found[identifier]
        if identifier not in self.made:
            self._make_style(identifier)
        return self.made[identifier].get(f"{W}styleId", "")

    def _find_style(self, style: Element, named: Mapping[str, str]) -> str | None:
        kind, role = style_kind(style), styles.role_name(style)
        if role in named:
            return self._index.find_style(kind, self.expand_name(named[role]))
        if style.get(f"{W}default"):
            return self._index.default_style(kind)
        found = self._index.find_style(kind, [style_name(style)])
        if role == "report_table" and not found and len(own := self._index.custom_styles(kind)) == 1:
            return own[0]
        found = found or self._index.find_style(kind, known_names().get(role, []))
        if heading := _HEADING.fullmatch(role):
            return found or self._index.heading_style(int(heading[1]) - 1)
        return found or (self._index.default_style(kind) if role == "body_text" else None)

    def expand_name(self, name: str) -> list[str]:
        """Return a name and, if it is a translation, Word's own name."""
        roles = [role for role, names in known_names().items() if name.casefold() in map(str.casefold, names)]
        return [name, *(style_name(self._ours[self._roles[role]]) for role in roles)] if name else []

    def _check_names(self, named: Mapping[str, str]) -> Iterator[str]:
        for role, name in named.items():
            if role not in self._roles:
                yield f"unknown role {role!r}; known: {', '.join(self._roles)}."
                continue
            kind = style_kind(self._ours[self._roles[role]])
            if name and not self._index.find_style(kind, self.expand_name(name)):
                names = ", ".join(filter(None, self._index.style_names(kind)))
                yield f"{role}: {name!r} is not a {kind} style of the template. Available: {names}."

    def _make_style(self, identifier: str) -> None:
        style = deepcopy(self._ours[identifier])
        name = style_name(style)
        taken = self._index.taken
        while name.casefold() in taken or styles.style_id(name).casefold() in taken:
            name += " Report"
        self.made[identifier] = style
        taken |= {name.casefold(), styles.style_id(name).casefold()}
        style.set(f"{W}styleId", styles.style_id(name))
        style[0].set(f"{W}val", name)
        if _HEADING.fullmatch(styles.role_name(self._ours[identifier])):
            self._demote_heading(style, int(identifier[-1]))
        if identifier in ("Code", "Keyboard"):
            self._darken_text(style)
        for part, kind in _PARTS_OF_TABLE.items():
            if identifier.startswith(part) and TABLES[0] in self.found:
                color = self._index.table_part_value(self.found[TABLES[0]], kind, "w:rPr/w:color/@w:val")
                self._match_color(style, color)
        if identifier.startswith("Quote") and "Quote" in self.found:
            self._match_quote(style)
        self._link_styles(style)
        if identifier in styles.RUNNING or identifier.startswith(LISTS):
            self._space_lines(style)
        if select_nodes(style, "w:pPr/w:jc"):
            cancel_inherited(style, self._index)
        self._index.element.append(style)

    def _darken_text(self, style: Element) -> None:
        """Set a dark colour for text with its own light background: a table header's text may be white."""
        for ground in select_nodes(style, "w:rPr/w:shd"):
            ground.addprevious(add_child(style, "color", val=self._ink))

    def _match_quote(self, style: Element) -> None:
        """Use the line of the template's quotes, if they have one, at our distance."""
        for line in select_nodes(style, "w:pPr/w:pBdr/w:left | w:pPr/w:pBdr/w:right | w:tblPr/w:tblBorders/*"):
            if line.tag == f"{W}right" and line.getparent().find(f"{W}left") is not None:
                continue  # the end of a box
            side = f"w:pPr/w:pBdr/{line.tag.replace(W, 'w:')}/@w:"
            values = {
                name: self._index.resolve_value(self.found["Quote"], side + name) for name in ("val", "sz", "color")
            }
            if values["val"] in (None, "nil", "none"):
                remove_elements([line])
            line.attrib.update({W + name: value for name, value in values.items() if value})

    def _match_color(self, style: Element, color: str | None) -> None:
        """Use the text colour that the template's table style sets for this part, if any."""
        remove_elements(select_nodes(style, "w:rPr/w:color"))
        for face in select_nodes(style, "w:rPr"):
            if color:
                face.insert(len(select_nodes(face, "w:b | w:bCs")), add_child(face, "color", val=color))

    def _link_styles(self, style: Element) -> None:
        """Make a new style follow the template's styles."""
        for reference in select_nodes(style, "w:basedOn | w:next"):
            wanted = reference.get(f"{W}val", "")
            is_default = self._ours[wanted].get(f"{W}default")
            if wanted in self.found or (reference.tag == f"{W}basedOn" and not is_default):
                reference.set(f"{W}val", self.use_style(wanted))
            else:
                style.remove(reference)

    def _space_lines(self, style: Element) -> None:
        """Give running text the template's line spacing."""
        body = self.found.get("BodyText")
        for spacing in select_nodes(style, "w:pPr/w:spacing"):
            for name, default in (("line", "240"), ("lineRule", "auto")):
                spacing.set(W + name, self._index.resolve_value(body, f"w:pPr/w:spacing/@w:{name}") or default)

    def _demote_heading(self, style: Element, level: int) -> None:
        """Derive a heading from the template's next higher one, without its number; ours begins no page."""
        above = [key for number in range(level - 1, 0, -1) if (key := f"Heading{number}") in self.found]
        if not above:
            return
        size = self._index.resolve_number(self.found[above[0]], "w:rPr/w:sz/@w:val", self._size)
        for based in select_nodes(style, "w:basedOn"):
            based.set(f"{W}val", above[0])
        for face in select_nodes(style, "w:rPr"):
            sizes = [int(old.get(f"{W}val")) for old in select_nodes(face, "w:sz")]
            face[:] = []
            for tag in ("sz", "szCs"):
                add_child(face, tag, val=min([size, *sizes]))
        for properties in style.findall(f"{W}pPr"):
            add_child(insert_property(properties, "numPr"), "numId", val=0)


def _style_fallbacks() -> Iterator[tuple[str, str]]:
    """Yield styles with the style that can replace them, since content can set the differences directly."""
    yield from ((table, TABLES[0]) for table in TABLES[1:])
    for kind in LISTS:
        yield from ((list_style(kind, level), kind) for level in range(1, STYLED))
