"""Which style of a template plays which role in a report. What it lacks is made, in its own look."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from importlib import resources

from lxml import etree

from pmexport.renderers.docx import styles
from pmexport.renderers.docx.numbering import STYLED, styled
from pmexport.renderers.docx.oxml import W, child, root
from pmexport.renderers.docx.template.style_index import Sheet, kind_of, name_of, remove, select
from pmexport.theming.themes import Tokens

TABLES = ("ReportTable", "ReportTableTight")
"""The ids of our styles of tables."""
LISTS = ("ListBullet", "ListNumber", "ListContinue")
"""The ids of our styles of lists, on their first level."""
_PARTS_OF_TABLE = {"TableHeading": "firstRow", "TableLabel": "firstCol"}
"""What our styles of words in a table begin with, and what Word calls the part that they stand in."""
_HEADING = re.compile("heading_([1-9])")


@cache
def known() -> dict[str, list[str]]:
    """Return what templates may call our styles, by their roles."""
    text = resources.files(__package__).joinpath("style_names.toml").read_text("utf-8")
    return tomllib.loads(text)


class Roles:
    """The styles of a report, as a template has them."""

    def __init__(self, sheet: Sheet, tokens: Tokens, named: Mapping[str, str], *, rtl: bool) -> None:
        """Find the styles. `named` are the names that a theme gives, by role; an empty one asks for a style of ours."""
        holder = root("styles")
        styles.write(holder, tokens, "", rtl=rtl)
        self._sheet = sheet
        self._ink = tokens.colors.text.removeprefix("#").upper()
        self._size = round(styles.twips(tokens.fonts.size) / 10)
        self._ours = {style.get(f"{W}styleId", ""): style for style in holder.iterchildren(f"{W}style")}
        self._roles = {role_of(style): identifier for identifier, style in self._ours.items()}
        self.faults = tuple(self._faults(named))
        """What is wrong with the theme's names, in sentences."""
        self.found = {key: found for key, style in self._ours.items() if (found := self._find(style, named))}
        """The template's styles by ours, as ids."""
        for lesser, greater in _lesser():
            if greater in self.found:
                self.found.setdefault(lesser, self.found[greater])
        self.made: dict[str, etree._Element] = {}
        """The styles that were made, by our ids."""

    def names(self) -> dict[str, str | None]:
        """Return the roles, each with the name of the template's style, or None where one is made when needed."""
        return {
            role: self._sheet.name(self.found[key]) if key in self.found else None for role, key in self._roles.items()
        }

    def take(self, identifier: str) -> str:
        """Return the id in the template of one of our styles; it is made where the template lacks it."""
        if identifier in self.found:
            return self.found[identifier]
        if identifier not in self.made:
            self._make(identifier)
        return self.made[identifier].get(f"{W}styleId", "")

    # ---- finding

    def _find(self, style: etree._Element, named: Mapping[str, str]) -> str | None:
        kind, role = kind_of(style), role_of(style)
        if role in named:
            return self._sheet.find(kind, self._synonyms(named[role]))
        if style.get(f"{W}default"):
            return self._sheet.default(kind)
        found = self._sheet.find(kind, [name_of(style)])
        if heading := _HEADING.fullmatch(role):
            return found or self._sheet.find(kind, known()[role]) or self._sheet.on_level(int(heading[1]) - 1)
        if role == "report_table" and not found and len(own := self._sheet.own(kind)) == 1:
            return own[0]
        found = found or self._sheet.find(kind, known().get(role, []))
        return found or (self._sheet.default(kind) if role == "body_text" else None)

    def _synonyms(self, name: str) -> list[str]:
        """Return a name, and Word's own for it where it is a translation of that."""
        roles = [role for role, names in known().items() if name.casefold() in map(str.casefold, names)]
        return [name, *(name_of(self._ours[self._roles[role]]) for role in roles)] if name else []

    def _faults(self, named: Mapping[str, str]) -> Iterator[str]:
        for role, name in named.items():
            if role not in self._roles:
                yield f"there is no role {role!r}; there are {', '.join(self._roles)}."
                continue
            kind = kind_of(self._ours[self._roles[role]])
            if name and not self._sheet.find(kind, self._synonyms(name)):
                names = ", ".join(filter(None, self._sheet.names(kind)))
                yield f"{role} is to be {name!r}, which is no {kind} style of the template; it has {names}."

    # ---- making

    def _make(self, identifier: str) -> None:
        style = deepcopy(self._ours[identifier])
        name = name_of(style)
        taken = self._sheet.taken
        while name.casefold() in taken or identifier_of(name).casefold() in taken:
            name += " Report"
        self.made[identifier] = style
        taken |= {name.casefold(), identifier_of(name).casefold()}
        style.set(f"{W}styleId", identifier_of(name))
        style[0].set(f"{W}val", name)
        if _HEADING.fullmatch(role_of(self._ours[identifier])):
            self._lower(style, int(identifier[-1]))
        if identifier == "Code":
            self._darken(style)
        for part, kind in _PARTS_OF_TABLE.items():
            if identifier.startswith(part) and TABLES[0] in self.found:
                self._color(style, self._sheet.part_of_table(self.found[TABLES[0]], kind, "w:rPr/w:color/@w:val"))
        self._point(style)
        self._sheet.element.append(style)

    def _darken(self, style: etree._Element) -> None:
        """Let words on a light ground of their own be dark: those around them may be white, as in a table's head."""
        for ground in select(style, "w:rPr/w:shd"):
            ground.addprevious(child(style, "color", val=self._ink))

    def _color(self, style: etree._Element, color: str | None) -> None:
        """Let words in a table have the colour that the template has for its ground there, or none of their own."""
        remove(select(style, "w:rPr/w:color"))
        for face in select(style, "w:rPr"):
            if color:
                face.insert(len(select(face, "w:b | w:bCs")), child(face, "color", val=color))

    def _point(self, style: etree._Element) -> None:
        """Let a new style lead to styles of the template, and its lines be as far apart as those."""
        for reference in select(style, "w:basedOn | w:next"):
            wanted = reference.get(f"{W}val", "")
            is_default = self._ours[wanted].get(f"{W}default")
            if wanted in self.found or (reference.tag == f"{W}basedOn" and not is_default):
                reference.set(f"{W}val", self.take(wanted))
            else:
                style.remove(reference)
        for spacing in select(style, "w:pPr/w:spacing[@w:lineRule='auto'][@w:line != '240']"):
            del spacing.attrib[f"{W}line"], spacing.attrib[f"{W}lineRule"]

    def _lower(self, style: etree._Element, level: int) -> None:
        """Let a heading be based on the template's next higher one, without its number and its page of its own."""
        above = [key for number in range(level - 1, 0, -1) if (key := f"Heading{number}") in self.found]
        if not above:
            return
        size = self._sheet.number(self.found[above[0]], "w:rPr/w:sz/@w:val", self._size)
        for based in select(style, "w:basedOn"):
            based.set(f"{W}val", above[0])
        for face in select(style, "w:rPr"):
            sizes = [int(old.get(f"{W}val")) for old in select(face, "w:sz")]
            face[:] = []
            for tag in ("sz", "szCs"):
                child(face, tag, val=min([size, *sizes]))
        for keep in select(style, "w:pPr/w:keepLines"):
            numbering = child(keep.getparent(), "numPr")
            child(numbering, "numId", val=0)
            keep.addnext(numbering)
            keep.addnext(child(keep.getparent(), "pageBreakBefore", val=0))


def _lesser() -> Iterator[tuple[str, str]]:
    """Yield our styles that are another one but for what the paragraph or table itself can say."""
    yield TABLES[1], TABLES[0]
    for kind in LISTS:
        yield from ((styled(kind, level), kind) for level in range(1, STYLED))


def role_of(style: etree._Element) -> str:
    """Return the name of a role as a theme says it: `heading_1`."""
    return name_of(style).lower().replace(" ", "_")


def identifier_of(name: str) -> str:
    """Return the id of a new style of this name."""
    return "".join(word[:1].upper() + word[1:] for word in name.split())
