"""The whole library in a few functions: load a report, render it, write it, and tell what a document was made from.

They work in memory and read nothing but the report, its folder and its theme: no network, no working folder, no clock.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pmexport import reading
from pmexport.assets.atomic_write import write_file
from pmexport.errors import InputError, UnfinishedError
from pmexport.limits import DEFAULT, Limits
from pmexport.problems import Problem
from pmexport.renderers import registry
from pmexport.report.digest import Provenance
from pmexport.report.model import Report
from pmexport.report.moments import read_date
from pmexport.theming import themes

if TYPE_CHECKING:
    from pmexport.checks.levels import Levels
    from pmexport.problems import Problem
    from pmexport.publishing.verify import Verdict
    from pmexport.renderers.docx.template.inspection import Finding as TemplateFinding
    from pmexport.report.facts import Facts

Source = Report | Mapping[str, Any] | str | Path
"""A report, or what one can be loaded from: a mapping of its fields, or the path of a file."""


def load(
    source: str | Path | bytes | Mapping[str, Any],
    *,
    format: str | None = None,  # noqa: A002 - the word the user knows
    base: str | Path | None = None,
    overrides: Mapping[str, str] | None = None,
    limits: Limits = DEFAULT,
) -> Report:
    """Return the report that a file, its content or a mapping of its fields holds.

    source: the path of a file; its content as bytes; or a mapping.
    format: yaml, json or toml. By the file's suffix where None; required for bytes.
    base: the folder in which the report's pictures and logs lie. The file's own where None; without a file, none.
    overrides: texts to put in the place of what the report says, by their path: `{"severity": "P2"}`.
    limits: the bounds on what is read.

    Raises InputError, which holds every problem that was found.
    """
    if isinstance(source, Mapping):
        report = reading.read_mapping(source, overrides=overrides or {}, limits=limits)
    elif isinstance(source, bytes):
        if format is None:
            raise InputError([Problem("the format of the data is not known.", help="Say format='yaml', json or toml.")])
        report = reading.read_bytes(source, format=format, overrides=overrides or {}, limits=limits)
    else:
        report = reading.read_file(Path(source), format=format, overrides=overrides or {}, limits=limits)
    return report if base is None else report.based_at(Path(base))


def render(
    source: Source,
    format: str,  # noqa: A002 - the word the user knows
    *,
    theme: str | Path | themes.Theme = themes.DEFAULT,
    as_of: dt.date | str | None = None,
    limits: Limits = DEFAULT,
    warnings: list[Problem] | None = None,
    timeout: float | None = None,
    memory: int | None = None,
    allow_unfinished: bool = False,
    levels: Levels | None = None,
    **options: Any,
) -> bytes:
    """Return a report as a document of this format.

    source: a report, a mapping of its fields, or the path of its file.
    format: pdf, docx, html, md, or the name of a renderer that another package adds.
    theme: a theme's name, or the folder that it lies in.
    as_of: the day as of which action items are overdue, as a date or in ISO 8601. Where None: the day of
        SOURCE_DATE_EPOCH, else the report's `published`, else nothing is overdue.
    limits: the bounds on what is read for the report.
    warnings: a list to which is added what could not be shown, or does not agree.
    timeout, memory: seconds and bytes after which rendering is stopped. Where either is given, it runs in a process
        of its own (about half a second more); the bytes are the same.
    allow_unfinished: whether a report that calls itself final, and in which errors stand, is rendered all the same; its
        pages say that it is unfinished.
    levels: the levels of rules, as for `check`.
    options: those of the renderer.

    Raises InputError, UnfinishedError, ThemeError, FormatError for a format or an option that is not known,
    RenderError, and BoundError where a bound is reached.
    """
    if timeout is not None or memory is not None:
        gate = {"allow_unfinished": allow_unfinished, "levels": levels and dict(levels)}
        return _render_bounded(
            source, warnings, timeout, memory, format=format, theme=theme, as_of=as_of, limits=limits, **gate, **options
        )
    from pmexport.assets.folder import Folder  # noqa: PLC0415
    from pmexport.document.compose import compose  # noqa: PLC0415 - brings in Markdown
    from pmexport.report.facts import facts_of  # noqa: PLC0415

    renderer = registry.make_renderer(format, options)
    look = themes.find_theme(theme)
    report = source if isinstance(source, Report) else load(source, limits=limits)
    facts = facts_of(report, _day(as_of))
    errors = _errors_of(report, facts, levels)
    if errors and not allow_unfinished:
        raise UnfinishedError(errors)
    document = compose(report, facts, Folder(report.base, limits), unfinished=bool(errors))
    found = [] if warnings is None else warnings
    found += document.problems
    return registry.run_renderer(format, renderer, document, look, found)


def _errors_of(report: Report, facts: Facts, levels: Levels | None) -> tuple[Problem, ...]:
    """Return the errors that stand in a report that calls itself final."""
    if report.stage != "final":
        return ()
    from pmexport.checks.runner import errors_of  # noqa: PLC0415 - brings in Markdown

    return errors_of(report, facts, levels or {})


def _render_bounded(
    source: Source, warnings: list[Problem] | None, timeout: float | None, memory: int | None, **arguments: Any
) -> bytes:
    from pmexport import isolation  # noqa: PLC0415 - few need it

    theme, as_of = arguments["theme"], arguments["as_of"]
    folder = theme.folders[0] if isinstance(theme, themes.Theme) else theme
    arguments["theme"] = str(folder.absolute()) if isinstance(folder, Path) else folder
    arguments["as_of"] = as_of.isoformat() if isinstance(as_of, dt.date) else as_of
    asked = load(source, limits=arguments["limits"]) if isinstance(source, Mapping) else source
    arguments["limits"] = dataclasses.asdict(arguments["limits"])
    data, problems = isolation.render(asked, timeout=timeout, memory=memory, **arguments)
    if warnings is not None:
        warnings += problems
    return data


def check(source: Source, *, today: dt.date | str | None = None, levels: Levels | None = None) -> list[Problem]:
    """Return what is unfinished, unsafe or contradictory in a report, each finding with its place and what to do.

    source: a report, a mapping of its fields, or the path of its file.
    today: the day of the check, as a date or in ISO 8601. Where None, nothing is found that depends on it: a deadline
        that is past, a date in the future.
    levels: error, warning, note or off, by the ids of rules: `{"PM014": "off"}`. Where not given: the rule's own.

    Raises InputError for a source that cannot be read, and for levels that are none.
    """
    from pmexport.checks.runner import examine  # noqa: PLC0415 - brings in Markdown

    report = source if isinstance(source, Report) else load(source)
    return list(examine(report, today=_given_day(today, "today"), levels=levels or {}).findings)


def write(source: Source, path: str | Path, format: str | None = None, **options: Any) -> Path:  # noqa: A002
    """Write a report to a file and return its path; a file that stands there is replaced at once or not at all.

    format: as for `render`; by the path's suffix where None. options: all others that `render` takes.

    Raises what `render` raises, and WriteError.
    """
    path = Path(path)
    write_file(path, render(source, format or registry.format_of_suffix(path.suffix.removeprefix(".")), **options))
    return path


def digest(source: Source, *, limits: Limits = DEFAULT) -> str:
    """Return the SHA-256 digest of a report, in hexadecimal: the same in whatever format the report is written.

    It covers what can reach a document, the pictures and logs beside the report included, and stands in the properties
    of every document. `provenance.canonical` says of what it is made. Raises InputError.
    """
    return _provenance(source, limits).digest


def verify(source: Source, document: bytes | str | Path, *, limits: Limits = DEFAULT) -> Verdict:
    """Return whether a document says that it was made from this report as it stands, and if not, what it says.

    document: the bytes of a PDF, a Word file, a web page or Markdown, or the path of one.

    Raises InputError for a report that cannot be read, and for a document that is no file or larger than
    `verifying.DOCUMENT_BYTES`.
    """
    from pmexport.publishing import verify  # noqa: PLC0415 - brings in lxml

    data = document if isinstance(document, bytes) else verify.read(Path(document))
    return verify.Verdict(_provenance(source, limits), verify.claim_of(data))


def check_template(template: str | Path, *, theme: str | Path | themes.Theme = themes.DEFAULT) -> list[TemplateFinding]:
    """Return what of a company's Word template fits and what does not; it fits where no finding is a fault.

    template: the path of a .docx or .dotx file.
    theme: that which it is used with, by its name or folder.

    Raises ThemeError.
    """
    from pmexport.renderers.docx.template import inspection  # noqa: PLC0415 - brings in python-docx

    return inspection.check(template, themes.find_theme(theme))


def _provenance(source: Source, limits: Limits) -> Provenance:
    from pmexport.assets.folder import Folder  # noqa: PLC0415
    from pmexport.document.compose import compose  # noqa: PLC0415 - brings in Markdown
    from pmexport.report.facts import facts_of  # noqa: PLC0415

    report = source if isinstance(source, Report) else load(source, limits=limits)
    own = compose(report, facts_of(report), Folder(report.base, limits)).properties
    return Provenance(own.digest, own.id, own.revision, own.generator, own.as_of)


def _day(as_of: dt.date | str | None) -> dt.date | None:
    return _given_day(as_of, "as_of") or _source_date()


def _given_day(given: dt.date | str | None, name: str) -> dt.date | None:
    if isinstance(given, str):
        day = read_date(given)
        if day is None:
            raise InputError([Problem(f"{name} is {given!r}, expected a day such as 2026-04-01.")])
        return day
    return given.date() if isinstance(given, dt.datetime) else given


def _source_date() -> dt.date | None:
    """Return the day of SOURCE_DATE_EPOCH (reproducible-builds.org), in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date() if epoch else None
    except (ValueError, OverflowError, OSError) as error:
        problem = Problem(f"SOURCE_DATE_EPOCH is {epoch!r}, expected a number of seconds since 1970.")
        raise InputError([problem]) from error
