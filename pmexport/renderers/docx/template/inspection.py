"""Checks a company's Word template before anything is rendered."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pmexport.errors import RenderError
from pmexport.problems import Problem
from pmexport.renderers.docx.oxml import W
from pmexport.renderers.docx.template import fill_ins, palette, placement, template_rendering
from pmexport.renderers.docx.template.fill_ins import Placeholder
from pmexport.renderers.docx.template.style_index import select_nodes
from pmexport.renderers.docx.template.style_roles import TABLES
from pmexport.renderers.docx.template.template_package import name_template
from pmexport.renderers.docx.template.template_rendering import TemplatePlan
from pmexport.renderers.docx.template.template_watermark import find_watermarks
from pmexport.renderers.shared.paper import paper_name, to_millimetres
from pmexport.theming.themes import Theme

_MIN_WIDTH = 120
"""Width of the text, in millimetres, below which tables of six columns get small type."""
_ALIGNMENTS = {"both": "justified", "distribute": "justified", "center": "centred", "right": "right-aligned"}
_INDENTS = {
    **dict.fromkeys(("left", "start"), "indented by"),
    **dict.fromkeys(("right", "end"), "indented at the line end by"),
    "firstLine": "indented in the first line by",
    "hanging": "indented after the first line by",
}
_SHOWN_ROLES = (
    *("title", "subtitle", "heading_1", "heading_2", "heading_3", "body_text", "list_bullet", "list_number"),
    *("quote", "caption", "code_block", "code", "hyperlink", "report_table", "table_heading", "table_text"),
    *("toc_heading", "toc_1", "toc_2"),
)
"""Roles that a template is likely to have styles for."""


def inspect_template(given: str | Path | bytes, theme: Theme) -> list[Problem]:
    """Return the results of checking a template for reports with this theme.

    `path` is the topic. Levels: error, the template cannot be used (then there are only errors); warning, it works
    but should be reviewed; note, how the template will be used.
    """
    try:
        plan = template_rendering.plan_template(given, theme.tokens)
    except RenderError as error:
        name = name_template(given)
        lines = (line.removeprefix(f"{name}: ") for line in str(error).splitlines())
        return [Problem(line, "template", "" if isinstance(given, bytes) else str(given)) for line in lines]
    checks = (
        *(_inspect_file, _inspect_body, _inspect_page, _inspect_headers, _inspect_theme, _inspect_watermark),
        _inspect_text,
        *(_inspect_running_text, _inspect_headings, _inspect_styles, _inspect_tables, _inspect_contents),
        *(_inspect_placeholders, _inspect_remains),
    )
    return [problem for check in checks for problem in check(plan)]


def _note(topic: str, message: str) -> Problem:
    return Problem(message, topic, level="note")


def _warn(topic: str, message: str) -> Problem:
    return Problem(message, topic, level="warning")


def _inspect_file(plan: TemplatePlan) -> Iterator[Problem]:
    if plan.template.kind != "docx":
        yield _note("file", f"The template is a .{plan.template.kind}; the report becomes an ordinary .docx.")
    for description in plan.template.dropped:
        yield _warn("file", f"Left out of the report: {description}.")


def _inspect_body(plan: TemplatePlan) -> Iterator[Problem]:
    place = plan.placement
    if place.paragraph is not None:
        where = place.section_name if place.sections > 1 else "the body"
        yield _note("report", f"Replaces the paragraph {{{{report}}}} in {where}; everything around it stays.")
        return
    counted = Counter(element.tag for element in plan.template.word.element.body)
    content = f"{_count(counted[f'{W}p'], 'paragraph')}, {_count(counted[f'{W}tbl'], 'table')}"
    message = f"Replaces the whole body ({content}). To keep a cover page, add a paragraph {{{{report}}}} after it."
    yield _note("report", message)
    if place.sections > 1:
        message = (
            f"The report takes the page setup, headers and footers of {place.section_name}, which has the most text."
        )
        yield _note("report", message)


def _inspect_page(plan: TemplatePlan) -> Iterator[Problem]:
    size = plan.placement.page_size
    width, height, text = map(to_millimetres, (*size, plan.placement.text_area[0]))
    paper = f"{paper_name(*size)} {'landscape' if width > height else 'portrait'}".strip()
    columns = f" in each of {plan.placement.columns} columns" if plan.placement.columns > 1 else ""
    yield _note("page", f"{paper}, {width} by {height} mm, with text {text} mm wide{columns}.")
    if text < _MIN_WIDTH:
        yield _warn("page", f"The text is only {text} mm wide: tables with several columns get small type.")


def _inspect_watermark(plan: TemplatePlan) -> Iterator[Problem]:
    for words in find_watermarks(plan.template.word):
        shown = f"the watermark {words!r}" if words else "a picture as a watermark"
        message = f"The template has {shown}. It stays in final reports; others show their status in its place."
        yield _note("watermark", message)


def _inspect_headers(plan: TemplatePlan) -> Iterator[Problem]:
    kinds = {f"{W}headerReference": "header", f"{W}footerReference": "footer"}
    pages = {"first": "first page", "even": "even pages"}
    sections = placement.list_sections(plan.template.word.element.body)[: plan.placement.number]
    own = [one for section in sections for one in select_nodes(section, "w:headerReference | w:footerReference")]
    kept = dict.fromkeys(f"{kinds[one.tag]} ({pages.get(one.get(f'{W}type'), 'pages')})" for one in own)
    yield _note(
        "headers",
        f"Kept: {', '.join(kept)}." if kept else "The template has no headers or footers, and none are added.",
    )


def _inspect_theme(plan: TemplatePlan) -> Iterator[Problem]:
    """Yield what the theme says about pages and the template replaces."""
    tokens = plan.tokens
    texts = {
        "letterhead": tokens.letterhead,
        "header": any(dict(tokens.header).values()),
        "footer": tokens.footer.start,
    }
    named = [name for name, text in texts.items() if text]
    if named:
        message = f"The template's pages replace the theme's {', '.join(named)}. Placeholders show them: "
        message += "{{letterhead}}, {{header_start}}, {{header_end}}, {{footer_start}}."
        yield _note("headers", message)
    yield from (_warn("headers", f"{one.message} {one.help}") for one in template_rendering.find_unshown(plan))


def _inspect_text(plan: TemplatePlan) -> Iterator[Problem]:
    index, word = plan.index, plan.template.word
    body = palette.find_font(index, word, plan.roles.found.get("BodyText")) or "Word's own font"
    heading = palette.find_font(index, word, plan.roles.found.get("Heading1")) or body
    yield _note("text", f"{body}, {plan.tokens.fonts.size}; headings in {heading}.")
    language = template_rendering.template_language(index) or "none"
    yield _note("language", f"{language}; a report in another language sets its own proofing language.")
    others = sorted({str(tag) for text in plan.kept for tag in select_nodes(text, ".//w:lang/@w:val")} - {language})
    if others:
        yield _note("language", f"The remaining parts of the template also contain text in {', '.join(others)}.")


def _inspect_styles(plan: TemplatePlan) -> Iterator[Problem]:
    names = plan.roles.role_styles()
    yield from (_note("styles", f"{role}: {names[role]}") for role in _SHOWN_ROLES if names[role])
    if missing := [role for role in _SHOWN_ROLES if not names[role]]:
        yield _note("styles", f"Created when needed, to match the template: {', '.join(missing)}.")


def _inspect_headings(plan: TemplatePlan) -> Iterator[Problem]:
    levels = [f"Heading{level}" for level in range(1, 6)]
    found = [plan.roles.found[key] for key in levels if key in plan.roles.found]
    if loose := [_show_style(plan, key) for key in found if not plan.index.has_property(key, "keepNext")]:
        kept = "The report's headings stay with their text anyway"
        yield _note("headings", f'Without "keep with next": {", ".join(loose)}. {kept}.')
    for key, what in zip(levels, ("section", "subsection"), strict=False):
        style = plan.roles.found.get(key)
        if style and plan.index.has_property(style, "pageBreakBefore"):
            yield _warn(
                "headings", f"{_show_style(plan, style)} begins a new page, so each {what} of a report does too."
            )


def _inspect_running_text(plan: TemplatePlan) -> Iterator[Problem]:
    body = plan.roles.found.get("BodyText")
    align = plan.index.resolve_value(body, "w:pPr/w:jc/@w:val")
    lengths = {name: plan.index.resolve_number(body, f"w:pPr/w:ind/@w:{name}") for name in _INDENTS}
    found = [_ALIGNMENTS[align]] if align in _ALIGNMENTS else []
    found += [f"{_INDENTS[name]} {to_millimetres(length)} mm" for name, length in lengths.items() if length]
    if found and body:
        message = (
            f"{plan.index.style_name(body)} is {', '.join(found)}. Tables, figures and titles of the report are not."
        )
        yield _note("text", message)


def _show_style(plan: TemplatePlan, identifier: str) -> str:
    """Return a style's name as Word shows it."""
    name = plan.index.style_name(identifier)
    return name[:1].upper() + name[1:]


