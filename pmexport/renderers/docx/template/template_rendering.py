"""Renders a report on a company's template, which provides the pages, headers, footers and styles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pmexport.document.clean_text import clean
from pmexport.document.nodes import Document, Text, text_of
from pmexport.errors import RenderError
from pmexport.problems import Problem, show_name
from pmexport.renderers.docx import missing_texts, package, word_document
from pmexport.renderers.docx.body import Body
from pmexport.renderers.docx.default_rendering import list_breaks
from pmexport.renderers.docx.oxml import Element, TextWriter
from pmexport.renderers.docx.page_one import shorten_document
from pmexport.renderers.docx.template import adoption, contents_field, fill_ins, placement
from pmexport.renderers.docx.template.contents_field import Field
from pmexport.renderers.docx.template.insertion import insert_report
from pmexport.renderers.docx.template.package_repairs import list_losses
from pmexport.renderers.docx.template.palette import adapt_tokens
from pmexport.renderers.docx.template.placement import Placement
from pmexport.renderers.docx.template.repairs import repair_template
from pmexport.renderers.docx.template.style_index import StyleIndex, select_nodes
from pmexport.renderers.docx.template.style_roles import Roles
from pmexport.renderers.docx.template.template_classification import write_classifications
from pmexport.renderers.docx.template.template_package import Template, read_template
from pmexport.renderers.docx.template.template_watermark import mark_pages
from pmexport.renderers.shared import table_layout
from pmexport.renderers.shared.contents_place import is_long
from pmexport.renderers.shared.page_one import lacks_figures
from pmexport.renderers.shared.paper import to_twips
from pmexport.theming.tokens import Tokens

_SPREAD = 1.15
"""Fonts of templates can be wide, as Verdana is, or missing, so that another takes their place."""
_MAX_HEADER = 12_000
"""Maximum digits in a header or footer value; longer text would leave no room on the page."""


@dataclass(frozen=True, slots=True)
class TemplatePlan:
    """A template and how a report fits into it."""

    template: Template
    placement: Placement
    index: StyleIndex
    tokens: Tokens
    """The theme's tokens, with the template's type size and colours."""
    roles: Roles
    contents: tuple[Field, ...]
    """The template's own tables of contents, if they stay."""
    other_lists: tuple[Field, ...]
    """The template's lists of captions, if they stay."""

    @property
    def lists_sections(self) -> bool:
        """Whether one of the template's tables of contents lists the report's sections."""
        heading = self.roles.found.get("Heading1", "")
        return any(
            1 in field.selection.outlines or heading in listed_levels(self, self.index, field)
            for field in self.contents
        )

    @property
    def kept(self) -> list[Element]:
        """The parts that stay: headers, footers and, unless the report replaces it, the body."""
        shown = fill_ins.visible_parts(self.template.word)
        return [text for place, text in shown if place != "body" or self.placement.paragraph is not None]


def plan_template(given: str | Path | bytes, tokens: Tokens, *, rtl: bool = False) -> TemplatePlan:
    """Return how a report fits into a template. Raises RenderError if it does not."""
    template = read_template(given)
    where = placement.find_placement(template)
    _refuse_incomplete(template, keeps_body=where.paragraph is not None)
    index = StyleIndex(template.word.styles.element)
    named = tokens.word.styles
    heading = Roles(index, tokens, named, rtl=rtl).found.get("Heading1")
    adapted = adapt_tokens(index, template.word, tokens, heading)
    roles = Roles(index, adapted, named, rtl=rtl)
    if roles.problems:
        raise RenderError("\n".join(f"{template.name}: {problem}" for problem in roles.problems))
    fields = contents_field.find_fields(template.word.element.body) if where.paragraph is not None else ()
    lists = [field for field in fields if field.is_list]
    contents, others = (tuple(one for one in lists if bool(one.selection) is wanted) for wanted in (True, False))
    return TemplatePlan(template, where, index, adapted, roles, contents, others)


