"""The pipeline in this process: load, derive facts, check a final report, compose, render."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pmexport import reading
from pmexport.checks.levels import Levels
from pmexport.errors import InputError, PmexportError, RenderError, UnfinishedError
from pmexport.importing import loading
from pmexport.limits import DEFAULT, Limits
from pmexport.problems import Place, Problem
from pmexport.reading.found_values import shorten
from pmexport.reading.validation import revalidate_report
from pmexport.renderers import registry
from pmexport.renderers.registry import Renderer
from pmexport.report.facts import Facts, derive_facts
from pmexport.report.model import Report, is_language_tag
from pmexport.report.moments import read_date
from pmexport.theming import theme_faults, themes

if TYPE_CHECKING:
    from pmexport.document.nodes import AttachmentRole, Document

Source = Report | Mapping[str, Any] | str | Path
"""A report, a mapping of its fields, or the path of its file."""
Files = Mapping[str, bytes]
"""Images and logs, by the paths that the report names them with."""


def load_source(source: Source, limits: Limits = DEFAULT, files: Files | None = None) -> Report:
    """Return the report of a source, with these files. Raises InputError, with every problem that was found."""
    return add_files(_load_report(source, limits), files)


def add_files(report: Report, files: Files | None) -> Report:
    """Return a report with these images and logs beside those that it has. Raises InputError if one is not bytes."""
    for name, data in (files or {}).items():
        _require_bytes(name, data)
    return report.with_files({**report.files, **files}) if files else report


def _require_bytes(name: str, data: object) -> None:
    if not isinstance(data, bytes):
        message = f"the file {shorten(name)!r} must be bytes, found {type(data).__name__}."
        raise InputError([Problem(message, help="Pass its content, not its path.")])


def _load_report(source: Source, limits: Limits) -> Report:
    if isinstance(source, Report):
        return source if source.is_sound else revalidate_report(source, limits)
    if isinstance(source, Mapping):
        return reading.read_mapping(source, limits=limits)
    return loading.load_file(require_path(source), limits=limits)


def require_path(source: object) -> Path:
    """Return the path that a caller gave. Raises InputError for a value of another type, and for a report's text."""
    if not isinstance(source, str | os.PathLike):
        message = f"found a value of the type {type(source).__name__}, expected a report, a mapping or a path."
        raise InputError([Problem(message)])
    if isinstance(source, str) and "\n" in source:
        help_ = 'Pass its bytes: load(text.encode(), format="yaml").'
        raise InputError([Problem("found the text of a report, expected the path of its file.", help=help_)])
    return Path(source)


