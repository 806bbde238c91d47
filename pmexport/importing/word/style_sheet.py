"""What the styles and lists of a Word file are for, in any language, and what they set."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from pmexport.renderers.docx.oxml import Element, W
from pmexport.renderers.docx.template.style_index import StyleIndex, first_value, parse_number, select_nodes
from pmexport.renderers.docx.template.style_roles import known_names

_MONOSPACED = re.compile(
    r"courier|consolas|menlo|monaco|\bmono\b|monospace|lucida console|source code|fira code|inconsolata|andale"
    r"|cascadia|jetbrains",
    re.IGNORECASE,
)
_SHARED = ("list paragraph", "listenabsatz")
"""Names of styles that do not say which kind of list it is."""
_KNOWN = re.compile(
    r"title|subtitle|(?:text_)?heading_[1-9]|toc_(?:heading|[1-9])|body_text|note|(?:table_)?caption|letterhead|figure|spacer|logo|provenance"
    r"|list_(?:bullet|number|continue|code)(?:_[1-5])?|(?:intense_)?quote(?:_continue|_list|_list_2|_code|_table)?"
    r"|code_block|source_code|log_line|horizontal_rule|elapsed_note|addresses|table_group|details_title"
    r"|previews|preview_title|impact_band|band_(?:text|title)|code|verbatim_char|strong|emphasis|struck|ordinal|(?:section|paragraph)_number|row_number|elapsed|band_key|log_number"
    r"|(?:html_)?keyboard"
    r"|(?:tone|label)_\w+"
)
"""The roles that an import looks for."""
_HEADING = re.compile(r"(?P<text>text_)?heading_(?P<level>[1-9])")


@cache
def _roles() -> dict[str, str]:
    """Return the roles of styles by the names that other programs and languages have for them, in lower case."""
    pairs = ((name.casefold(), role) for role, names in known_names().items() for name in names)
    return {name: role for name, role in pairs if name not in _SHARED}


@dataclass(frozen=True, slots=True)
class ListMark:
    """The place of a paragraph in a list."""

    number: str
    """The id of the list."""
    level: int
    """From 0."""
    form: str
    """Word's name for the form of its marker, such as `bullet` and `decimal`; `none` if it is typed."""
    start: int
    definition: str
    """What lists that count together have in common."""
    restarts: bool
    """Whether this list begins to count again."""
    left: int | None
    """Where the text begins, in twips; None if the list does not say it."""
    glyph: str = ""
    """The marker of a bulleted list: Google Docs marks the items of a checklist by it."""

    @property
    def is_ordered(self) -> bool:
        return self.form not in ("bullet", "none")