def _refuse_incomplete(template: Template, *, keeps_body: bool) -> None:
    """Raise RenderError if something that stays in the file refers to a part that it does not have."""
    for part in template.word.part.package.iter_parts() if template.missing else ():
        element = getattr(part, "element", None)
        if element is None or (part is template.word.part and not keeps_body):
            continue
        for lost in list_losses(template.missing, str(part.partname), element):
            help_ = "In Word, delete the element that shows it."
            message = f"The part {lost.name}, to which {lost.source} refers, is missing. {help_}"
            raise RenderError(f"{show_name(template.name)}: {message}")


def render_template(
    given: str | Path | bytes,
    document: Document,
    tokens: Tokens,
    warnings: list[Problem],
    fields: Mapping[str, str] | None = None,
) -> bytes:
    """Return a document on a template, as the bytes of a .docx file. Raises RenderError.

    fields: the texts of the caller's own placeholders, by name.
    """
    own = _read_fields(fields or {})
    writer = TextWriter(rtl=document.direction == "rtl")
    plan = plan_template(given, tokens, rtl=writer.rtl)
    word = plan.template.word
    if plan.placement.paragraph is None:
        placement.clear_body(word, plan.placement.section)
    warnings += (*_find_remarks(plan, document, own), *find_unshown(plan))
    cleared = [contents_field.clear_contents(field) for field in plan.contents]
    places = _fill_placeholders(plan, document, own)
    used = adoption.collect_ids(word)
    written = placement.add_container(word)
    body = Body(
        word.part, plan.tokens, writer, plan.placement.text_area[1], spread=_SPREAD, broken=list_breaks(document)
    )
    (width, height), titled = plan.placement.text_area, "body" not in places.get("title", ())
    shown = shorten_document(_add_mark(document), width, height, to_twips(plan.tokens.fonts.size))
    listed = not plan.lists_sections and is_long(document, plan.tokens)
    word_document.write_document(written, shown, body, writer, width, titled=titled, listed=listed)
    word_document.mark_report(written)
    adoption.adopt_layout(written, plan.index, plan.roles, writer)
    _adopt_report(written, plan, body, used, document.language)
    insert_report(plan.placement, written, plan.index)
    if places.get("classification", set()) <= {"body"}:
        write_classifications(word, document, plan.roles, writer)
    _fill_contents(plan, cleared, writer)
    if document.mark:
        mark_pages(word, document.mark, plan.roles, plan.tokens, writer, min(plan.placement.text_area))
    repair_template(word, plan.tokens)
    missing_texts.refuse_losses(word.element.body, shown)
    package.write_properties(word, document, is_shortened=lacks_figures(document, shown))
    return package.save_document(word, document)