def _inspect_tables(plan: TemplatePlan) -> Iterator[Problem]:
    style = plan.roles.found.get(TABLES[0])
    if style:
        yield _note("tables", f"Tables use the template's style {_show_style(plan, style)}.")
    elif plan.roles.plain_grid:
        grid = _show_style(plan, plan.roles.plain_grid)
        yield _note(
            "tables", f"{grid} has only lines: tables look like pmexport's, with the template's font and accent."
        )
    else:
        yield _note("tables", "The template has no table style: tables look like pmexport's, with its font and colour.")


def _inspect_contents(plan: TemplatePlan) -> Iterator[Problem]:
    if not plan.lists_sections:
        yield _note("contents", "A table of contents is added after the summary of a long report.")
    for contents in plan.contents:
        shown = f"The template's own table of contents {contents.shown}"
        if contents.ends:
            yield _note(
                "contents",
                f"{shown} is filled in. To add page numbers, update it in the finished document in Word (F9).",
            )
        else:
            yield _warn("contents", f"{shown} cannot be filled in. Update it in each finished document in Word (F9).")
    for other in plan.other_lists:
        yield _warn(
            "contents",
            f"The list {other.shown} keeps the template's entries. Update it in each finished document in Word (F9).",
        )


def _inspect_placeholders(plan: TemplatePlan) -> Iterator[Problem]:
    whole_body = plan.placement.paragraph is None
    found = [one for one in fill_ins.find_placeholders(plan.template.word) if not (whole_body and one.place == "body")]
    yield from _describe_known(found)
    known = ", ".join(f"{{{{{name}}}}}" for name in fill_ins.NAMES)
    for message in fill_ins.describe_unknown(plan.template.word, fill_ins.NAMES, skip_body=whole_body):
        help_ = (
            f" Known: {known}. Others are filled in with --field, or as fields of your house style."
            if message.startswith("Unknown")
            else ""
        )
        yield _warn("placeholders", message + help_)
    if not any(placeholder.name == "classification" and placeholder.place != "body" for placeholder in found):
        message = "No header or footer contains {{classification}}. It is added above the header and below the footer."
        yield _warn("placeholders", message)
    if not any(placeholder.name == "status" for placeholder in found):
        message = "{{status}} is missing: final reports will not show their status. Add it if they should."
        yield _warn("placeholders", message)


def _describe_known(found: list[Placeholder]) -> Iterator[Problem]:
    for name in fill_ins.NAMES:
        places = Counter(placeholder.place for placeholder in found if placeholder.name == name)
        is_split = any(placeholder.split for placeholder in found if placeholder.name == name)
        if places:
            where = ", ".join(f"{place} ({count})" if count > 1 else place for place, count in places.items())
            end = ", although Word split it over several runs" if is_split else ""
            yield _note("placeholders", f"{{{{{name}}}}} is filled in: {where}{end}.")


def _inspect_remains(plan: TemplatePlan) -> Iterator[Problem]:
    """Yield a warning for tracked changes and comments that would remain in the report."""
    changes = sum(len(select_nodes(text, ".//w:ins | .//w:del")) for text in plan.kept)
    if changes:
        message = f"The template contains {_count(changes, 'tracked change')}. Accept or reject them in Word."
        yield _warn("changes", message)
    comments = sum(len(select_nodes(text, ".//w:commentReference")) for text in plan.kept)
    if comments:
        yield _warn("comments", f"The template contains {_count(comments, 'comment')}. Delete them in Word.")


def _count(count: int, thing: str) -> str:
    return f"{count} {thing}" + ("" if count == 1 else "s")
