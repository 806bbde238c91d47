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
from pmexport.house_style.config import NO_CONFIG, Config
from pmexport.house_style.theme_choice import choose_theme
from pmexport.importing import loading
from pmexport.limits import DEFAULT, Limits
from pmexport.problems import Place, Problem
from pmexport.reading.found_values import shorten
from pmexport.reading.validation import revalidate_report
from pmexport.renderers import registry
from pmexport.renderers.registry import Renderer
from pmexport.report.digest import Look
from pmexport.report.facts import Facts, derive_facts
from pmexport.report.house_style import PLAIN, HouseStyle
from pmexport.report.model import Report, is_language_tag
from pmexport.report.moments import read_date
from pmexport.theming import theme_faults, themes
from pmexport.theming.theme_digest import describe_theme

if TYPE_CHECKING:
    from pmexport.document.composer import Composer
    from pmexport.document.labels import Labels
    from pmexport.document.nodes import Attachment, AttachmentRole, Document

Source = Report | Mapping[str, Any] | str | Path
"""A report, a mapping of its fields, or the path of its file."""
Files = Mapping[str, bytes]
"""Images and logs, by the paths that the report names them with."""


def load_source(
    source: Source, limits: Limits = DEFAULT, files: Files | None = None, style: HouseStyle = PLAIN
) -> Report:
    """Return the report of a source, with these files. Raises InputError, with every problem that was found."""
    return add_files(_load_report(source, limits, style), files)


def add_files(report: Report, files: Files | None) -> Report:
    """Return a report with these images and logs beside those that it has. Raises InputError if one is not bytes."""
    for name, data in (files or {}).items():
        _require_bytes(name, data)
    return report.with_files({**report.files, **files}) if files else report


def _require_bytes(name: str, data: object) -> None:
    if not isinstance(data, bytes):
        message = f"the file {shorten(name)!r} must be bytes, found {type(data).__name__}."
        raise InputError([Problem(message, help="Pass its content, not its path.")])


def _load_report(source: Source, limits: Limits, style: HouseStyle) -> Report:
    if isinstance(source, Report):
        return source if source.is_sound else revalidate_report(source, limits, style)
    if isinstance(source, Mapping):
        return reading.read_mapping(source, limits=limits, style=style)
    return loading.load_file(require_path(source), limits=limits, style=style)


def require_path(source: object, expected: str = "a report, a mapping or a path") -> Path:
    """Return the path that a caller gave. Raises InputError for a value of another type, and for a report's text."""
    if not isinstance(source, str | os.PathLike):
        message = f"found a value of the type {type(source).__name__}, expected {expected}."
        raise InputError([Problem(message)])
    if isinstance(source, str) and "\n" in source:
        help_ = 'Pass its bytes: load(text.encode(), format="yaml").'
        raise InputError([Problem("found the text of a report, expected the path of its file.", help=help_)])
    return Path(source)