def _read_fields(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the caller's texts by the names of their placeholders. Raises RenderError for a name that is taken."""
    own = {name.strip().casefold(): text for name, text in fields.items()}
    for name in own:
        if name in (*fill_ins.NAMES, fill_ins.REPORT):
            raise RenderError(f"The report fills in {{{{{name}}}}} itself. Choose another name for the field.")
        if not name or set(name) & set("{}"):
            raise RenderError(f"{name!r} cannot be the name of a placeholder. Use letters, digits and underscores.")
    return own


def _find_remarks(plan: TemplatePlan, document: Document, fields: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a warning for each part that was dropped, for each unknown placeholder, and for each unused text."""
    messages = [f"Left out of the template: {description}." for description in plan.template.dropped]
    messages += fill_ins.describe_unknown(plan.template.word, (*fill_ins.collect_values(document), *fields))
    used = {placeholder.name for placeholder in fill_ins.find_placeholders(plan.template.word)}
    unused = (
        f"The template has no placeholder {{{{{name}}}}}, so its text is not shown."
        for name in fields
        if name not in used
    )
    yield from (Problem(text, file=plan.template.name, level="warning") for text in (*messages, *unused))


def find_unshown(plan: TemplatePlan) -> Iterator[Problem]:
    """Yield a warning for each text for pages that the theme has, and the template has neither it nor its own."""
    tokens = plan.tokens
    wanted = {
        "letterhead": " ".join(tokens.letterhead),
        "header_start": tokens.header.start,
        "header_end": tokens.header.end,
        "footer_start": tokens.footer.start,
    }
    found = {placeholder.name for placeholder in fill_ins.find_placeholders(plan.template.word)}
    for name in (name for name, text in wanted.items() if text and name not in found):
        edge = "footer" if name == "footer_start" else "header"
        if not any(_has_content(part) for place, part in fill_ins.visible_parts(plan.template.word) if place == edge):
            token = name.replace("_", ".")
            message = f"The theme's {token} is not shown, because the Word template sets the pages and has no {edge}."
            help_ = f"Put {{{{{name}}}}} into the template's {edge}."
            yield Problem(message, token, file=plan.template.name, help=help_, level="warning")


def _has_content(part: Element) -> bool:
    return bool(select_nodes(part, ".//w:t[normalize-space()] | .//w:drawing | .//w:pict | .//w:object"))


def _fill_placeholders(plan: TemplatePlan, document: Document, fields: Mapping[str, str]) -> dict[str, set[str]]:
    """Fill the placeholders, and return the kinds of parts that each was found in."""
    places: dict[str, set[str]] = {}
    values = {**fill_ins.collect_values(document), **fields}
    brief = {name: clean(table_layout.shorten_text(text, _MAX_HEADER)) for name, text in values.items()}
    for place, paragraph in fill_ins.all_paragraphs(plan.template.word):
        for placeholder in fill_ins.parse_placeholders(paragraph, place):
            places.setdefault(placeholder.name, set()).add(place)
        fill_ins.fill_paragraph(paragraph, values if place == "body" else brief)
    return places


def _add_mark(document: Document) -> Document:
    """Return the document with its mark among the facts, unless it says it: screen readers do not read a watermark."""
    said = {document.properties.status, *map(text_of, document.facts)}
    return (
        document if document.mark in ("", *said) else replace(document, facts=((Text(document.mark),), *document.facts))
    )


def _adopt_report(written: Element, plan: TemplatePlan, body: Body, used: adoption.UsedIds, language: str) -> None:
    adoption.adopt_styles(written, plan.roles)
    numbering = plan.template.word.part.numbering_part.element
    adoption.adopt_lists(written, body.numbering, numbering, plan.index, plan.roles)
    adoption.adopt_ids(written, used)
    if not _speaks(template_language(plan.index).lower(), language.lower()):
        adoption.set_language(written, language)


def _speaks(theirs: str, ours: str) -> bool:
    """Return whether a template's language is that of the report; a region counts only if the report names one."""
    return theirs == ours or ("-" not in ours and theirs.partition("-")[0] == ours)


def template_language(index: StyleIndex) -> str:
    """Return the language of a template's text; empty if it is not set."""
    return index.resolve_value(index.default_style("paragraph"), "w:rPr/w:lang/@w:val") or ""


def _fill_contents(plan: TemplatePlan, cleared: list[tuple[Element, Element] | None], writer: TextWriter) -> None:
    index = StyleIndex(plan.index.element)  # with the styles that were created
    for field, ends in zip(plan.contents, cleared, strict=True):
        if ends is not None:
            levels = listed_levels(plan, index, field)
            headings = contents_field.find_headings(
                plan.template.word.element.body, index, levels, field.selection.outlines
            )
            contents_field.fill_contents(*ends, list(headings), lambda level: _entry_style(plan, level), writer)


def listed_levels(plan: TemplatePlan, index: StyleIndex, field: Field) -> dict[str, int]:
    """Return the levels of the styles that a table of contents lists, by style id."""
    chosen = field.selection
    named = ((index.find_style("paragraph", [f"heading {level}"]), level) for level in chosen.levels)
    taken = ((plan.roles.found.get(f"Heading{level}"), level) for level in chosen.levels)
    further = ((index.find_style("paragraph", plan.roles.expand_name(name)), n) for name, n in chosen.styles.items())
    return {style: level for style, level in (*named, *taken, *further) if style}


def _entry_style(plan: TemplatePlan, level: int) -> str:
    return plan.index.find_style("paragraph", [f"toc {level}"]) or plan.roles.use_style(f"Toc{min(level, 2)}")
