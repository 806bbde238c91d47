"""What of a company's Word template fits and what does not, in plain words, before anything is rendered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pmexport.errors import RenderError
from pmexport.renderers.docx.oxml import W
from pmexport.renderers.docx.template import fill_ins, palette
from pmexport.renderers.docx.template import template_rendering as company
from pmexport.renderers.docx.template.style_index import select
from pmexport.renderers.docx.template.template_rendering import Plan
from pmexport.theming.themes import Theme

_MILLIMETRE = 1440 / 25.4
_PAPER = {(210, 297): "A4", (216, 279): "Letter", (216, 356): "Legal", (297, 420): "A3", (148, 210): "A5"}
_NARROW = 120
"""Millimetres of text, below which tables of six columns get small type."""
_SHOWN = (
    *("title", "subtitle", "heading_1", "heading_2", "heading_3", "body_text", "list_bullet", "list_number"),
    *("quote", "caption", "code_block", "code", "hyperlink", "report_table", "table_heading", "table_text"),
    *("toc_heading", "toc_1", "toc_2"),
)
"""The roles that a template is likely to have styles for."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found out about a template."""

    kind: Literal["ok", "note", "fault"]
    """`note`: it works, but look at it; `fault`: the template cannot be used."""
    about: str
    """What it is about, in a word."""
    message: str


def check(path: str | Path, theme: Theme) -> list[Finding]:
    """Return what was found out about a template, for reports with this theme; with a fault, only faults."""
    try:
        plan = company.plan(path, theme.tokens)
    except RenderError as error:
        return [Finding("fault", "template", line) for line in str(error).splitlines()]
    checks = (_file, _report, _page, _furniture, _text, _styles, _contents, _blanks, _left_over)
    return [finding for one in checks for finding in one(plan)]


def _file(plan: Plan) -> Iterator[Finding]:
    if plan.template.kind != "docx":
        yield Finding("ok", "file", f"It is a .{plan.template.kind}; the report becomes an ordinary .docx.")
    for words in plan.template.left_out:
        yield Finding("note", "file", f"Not taken over: {words}.")


def _report(plan: Plan) -> Iterator[Finding]:
    site = plan.site
    if site.mark is not None:
        where = f"section {site.number} of {site.sections}" if site.sections > 1 else "the body"
        yield Finding("ok", "report", f"It stands at the paragraph {{{{report}}}}, in {where}; all around it stays.")
        return
    counted = Counter(element.tag for element in plan.template.word.element.body)
    paragraphs, tables = counted[f"{W}p"], counted[f"{W}tbl"]
    message = f"It takes the place of the whole body ({_many(paragraphs, 'paragraph')}, {_many(tables, 'table')})."
    yield Finding(
        "ok", "report", f"{message} To keep a cover, put a paragraph {{{{report}}}} where the report is to be."
    )


def _page(plan: Plan) -> Iterator[Finding]:
    width, height = (round(length / _MILLIMETRE) for length in plan.site.paper)
    text = round(plan.site.area[0] / _MILLIMETRE)
    name = _PAPER.get((min(width, height), max(width, height)), "")
    sheet = f"{name} {'landscape' if width > height else 'portrait'}".strip()
    columns = f" in each of {plan.site.columns} columns" if plan.site.columns > 1 else ""
    yield Finding("ok", "page", f"{sheet}, {width} by {height} mm, with text {text} mm wide{columns}.")
    if text < _NARROW:
        yield Finding("note", "page", f"{text} mm are narrow: tables of several columns get small type and many lines.")


def _furniture(plan: Plan) -> Iterator[Finding]:
    kinds = {f"{W}headerReference": "header", f"{W}footerReference": "footer"}
    pages = {"first": "first page", "even": "even pages"}
    sections = select(plan.template.word.element.body, "w:p/w:pPr/w:sectPr | w:sectPr")[: plan.site.number]
    own = [one for section in sections for one in select(section, "w:headerReference | w:footerReference")]
    kept = dict.fromkeys(f"{kinds[one.tag]} ({pages.get(one.get(f'{W}type'), 'pages')})" for one in own)
    yield Finding("ok", "headers", f"Kept: {', '.join(kept)}." if kept else "There are none, and none are made.")


def _text(plan: Plan) -> Iterator[Finding]:
    sheet, word = plan.sheet, plan.template.word
    body = palette.font(sheet, word, plan.roles.found.get("BodyText")) or "Word's own font"
    heading = palette.font(sheet, word, plan.roles.found.get("Heading1")) or body
    yield Finding("ok", "text", f"{body}, {plan.tokens.fonts.size}; headings in {heading}.")
    language = company.language_of(sheet) or "none"
    yield Finding("ok", "language", f"{language}; a report in another one is marked as such for the spelling checker.")


def _styles(plan: Plan) -> Iterator[Finding]:
    names = plan.roles.names()
    for role in _SHOWN:
        if name := names[role]:
            yield Finding("ok", "styles", f"{role}: {name}")
    made = [role for role in _SHOWN if not names[role]]
    if made:
        yield Finding("ok", "styles", f"Made when needed, in the look of the template: {', '.join(made)}.")


def _contents(plan: Plan) -> Iterator[Finding]:
    if plan.contents is None:
        yield Finding("ok", "contents", "A list is written after the summary of a long report.")
    elif plan.contents.ends:
        message = "The template's own list is filled; page numbers come when Word updates it (F9)."
        yield Finding("ok", "contents", message)
    else:
        message = "The template's own list cannot be filled, and shows what it did. Update it in Word (F9)."
        yield Finding("note", "contents", message)


def _blanks(plan: Plan) -> Iterator[Finding]:
    found = [
        blank for blank in fill_ins.find(plan.template.word) if blank.place != "body" or plan.site.mark is not None
    ]
    for name in fill_ins.NAMES:
        places = Counter(blank.place for blank in found if blank.name == name)
        split = any(blank.split for blank in found if blank.name == name)
        mended = ", though Word has split it over several runs" if split else ""
        if places:
            where = ", ".join(f"{place} ({count})" if count > 1 else place for place, count in places.items())
            yield Finding("ok", "blanks", f"{{{{{name}}}}} is filled in: {where}{mended}.")
    for blank in found:
        if blank.name not in (*fill_ins.NAMES, fill_ins.REPORT):
            known = ", ".join(f"{{{{{name}}}}}" for name in fill_ins.NAMES)
            message = f"{blank.written} in the {blank.place} is not known, and stays; there are {known}."
            yield Finding("note", "blanks", message)
    if not any(blank.name == "classification" and blank.place != "body" for blank in found):
        message = "No header or footer says {{classification}}: a TLP label is to stand on every page."
        yield Finding("note", "blanks", message)
    if not any(blank.name == "status" for blank in found):
        message = "Nothing says {{status}}: a report that is not final has a watermark, and a final one says nothing."
        yield Finding("note", "blanks", message)


def _left_over(plan: Plan) -> Iterator[Finding]:
    """Yield what stays in the template's own text and may surprise whoever gets the report."""
    changes = sum(len(select(text, ".//w:ins | .//w:del")) for text in plan.kept)
    if changes:
        yield Finding("note", "changes", f"{_many(changes, 'tracked change')} left: accept or reject in Word.")
    comments = sum(len(select(text, ".//w:commentReference")) for text in plan.kept)
    if comments:
        yield Finding("note", "comments", f"{_many(comments, 'comment')} left: delete in Word.")
    yield from (Finding("note", about, message) for about, message in company.fetching(plan))


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" + ("" if count == 1 else "s")