class StyleSheet:
    """The styles and lists of a Word file."""

    def __init__(self, styles: Element, numbering: Element | None) -> None:
        self._index = StyleIndex(styles)
        self._numbering = numbering
        self._roles: dict[str, str] = {}
        self._values: dict[tuple[str, str], str | None] = {}

    @cached_property
    def default(self) -> str:
        """The style of paragraphs that name none."""
        return self._index.default_style("paragraph") or ""

    def role(self, identifier: str) -> str:
        """Return what a style is for: the name that we have for it, such as `list_bullet_2`; otherwise its own name.

        A style that is unknown is for what the style that it is based on is for.
        """
        if identifier not in self._roles:
            self._roles[identifier] = self._find_role(identifier)
        return self._roles[identifier]

    def _find_role(self, identifier: str) -> str:
        names = self._index.names_in_chain(identifier) or [identifier]
        roles = [_roles().get(name.casefold()) or _fold_name(name) for name in names]
        return next(filter(_KNOWN.fullmatch, roles), roles[0])

    def value(self, identifier: str, path: str) -> str | None:
        """Return a value that a style or its base styles set, such as `w:pPr/w:ind/@w:left`."""
        key = identifier, path
        if key not in self._values:
            self._values[key] = self._index.resolve_value(identifier or self.default, path)
        return self._values[key]

    def heading_level(self, paragraph: Element, identifier: str) -> int:
        """Return the level of a heading, from 1, by its style's name or its outline level; 0 if it is none."""
        found = _HEADING.fullmatch(self.role(identifier))
        if found:
            return int(found["level"])
        outline = first_value(paragraph, "w:pPr/w:outlineLvl/@w:val") or self.value(
            identifier, "w:pPr/w:outlineLvl/@w:val"
        )
        level = parse_number(outline, 9)
        return level + 1 if 0 <= level < 9 else 0

    def is_monospaced(self, identifier: str) -> bool:
        """Return whether a style sets a font for code."""
        return is_monospaced(self.value(identifier, "w:rPr/w:rFonts/@w:ascii") if identifier else "")

    # ---- lists

    def list_mark(self, paragraph: Element, identifier: str) -> ListMark | None:
        """Return the place of a paragraph in a list, by its own number or that of its style; None if there is none."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        number = first_value(paragraph, "w:pPr/w:numPr/w:numId/@w:val")
        level = first_value(paragraph, "w:pPr/w:numPr/w:ilvl/@w:val")
        number = number if own is not None and number else self.value(identifier, "w:pPr/w:numPr/w:numId/@w:val") or ""
        level = level or self.value(identifier, "w:pPr/w:numPr/w:ilvl/@w:val") or ""
        if not number or number == "0":
            return self._named_mark(identifier)
        return self._find_mark(number, level, identifier)

    def _named_mark(self, identifier: str) -> ListMark | None:
        """Return the place by the name of a style that has lost its list."""
        found = re.fullmatch(r"list_(bullet|number)(?:_([2-5]))?", self.role(identifier))
        if found is None:
            return None
        form = {"bullet": "bullet", "number": "decimal"}[found[1]]
        return ListMark(f"style {found[1]}", int(found[2] or 1) - 1, form, 1, found[1], False, None)

    def _find_mark(self, number: str, level: str, identifier: str) -> ListMark | None:
        if self._numbering is None:
            return None
        key = number, level, identifier
        if key not in self._marks:
            self._marks[key] = self._read_mark(number, level, identifier)
        return self._marks[key]

    @cached_property
    def _marks(self) -> dict[tuple[str, str, str], ListMark | None]:
        return {}

    @cached_property
    def _lists(self) -> dict[str, Element]:
        assert self._numbering is not None
        return {one.get(f"{W}numId", ""): one for one in self._numbering.iterchildren(f"{W}num")}

    @cached_property
    def _definitions(self) -> dict[str, Element]:
        assert self._numbering is not None
        return {one.get(f"{W}abstractNumId", ""): one for one in self._numbering.iterchildren(f"{W}abstractNum")}

    def _read_mark(self, number: str, level: str, identifier: str) -> ListMark | None:
        listed = self._lists.get(number)
        definition = (
            self._definitions.get(first_value(listed, "w:abstractNumId/@w:val")) if listed is not None else None
        )
        if listed is None or definition is None:
            return None
        if not level:
            styled = (
                select_nodes(definition, f"w:lvl[w:pStyle/@w:val='{identifier}']/@w:ilvl")
                if _is_plain(identifier)
                else []
            )
            level = str(styled[0]) if styled else "0"
        place = next(_levels(listed, definition, level), None)
        if place is None:
            return None
        override = first_value(listed, f"w:lvlOverride[@w:ilvl='{level}']/w:startOverride/@w:val")
        start = parse_number(override or first_value(place, "w:start/@w:val"), 1)
        left = first_value(place, "w:pPr/w:ind/@w:left") or first_value(place, "w:pPr/w:ind/@w:start")
        form = first_value(place, "w:numFmt/@w:val") or "decimal"
        key, place_left = definition.get(f"{W}abstractNumId", ""), parse_number(left) if left else None
        glyph = first_value(place, "w:lvlText/@w:val") if form == "bullet" else ""
        return ListMark(number, parse_number(level), form, max(start, 0), key, bool(override), place_left, glyph)


def _levels(listed: Element, definition: Element, level: str) -> Iterator[Element]:
    """Yield the definitions of a level of a list, the more special one first."""
    if not level.isdigit():
        return
    yield from select_nodes(listed, f"w:lvlOverride[@w:ilvl='{level}']/w:lvl")
    yield from select_nodes(definition, f"w:lvl[@w:ilvl='{level}']")


def _is_plain(identifier: str) -> bool:
    return "'" not in identifier


def _fold_name(name: str) -> str:
    """Return the name of a style as a role; a name that a template had already was lengthened by `Report`."""
    return "_".join(name.lower().split()).removesuffix("_report")


def is_monospaced(font: str | None) -> bool:
    """Return whether a font is one for code."""
    return bool(font) and _MONOSPACED.search(font or "") is not None