def render_source(
    source: Source,
    format: str,  # noqa: A002 - the word users know
    *,
    config: Config = NO_CONFIG,
    theme: str | Path | themes.Theme | None = None,
    as_of: dt.date | str | None = None,
    limits: Limits | None = None,
    warnings: list[Problem] | None = None,
    allow_unfinished: bool = False,
    levels: Levels | None = None,
    files: Files | None = None,
    language: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> bytes:
    """Return a report as a document. For arguments and errors see `pmexport.render`."""
    renderer = registry.make_renderer(format, choose_options(format, options, config))
    limits = config.resolve_limits(limits)
    composed = compose_source(
        load_source(source, limits, files, config),
        config=config,
        theme=theme,
        as_of=as_of,
        limits=limits,
        allow_unfinished=allow_unfinished,
        levels=levels,
        language=language,
    )
    return _run_renderer(composed, format, renderer, warnings)


_WITH_TEMPLATE = ("docx", "eml")


def choose_options(format_name: str, given: Mapping[str, Any] | None, config: Config) -> dict[str, Any]:
    """Return the options of a renderer: the given ones, otherwise those that the configuration sets for it."""
    own: dict[str, Any] = config.mail.model_dump(exclude_none=True) if format_name == "eml" else {}
    if config.template_path and format_name in _WITH_TEMPLATE:
        own["word_template"] = config.template_path
    return own | dict(given or {})


@dataclass(frozen=True, slots=True)
class Composed:
    """A report's document, ready to be rendered in several formats."""

    document: Document
    theme: themes.Theme
    problems: tuple[Problem, ...]
    """What its author should look at."""
    report: Report
    facts: Facts
    limits: Limits
    style: HouseStyle = PLAIN


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
    document = add_extras(composed, renderer)
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


def add_extras(composed: Composed, renderer: Renderer) -> Document:
    """Return the document with what few formats need: attached files, a letter, action records. Raises RenderError."""
    document = composed.document
    if wanted := getattr(renderer, "carries", ()):
        document = replace(document, attachments=_collect_attachments(composed, wanted))
    if getattr(renderer, "writes_letter", False):
        document = replace(document, letter=_compose_letter(composed))
    if getattr(renderer, "lists_actions", False):
        from pmexport.document.action_records import compose_records  # noqa: PLC0415 - imports Markdown

        document = replace(document, actions=compose_records(_make_composer(composed)))
    return document


def _collect_attachments(composed: Composed, wanted: Collection[AttachmentRole]) -> tuple[Attachment, ...]:
    from pmexport.attaching import collect_attachments  # noqa: PLC0415 - imports Markdown

    return collect_attachments(composed.report, wanted, composed.limits, _find_labels(composed), composed.style)


def _compose_letter(composed: Composed) -> Document:
    from pmexport.document.letter import compose_letter  # noqa: PLC0415 - imports Markdown
    from pmexport.document.typography import smarten_document  # noqa: PLC0415

    letter = compose_letter(_make_composer(composed), composed.document)
    return smarten_document(letter) if composed.theme.tokens.typography == "smart" else letter


def _make_composer(composed: Composed) -> Composer:
    """Return what other compositions of the same report are made with."""
    from pmexport.assets.folder import Folder  # noqa: PLC0415
    from pmexport.document.composer import Composer  # noqa: PLC0415 - imports Markdown

    report = composed.report
    folder = Folder(report.base, composed.limits, report.files)
    return Composer(report, composed.facts, folder, _find_labels(composed), composed.style)


def _find_labels(composed: Composed) -> Labels:
    """Return the labels of a document."""
    from pmexport.document.labels import labels_for  # noqa: PLC0415

    return labels_for(composed.document.language, composed.theme.folders, composed.style)


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
    from pmexport.document.composer import find_parts  # noqa: PLC0415 - imports Markdown

    for path, value in find_parts(report.model_dump(exclude={"checks"}), lambda value: text in value):
        if isinstance(value, str) and path.startswith(within):
            return path, value.index(text)
    return within, None


def compose_source(
    source: Source,
    *,
    config: Config = NO_CONFIG,
    theme: str | Path | themes.Theme | None = None,
    as_of: dt.date | str | None = None,
    limits: Limits | None = None,
    allow_unfinished: bool = False,
    levels: Levels | None = None,
    language: str | None = None,
) -> Composed:
    """Return a report's document. For arguments and errors see `pmexport.render`."""
    from pmexport.assets.folder import Folder  # noqa: PLC0415
    from pmexport.document.compose import compose  # noqa: PLC0415 - imports Markdown
    from pmexport.renderers.shared.arrangement import arrange_document  # noqa: PLC0415

    chosen = choose_theme(theme, config)
    limits = config.resolve_limits(limits)
    report = load_source(source, limits, style=config)
    facts = derive_facts(report, choose_date(as_of, config), config)
    folder = Folder(report.base, limits, report.files)
    look = describe_look(config, chosen)
    words: dict[str, Any] = {"language": parse_language(language), "themes": chosen.folders}
    document = compose(report, facts, folder, style=config, look=look, **words)
    errors = _final_errors(report, facts, document.problems, config.resolve_levels(levels), limits, config)
    if errors and not allow_unfinished:
        raise UnfinishedError(errors)
    if errors:
        document = compose(report, facts, folder, style=config, look=look, unfinished=True, **words)
    document = arrange_document(document, chosen, config)
    found = (*report.remarks, *document.problems, *theme_faults.inspect_theme(chosen))
    return Composed(document, chosen, tuple(map(_soften_problem, found)), report, facts, limits, config)


def describe_look(config: Config, theme: themes.Theme) -> Look:
    """Return the record of what a document is made with, besides the report."""
    return Look(config.digest, describe_theme(theme))


def _soften_problem(problem: Problem) -> Problem:
    """Return a problem as a warning; a note stays one."""
    return problem if problem.level == "note" else replace(problem, level="warning")


def _final_errors(
    report: Report,
    facts: Facts,
    composed: tuple[Problem, ...],
    levels: Levels,
    limits: Limits,
    style: HouseStyle,
) -> tuple[Problem, ...]:
    """Return the errors of a report that is marked final; none for a draft."""
    if report.stage != "final":
        return ()
    from pmexport.checks.runner import find_errors  # noqa: PLC0415 - imports Markdown

    return find_errors(report, facts, composed, levels, limits, style)


def parse_date(given: dt.date | str | None, name: str) -> dt.date | None:
    """Return the date given for the argument of this name. Raises InputError for what is not a date."""
    if given is None:
        return None
    date = read_date(given) if isinstance(given, str) else _find_date(given)
    if date is None:
        raise InputError([Problem(f"{name} is {given!r}, expected a date such as 2026-04-01.")])
    return date


def _find_date(given: object) -> dt.date | None:
    if isinstance(given, dt.datetime):
        return given.date()
    return given if isinstance(given, dt.date) else None


def choose_date(as_of: dt.date | str | None, config: Config) -> dt.date | None:
    """Return the date for overdue action items: the given one, that of the house style, or of SOURCE_DATE_EPOCH."""
    return parse_date(as_of, "as_of") or config.as_of or source_date()


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
