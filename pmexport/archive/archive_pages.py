"""The pages of an archive: index, action items and figures."""

import json
from collections.abc import Iterable
from importlib import resources

from pmexport.archive import index_page, page_parts
from pmexport.archive.actions_page import compose_actions, write_table
from pmexport.archive.archived import Archive
from pmexport.archive.figures_page import compose_figures
from pmexport.archive.index_page import compose_index
from pmexport.document.labels import Labels
from pmexport.document.nodes import Document
from pmexport.document.sections.actions import COLUMNS
from pmexport.problems import Problem
from pmexport.renderers.html import join_styles, make_page
from pmexport.renderers.shared.page_texts import compare_texts
from pmexport.theming.themes import Theme

_STYLE = "archive.css"


def render_pages(archive: Archive, theme: Theme, warnings: list[Problem]) -> dict[str, bytes]:
    """Return the files about all reports, by name, and warn of texts that the theme leaves out or adds.

    Raises ThemeError if a file of the theme is wrong.
    """
    labels, words = archive.labels, archive.labels.archive
    overdue = {"column": list(index_page.COLUMNS).index("overdue"), "name": words["only_overdue"]}
    reports = _write_script(labels, list(index_page.COLUMNS), ("severity", "status", "services"), {"overdue": overdue})
    actions = _write_script(labels, list(COLUMNS), ("owner", "priority", "status"), {})
    pages = (
        (page_parts.INDEX, compose_index(archive), reports),
        (page_parts.ACTIONS, compose_actions(archive), actions),
        (page_parts.FIGURES, compose_figures(archive, theme.tokens), ""),
    )
    made = {name: _make_page(document, theme, script, warnings) for name, document, script in pages}
    return made | {page_parts.TABLE: write_table(archive)}


def _make_page(document: Document, theme: Theme, script: str, warnings: list[Problem]) -> bytes:
    page = make_page(document, theme, join_styles(document, theme, (_STYLE,)), script)
    warnings += compare_texts(page, document, theme)
    return page


def _write_script(labels: Labels, columns: list[str], filtered: Iterable[str], more: dict[str, object]) -> str:
    """Return the script that adds filters. columns: the keys of the table's columns. filtered: those with a filter."""
    names = labels.action_items | labels.archive
    words = {name: labels.archive[name] for name in ("search", "all", "shown")}
    fields = [{"column": columns.index(key), "name": names[key]} for key in filtered]
    given = json.dumps(words | {"columns": fields} | more, ensure_ascii=False).replace("<", "\\u003c")
    return f"const words = {given};\n{resources.files(__package__).joinpath('filters.js').read_text('utf-8')}"