def render_source(
    source: Source,
    format: str,  # noqa: A002 - the word users know
    *,
    theme: str | Path | themes.Theme = themes.DEFAULT,
    as_of: dt.date | str | None = None,
    limits: Limits = DEFAULT,
    warnings: list[Problem] | None = None,
    allow_unfinished: bool = False,
    levels: Levels | None = None,
    files: Files | None = None,
    language: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> bytes:
    """Return a report as a document. For arguments and errors see `pmexport.render`."""
    renderer = registry.make_renderer(format, options)
    report, unfinished = load_source(source, limits, files), allow_unfinished
    composed = compose_source(
        report,
        theme=theme,
        as_of=as_of,
        limits=limits,
        allow_unfinished=unfinished,
        levels=levels,
        language=language,
    )
    return _run_renderer(composed, format, renderer, warnings)


@dataclass(frozen=True, slots=True)
class Composed:
    """A report's document, ready to be rendered in several formats."""

    document: Document
    theme: themes.Theme
    problems: tuple[Problem, ...]
    """What its author should look at."""
    report: Report
    limits: Limits


def render_composed(
    composed: Composed,
    format: str,  # noqa: A002 - the word users know
    *,
    warnings: list[Problem] | None = None,
    options: Mapping[str, Any] | None = None,
) -> bytes:
    """Return a document in a format. For arguments and errors see `pmexport.render`."""
    return _run_renderer(composed, format, registry.make_renderer(format, options), warnings)


@dataclass(slots=True)
class Rendered:
    """A report in several formats. An error of one does not stop the others."""

    documents: dict[str, bytes] = field(default_factory=dict)
    """The documents, by format."""
    warnings: list[Problem] = field(default_factory=list)
    failures: list[PmexportError] = field(default_factory=list)
    """The errors of formats that could not be rendered."""

    def add(self, format_name: str, render: Callable[..., bytes]) -> None:
        """Add the document that a function returns, which is given a list for its warnings."""
        try:
            self.documents[format_name] = render(warnings=self.warnings)
        except PmexportError as error:
            if str(error) not in map(str, self.failures):  # what is wrong with the report is wrong in all formats
                self.failures.append(error)


def render_formats(source: Source, formats: Mapping[str, Mapping[str, Any]], **arguments: Any) -> Rendered:
    """Return a report in several formats, which share one composition.

    formats: the options of each format. arguments: as for `compose_source`.
    """
    try:
        composed = compose_source(source, **arguments)
    except PmexportError as error:
        return Rendered(failures=[error])
    rendered = Rendered()
    for name, options in formats.items():
        rendered.add(name, partial(render_composed, composed, name, options=options))
    return rendered


def _run_renderer(composed: Composed, name: str, renderer: Renderer, warnings: list[Problem] | None) -> bytes:
    found: list[Problem] = []
    document = _attach_files(composed, getattr(renderer, "carries", ()))
    try:
        data = registry.run_renderer(name, renderer, document, composed.theme, found)
    except RenderError as error:
        if not any(problem.path or problem.quoted for problem in error.problems):
            raise
        raise RenderError(problems=_locate_problems(error.problems, composed.report)) from error
    finally:
        if warnings is not None:
            warnings += (*composed.problems, *_locate_problems(found, composed.report))
    return data


def _attach_files(composed: Composed, wanted: Collection[AttachmentRole]) -> Document:
    """Return the document with the files that a renderer wants to put into it. Raises RenderError."""
    if not wanted:
        return composed.document
    from pmexport.attaching import collect_attachments  # noqa: PLC0415 - imports Markdown

    document = composed.document
    attached = collect_attachments(composed.report, wanted, composed.limits, document.language)
    return replace(document, attachments=attached)


def _locate_problems(problems: Iterable[Problem], report: Report) -> Iterator[Problem]:
    """Yield the problems with their places in the report, as far as they are known."""
    for problem in problems:
        if problem.place != Place() or not (problem.path or problem.quoted):
            yield problem
            continue
        path, offset = _find_text(report, problem.path, problem.quoted) if problem.quoted else (problem.path, None)
        located = replace(problem, path=path)
        yield located.at(report.origin.find(path, offset)) if report.origin and path else located


def _find_text(report: Report, within: str, text: str) -> tuple[str, int | None]:
    """Return the path of the first value, in this part of a report, that contains a text, and where in the value."""
    from pmexport.document.composer import walk_parts  # noqa: PLC0415 - imports Markdown

    for path, value in walk_parts(report.model_dump(exclude={"checks"})):
        if isinstance(value, str) and path.startswith(within) and text in value:
            return path, value.index(text)
    return within, None


def compose_source(
    source: Source,
    *,
    theme: str | Path | themes.Theme = themes.DEFAULT,
    as_of: dt.date | str | None = None,
    limits: Limits = DEFAULT,
    allow_unfinished: bool = False,
    levels: Levels | None = None,
    language: str | None = None,
) -> Composed:
    """Return a report's document. For arguments and errors see `pmexport.render`."""
    from pmexport.assets.folder import Folder  # noqa: PLC0415
    from pmexport.document.compose import compose  # noqa: PLC0415 - imports Markdown
    from pmexport.renderers.shared.arrangement import arrange_document  # noqa: PLC0415

    look = themes.find_theme(theme)
    report = load_source(source, limits)
    facts = derive_facts(report, parse_date(as_of, "as_of") or source_date())
    words: dict[str, Any] = {"language": parse_language(language), "themes": look.folders}
    document = compose(report, facts, Folder(report.base, limits, report.files), **words)
    errors = _final_errors(report, facts, document.problems, levels, limits)
    if errors and not allow_unfinished:
        raise UnfinishedError(errors)
    if errors:
        document = compose(report, facts, Folder(report.base, limits, report.files), unfinished=True, **words)
    document = arrange_document(document, look)
    found = (*report.remarks, *document.problems, *theme_faults.inspect_theme(look))
    problems = (replace(problem, level="warning") for problem in found)
    return Composed(document, look, tuple(problems), report, limits)


def _final_errors(
    report: Report, facts: Facts, composed: tuple[Problem, ...], levels: Levels | None, limits: Limits
) -> tuple[Problem, ...]:
    """Return the errors of a report that is marked final; none for a draft."""
    if report.stage != "final":
        return ()
    from pmexport.checks.runner import find_errors  # noqa: PLC0415 - imports Markdown

    return find_errors(report, facts, composed, levels or {}, limits)


def parse_date(given: dt.date | str | None, name: str) -> dt.date | None:
    """Return the date given for the argument of this name. Raises InputError for a text that is not a date."""
    if isinstance(given, str):
        date = read_date(given)
        if date is None:
            raise InputError([Problem(f"{name} is {given!r}, expected a date such as 2026-04-01.")])
        return date
    return given.date() if isinstance(given, dt.datetime) else given


def parse_language(tag: str | None) -> str | None:
    """Return a language tag. Raises InputError for a text that is none."""
    if tag is not None and not is_language_tag(tag):
        raise InputError([Problem(f"language is {tag!r}, expected a language tag, such as en or pt-BR.")])
    return tag


def choose_day(as_of: dt.date | str | None) -> dt.date:
    """Return a date on which action items count as overdue: the given one, that of SOURCE_DATE_EPOCH, or today.

    A document never depends on today's date; the pages about many reports are of the day on which they are made.
    """
    return parse_date(as_of, "as_of") or source_date() or dt.datetime.now().astimezone().date()


def source_date() -> dt.date | None:
    """Return the date of SOURCE_DATE_EPOCH (reproducible-builds.org), in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date() if epoch else None
    except (ValueError, OverflowError, OSError) as error:
        problem = Problem(f"SOURCE_DATE_EPOCH must be a Unix timestamp in seconds, not {epoch!r}.")
        raise InputError([problem]) from error
