"""A report on a company's own template: pages, headers, footers and styles are the template's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from pmexport.document.clean_text import clean
from pmexport.document.nodes import Document, Text
from pmexport.errors import RenderError
from pmexport.problems import Problem
from pmexport.renderers.docx import package, page, word_document
from pmexport.renderers.docx.body import Body
from pmexport.renderers.docx.oxml import Pen
from pmexport.renderers.docx.template import (
    adoption,
    contents_field,
    fill_ins,
    palette,
    placement,
    repairs,
    template_package,
    template_watermark,
)
from pmexport.renderers.docx.template.contents_field import Field
from pmexport.renderers.docx.template.placement import Site
from pmexport.renderers.docx.template.style_index import Sheet
from pmexport.renderers.docx.template.style_roles import Roles
from pmexport.renderers.docx.template.template_package import Template
from pmexport.renderers.shared import table_layout
from pmexport.theming.themes import Tokens

_LINE = 120.0
"""Numerals that stand side by side in a header or footer, at most: a longer text would leave no page to the report."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A template, and how a report is put on it."""

    template: Template
    site: Site
    sheet: Sheet
    tokens: Tokens
    """The theme's, with the look of the template's text."""
    roles: Roles
    contents: Field | None
    """The template's own list of contents, where there is one and it stays."""

    @property
    def kept(self) -> list[etree._Element]:
        """What pages show that stays: headers and footers, and the body unless the report takes its place."""
        shown = fill_ins.texts(self.template.word)
        return [text for place, text in shown if place != "body" or self.site.mark is not None]


def plan(path: str | Path, tokens: Tokens, *, rtl: bool = False) -> Plan:
    """Return how a report is put on a template. Raises RenderError where it cannot be."""
    read = template_package.read(path)
    where = placement.find(read)
    sheet = Sheet(read.word.styles.element)
    named = tokens.word.styles
    looks = palette.tokens(sheet, read.word, tokens, Roles(sheet, tokens, named, rtl=rtl).found.get("Heading1"))
    roles = Roles(sheet, looks, named, rtl=rtl)
    if roles.faults:
        raise RenderError("\n".join(f"{path}: {fault}" for fault in roles.faults))
    fields = contents_field.fields(read.word.element.body) if where.mark is not None else ()
    own = next((field for field in fields if field.lists_headings), None)
    return Plan(read, where, sheet, looks, roles, own)


def render(path: str | Path, document: Document, tokens: Tokens, warnings: list[Problem]) -> bytes:
    """Return a document on a template, as the bytes of a .docx file. Raises RenderError."""
    pen = Pen(rtl=document.direction == "rtl")
    made = plan(path, tokens, rtl=pen.rtl)
    word = made.template.word
    if made.site.mark is None:
        placement.clear(word)
    warnings += _remarks(made)
    places = _fill(made, document)
    taken = adoption.taken(word)
    written = placement.holder(word)
    body = Body(word.part, made.tokens, pen, made.site.area[1])
    _label(written, document, places, pen)
    word_document.write(
        written,
        _marked(document),
        body,
        pen,
        made.site.area[0],
        titled="body" not in places.get("title", ()),
        listed=made.contents is None,
    )
    adoption.adopt_layout(written, made.sheet, made.roles, pen)
    _adopt(written, made, body, taken, document.language)
    placement.put(made.site, written)
    _list(made, pen)
    if document.mark:
        template_watermark.mark(word, document.mark, made.tokens, min(made.site.area))
    repairs.mend(word, made.tokens)
    package.describe(word, document)
    return package.save(word, document)


def _remarks(made: Plan) -> Iterator[Problem]:
    """Yield what of a template is not in the file, or is there and should not be."""
    name = made.template.name
    for words in made.template.left_out:
        yield Problem(f"left out of the template: {words}.", file=name)
    for blank in fill_ins.find(made.template.word):
        if blank.name not in (*fill_ins.NAMES, fill_ins.REPORT):
            yield Problem(f"{blank.written} in the {blank.place} is not known, and stays.", file=name)
    yield from (Problem(message, file=name) for _, message in fetching(made))


def fetching(made: Plan) -> Iterator[tuple[str, str]]:
    """Yield what stays of a template that makes Word fetch or run something: its kind, and a sentence."""
    for field in (field for text in made.kept for field in contents_field.fields(text) if field.fetches):
        yield "fields", f"The field {field.code.strip()!r} stays: Word may fetch or run what it names."
    for part in made.template.word.part.package.iter_parts():
        for relation in part.rels.values():
            if relation.is_external and relation.reltype.endswith("/image"):
                message = f"A picture is linked to {relation.target_ref}: Word fetches it when the file is opened."
                yield "pictures", f"{message} Embed it."


def _fill(made: Plan, document: Document) -> dict[str, set[str]]:
    """Fill the blanks, and return for each in what kinds of places it stood."""
    places: dict[str, set[str]] = {}
    values = fill_ins.values(document)
    brief = {name: clean(table_layout.shortened(text, _LINE)) for name, text in values.items()}
    for place, paragraph in fill_ins.paragraphs(made.template.word):
        for blank in fill_ins.of(paragraph, place):
            places.setdefault(blank.name, set()).add(place)
        fill_ins.fill(paragraph, values if place == "body" else brief)
    return places


def _label(written: etree._Element, document: Document, places: dict[str, set[str]], pen: Pen) -> None:
    """Begin with the TLP label, where the template has no blank for a classification."""
    if "classification" not in places:
        page.label(written, document, pen)


def _marked(document: Document) -> Document:
    """Return the document with its mark among the short facts, if they do not say it: a watermark is not read out."""
    if document.mark in ("", document.properties.status):
        return document
    return replace(document, masthead=(*document.masthead, (Text(document.mark),)))


def _adopt(written: etree._Element, made: Plan, body: Body, taken: adoption.Taken, language: str) -> None:
    adoption.adopt_styles(written, made.roles)
    adoption.adopt_lists(
        written, body.numbering, made.template.word.part.numbering_part.element, made.sheet, made.roles
    )
    adoption.adopt_ids(written, taken)
    if not same_language(made.sheet, language):
        adoption.mark_language(written, language)


def same_language(sheet: Sheet, language: str) -> bool:
    """Return whether a template says that its text is in this language, in whatever country."""
    return language_of(sheet).lower().partition("-")[0] == language.lower().partition("-")[0]


def language_of(sheet: Sheet) -> str:
    """Return the language of a template's text; empty where it does not say."""
    return sheet.value(sheet.default("paragraph"), "w:rPr/w:lang/@w:val") or ""


def _list(made: Plan, pen: Pen) -> None:
    """Fill the template's own list of contents."""
    if made.contents is not None:
        text = made.template.word.element.body
        styles = Sheet(made.sheet.element)
        contents_field.fill(
            made.contents, contents_field.headings(text, styles), lambda level: _entry(made, level), pen
        )


def _entry(made: Plan, level: int) -> str:
    return made.sheet.find("paragraph", [f"toc {level}"]) or made.roles.take(f"Toc{min(level, 2)}")
