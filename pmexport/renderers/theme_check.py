"""Checks a theme before any report is rendered with it: its files, its templates, and what it makes of a specimen."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from io import BytesIO
from pathlib import Path

from jinja2 import TemplateSyntaxError
from PIL import Image

from pmexport import reading
from pmexport.assets.folder import Folder
from pmexport.document.compose import compose
from pmexport.document.labels.catalogues import FOLDER, read_catalogue
from pmexport.document.nodes import Document
from pmexport.errors import PmexportError, ThemeError
from pmexport.problems import Place, Problem
from pmexport.renderers import registry
from pmexport.renderers.shared.arrangement import arrange_document
from pmexport.renderers.theme_templates import make_environment
from pmexport.report.facts import derive_facts
from pmexport.report.model import is_language_tag
from pmexport.theming.theme_faults import inspect_theme, spell_language
from pmexport.theming.themes import Theme, find_theme

_FORMATS = ("html", "pdf", "docx")
_DAY = dt.date(2026, 11, 28)
"""On which the specimen's action item is overdue."""


def check_theme(theme: str | Path) -> list[Problem]:
    """Return everything that is wrong in a theme, given by its name or folder.

    It cannot be used if a problem's level is `error`. Each problem is at its place.
    """
    try:
        found = find_theme(theme)
    except ThemeError as error:
        return list(_raise_level(error))
    parts = (inspect_theme(found), _compile_templates(found), _check_word_template(found), _check_catalogues(found))
    problems = list(dict.fromkeys(problem for part in parts for problem in _collect_problems(part)))
    if all(problem.level != "error" for problem in problems):
        problems += _render_specimen(found)
    return problems


def _collect_problems(found: Iterator[Problem]) -> Iterator[Problem]:
    """Yield problems, and at the end those of an error: of a file that cannot be read."""
    try:
        yield from found
    except ThemeError as error:
        yield from _raise_level(error)


def _check_catalogues(theme: Theme) -> Iterator[Problem]:
    """Yield what is wrong with the theme's words of documents, in any language."""
    own = {path.stem for folder in theme.folders[:-1] for path in (folder / FOLDER).glob("*.toml")}
    for language in sorted(name for name in own if is_language_tag(name) and spell_language(name) == name):
        try:
            read_catalogue(language, theme.folders)
        except ThemeError as error:
            yield from _raise_level(error)


def _raise_level(error: PmexportError) -> Iterator[Problem]:
    return (replace(problem, level="error") for problem in error.problems)


def _compile_templates(theme: Theme) -> Iterator[Problem]:
    """Yield the templates that do not compile."""
    environment = make_environment(theme)
    for name in theme.list_own(".j2"):
        try:
            environment.get_template(name)
        except TemplateSyntaxError as error:
            yield Problem(str(error.message), level="error").at(Place(error.filename or "", error.lineno))
        except ThemeError as error:
            yield from _raise_level(error)


def _check_word_template(theme: Theme) -> Iterator[Problem]:
    """Yield why the Word template that the theme names cannot be used."""
    name = theme.tokens.word.template
    path = theme.find(name) if name else None
    if name and path is None:
        yield Problem(f"the Word template {name!r} is missing.", "word.template", level="error")
    if path:
        from pmexport.renderers.docx.template import inspection  # noqa: PLC0415 - imports python-docx

        found = inspection.inspect_template(path, theme)
        yield from (problem for problem in found if problem.level == "error")


def _render_specimen(theme: Theme) -> Iterator[Problem]:
    """Yield what goes wrong when a report with every kind of content is rendered."""
    document = arrange_document(make_specimen(), theme)
    said: set[tuple[str, str]] = set()
    for name in _FORMATS:
        warnings: list[Problem] = []
        try:
            registry.run_renderer(name, registry.make_renderer(name), document, theme, warnings)
        except PmexportError as error:
            warnings = [*_raise_level(error)]
        for problem in warnings:
            if (problem.message, problem.file) not in said:
                said.add((problem.message, problem.file))
                yield problem


def make_specimen() -> Document:
    """Return the document of a report with every section and every kind of block."""
    picture = BytesIO()
    Image.new("RGB", (60, 40), "#888888").save(picture, "PNG")
    text = resources.files(__package__).joinpath("specimen.yaml").read_bytes()
    report = reading.read_bytes(text, format="yaml")
    return compose(report, derive_facts(report, _DAY), Folder(None, files={"plot.png": picture.getvalue()}))
