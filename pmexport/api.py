"""The public functions. They read only what they are given; `write`, `render_many` and `finalize` write files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, overload

from pmexport import pipeline, reading
from pmexport.assets.atomic_write import write_file
from pmexport.checks.levels import Levels
from pmexport.errors import FormatError, InputError, WriteError
from pmexport.house_style.config import NO_CONFIG, Config, require_config
from pmexport.house_style.config_files import find_config
from pmexport.house_style.config_reader import read_config
from pmexport.house_style.report_schema import style_schema
from pmexport.house_style.theme_choice import choose_theme
from pmexport.importing import loading
from pmexport.importing.draft import Draft
from pmexport.importing.import_options import ImportOptions, read_headings
from pmexport.importing.sources import SourceFile, read_sources
from pmexport.limits import Limits
from pmexport.pipeline import Files, Source
from pmexport.problems import Problem, show_name
from pmexport.renderers import registry
from pmexport.renderers.placing import place_options
from pmexport.renderers.registry import Format
from pmexport.report.facts import Facts, derive_facts
from pmexport.report.model import Report
from pmexport.theming import themes

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from pmexport.batch.batch_run import Result
    from pmexport.importing.report_writer import DumpFormat
    from pmexport.publishing.attached import AttachedFile
    from pmexport.publishing.finalize_report import Finalized
    from pmexport.publishing.verify import Verdict


def load(
    source: str | Path | bytes | Mapping[str, Any],
    *,
    format: str | None = None,  # noqa: A002 - the word users know
    base: str | Path | None = None,
    files: Files | None = None,
    overrides: Mapping[str, str] | None = None,
    config: Config | None = None,
    limits: Limits | None = None,
    warnings: list[Problem] | None = None,
) -> Report:
    """Load a report from a file, from bytes, or from a mapping of its fields.

    source: the path of a file, its content as bytes, or a mapping.
    format: yaml, json or toml, or the name of a format that can be imported, such as markdown. Default: from the
        file's suffix; required for bytes.
    base: the folder of the report's images and logs. Default: the file's folder; none without a file.
    files: images and logs as bytes, by the paths that the report names them with: `{"graphs/errors.png": data}`. They
        come before those of the folder.
    overrides: values that replace those in the report, by path: `{"severity": "P2"}`.
    config: the house style, from `load_config`. A report may set the fields that it declares.
    limits: the bounds on what is read. Default: those of `config`.
    warnings: a list that receives what the author should look at, such as text that YAML takes for a comment.

    Raises InputError, which carries every problem that was found.
    """
    config, limits = _resolve(config, limits)
    if isinstance(source, Mapping):
        report = reading.read_mapping(source, overrides=overrides or {}, limits=limits, style=config)
    elif isinstance(source, bytes):
        if format is None:
            help_ = f"Pass one of {', '.join(map(repr, loading.input_formats()))}."
            raise InputError([Problem("`format` is required when loading from bytes.", help=help_)])
        report = loading.load_bytes(source, format=format, overrides=overrides or {}, limits=limits, style=config)
    else:
        path = pipeline.require_path(source)
        report = loading.load_file(path, format=format, overrides=overrides or {}, limits=limits, style=config)
    if warnings is not None:
        warnings += report.remarks
    return pipeline.add_files(
        report if base is None else report.based_at(pipeline.require_path(base, "the path of a folder")), files
    )


def import_report(
    files: str | Path | bytes | Iterable[str | Path | bytes],
    format: str | None = None,  # noqa: A002 - the word users know
    *,
    keep_contacts: bool = False,
    headings: str | Path | Mapping[str, Sequence[str]] | None = None,
    config: Config | None = None,
    limits: Limits | None = None,
) -> Draft:
    """Import one report from files of another format. Return a draft, with notes on what became of each part.

    files: the paths or the contents of one or more files that belong to one incident.
    format: markdown, docx, or the name of an incident tool. Default: from the content and the suffix.
    keep_contacts: keep phone numbers, email addresses and avatars.
    headings: your own headings, by the field they stand for, `{"resolution": ["How we fixed it"]}`; or the path of a
        TOML file of this form.
    config: the house style of our own documents that are imported, from `load_config`.
    limits: the bounds on what is read. Default: those of `config`.

    The draft has the `report`, the `notes`, `to_yaml()`, and the `files` of a Word file: its images. Its status is
    never final. Raises InputError, and FormatError if the format is unknown or cannot be determined.
    """
    config, limits = _resolve(config, limits)
    given = [files] if isinstance(files, str | Path | bytes) else list(files)
    sources = [
        SourceFile(one, "", limits) if isinstance(one, bytes) else read_sources([one], limits)[0] for one in given
    ]
    if isinstance(headings, str | Path):
        headings = read_headings(Path(headings), limits)
    options = ImportOptions(keep_contacts, headings or {}, limits, config)
    return loading.import_sources(sources, format, options)


def render(
    source: Source,
    format: str,  # noqa: A002 - the word users know
    *,
    config: Config | None = None,
    theme: str | Path | themes.Theme | None = None,
    as_of: dt.date | str | None = None,
    limits: Limits | None = None,
    warnings: list[Problem] | None = None,
    timeout: float | None = None,
    memory: int | None = None,
    allow_unfinished: bool = False,
    levels: Levels | str | Path | None = None,
    files: Files | None = None,
    logo: str | Path | bytes | None = None,
    logo_alt: str | None = None,
    language: str | None = None,
    **options: Any,
) -> bytes:
    """Render a report and return the bytes of the document.

    source: a report, a mapping of its fields, or the path of its file.
    format: pdf, docx, html, md, or the name of another package's renderer.
    config: the house style, from `load_config`. The other arguments come before its settings.
    theme: a theme's name or folder. Default: that of `config`, otherwise `default`.
    as_of: the reference date for overdue action items, as a date or in ISO 8601. Default: that of `config`, the date
        of SOURCE_DATE_EPOCH, or the report's `published`; without any of these, nothing is overdue.
    limits: the bounds on what is read for the report. Default: those of `config`.
    warnings: a list that receives what could not be shown or is contradictory.
    timeout, memory: limits in seconds and bytes. Rendering is stopped if it exceeds one. If either is given, rendering
        runs in a separate process; the document is the same. The first call takes about half a second longer.
    allow_unfinished: render a report that is marked final but has errors; every page is marked as unfinished.
    levels: the levels of rules, as for `check`.
    files: images and logs as bytes, as for `load`.
    logo: a PNG or JPEG instead of the theme's logo: its path, or its bytes.
    logo_alt: what the logo says, such as the organisation's name. Default: the theme's.
    language: the language of the document's own words, dates and numbers, as a language tag. Default: the report's,
        otherwise English. Your text is never translated.
    options: the format's own options; `formats()` lists them.

    Raises InputError, UnfinishedError, ThemeError, FormatError for an unknown format or option, RenderError, and
    BoundError if a bound is exceeded.
    """
    arguments: dict[str, Any] = {
        "config": require_config(config),
        "theme": theme if logo is None else choose_theme(theme, require_config(config), (logo, logo_alt)),
        "files": files,
        "as_of": as_of,
        "limits": limits,
        "allow_unfinished": allow_unfinished,
        "levels": _read_levels(levels),
        "language": language,
    }
    if timeout is None and memory is None:
        return pipeline.render_source(source, format, warnings=warnings, options=options, **arguments)
    given = arguments | options | {"format": format}
    data: bytes = _run_isolated("render", source, timeout=timeout, memory=memory, warnings=warnings, **given)
    return data


def check(
    source: Source,
    *,
    config: Config | None = None,
    today: dt.date | str | None = None,
    levels: Levels | str | Path | None = None,
    limits: Limits | None = None,
    files: Files | None = None,
    timeout: float | None = None,
    memory: int | None = None,
) -> list[Problem]:
    """Return findings on what is unfinished, unsafe or contradictory in a report, with places and advice.

    source: a report, a mapping of its fields, or the path of its file.
    config: the house style, from `load_config`. `levels` and `limits` come before its settings.
    today: the date of the check, as a date or in ISO 8601. Without it, rules that depend on the date are skipped, such
        as the one for overdue action items.
    levels: error, warning, note or off, by rule id: `{"PM014": "off"}`; or the path of a configuration file. Default:
        that of `config`, otherwise each rule's own. No configuration file is searched for.
    limits: the bounds on what is read for the report, as for `render`.
    files: images and logs as bytes, as for `load`.
    timeout, memory: as for `render`.

    Raises InputError for a source that cannot be read, and for unknown rules or levels; BoundError if a bound is
    exceeded.
    """
    if timeout is not None or memory is not None:
        given: dict[str, Any] = {"config": config, "today": today, "levels": _read_levels(levels), "limits": limits}
        given["files"] = files
        found = _run_isolated("check", source, timeout=timeout, memory=memory, **given)
        return [Problem(**problem) for problem in found]
    from pmexport.checks.runner import check_report  # noqa: PLC0415 - imports Markdown

    config, limits = _resolve(config, limits)
    report, date = pipeline.load_source(source, limits, files, config), pipeline.parse_date(today, "today")
    levels = config.resolve_levels(_read_levels(levels))
    return list(check_report(report, today=date, levels=levels, limits=limits, style=config).findings)


class BinaryStream(Protocol):
    """What `write` can write to: an open binary file, a socket's file, or `io.BytesIO`."""

    def write(self, data: bytes, /) -> object:
        """Write all of the bytes."""


@overload
def write(source: Source, path: str | Path, format: str | None = None, **options: Any) -> Path: ...
@overload
def write(source: Source, path: BinaryStream, format: str, **options: Any) -> None: ...
def write(source: Source, path: str | Path | BinaryStream, format: str | None = None, **options: Any) -> Path | None:  # noqa: A002
    """Write a report to a file and return its path. An existing file is replaced atomically.

    path: the path, or a binary stream, for which None is returned.
    format: as for `render`. Default: from the path's suffix; required for a stream.
    options: all other arguments of `render`.

    Raises what `render` raises; WriteError if the file cannot be written, or is the report.
    """
    if not isinstance(path, str | Path):
        _write_stream(source, path, format, options)
        return None
    path = Path(path)
    name = format or registry.format_of_suffix(path.suffix.removeprefix("."))
    data = render(source, name, **place_options(name, options, _find_base(source), path))
    if isinstance(source, str | Path) and path.exists() and path.samefile(source):
        raise WriteError(f"{show_name(path)} would overwrite the report. Choose another path.")
    write_file(path, data)
    return path


def _find_base(source: Source) -> Path | None:
    """Return the folder of a report's images, if there is one."""
    if isinstance(source, str | Path):
        return Path(source).parent
    return source.base if isinstance(source, Report) else None


def _write_stream(source: Source, stream: BinaryStream, format_name: str | None, options: Mapping[str, Any]) -> None:
    if format_name is None:
        raise FormatError(f"a stream needs a format. Known formats: {', '.join(registry.format_names())}.")
    data = render(source, format_name, **options)
    try:
        stream.write(data)
    except (OSError, ValueError) as error:  # ValueError: it is closed
        raise WriteError(f"the stream cannot be written: {getattr(error, 'strerror', None) or error}.") from error
    except (TypeError, AttributeError) as error:
        raise WriteError(f"a document can be written to a path or a binary stream, not to {stream!r}.") from error


def formats(*, warnings: list[Problem] | None = None) -> list[Format]:
    """Return the formats that reports can be rendered in, the built-in ones first.

    warnings: a list that receives the formats of other packages that cannot be loaded, and why; they are left out.
    """
    found, problems = registry.list_formats()
    if warnings is not None:
        warnings += problems
    return found


def facts(
    source: Source,
    *,
    config: Config | None = None,
    as_of: dt.date | str | None = None,
    limits: Limits | None = None,
    files: Files | None = None,
) -> Facts:
    """Return what follows from a report: milestones, response times, and the state of action items.

    as_of: the date on which action items are overdue, as for `render`.
    config, limits, files: as for `render`.

    Raises InputError.
    """
    config, limits = _resolve(config, limits)
    report = pipeline.load_source(source, limits, files, config)
    found = derive_facts(report, pipeline.choose_date(as_of, config), config)
    return replace(found, problems=tuple(map(report.locate, found.problems)))


def dump(
    source: Source,
    format: DumpFormat = "yaml",  # noqa: A002 - the word users know
    *,
    config: Config | None = None,
    limits: Limits | None = None,
) -> str:
    """Return a report as a text that loads as the same report, with the same digest. In YAML, long texts are blocks.

    format: yaml, json or toml.
    config: declares the fields that the report may have. limits: as for `render`.

    Images and logs are not in it. If a text looks pasted, so that reading would convert it, the key `x-verbatim` says
    that all texts are to be taken as they are. Raises InputError, and FormatError for another format.
    """
    from pmexport.importing.report_writer import dump_report  # noqa: PLC0415 - rarely needed

    config, limits = _resolve(config, limits)
    return dump_report(pipeline.load_source(source, limits, style=config), format, limits, config)


def finalize(
    report_file: str | Path,
    output: str | Path | None = None,
    format: str | None = None,  # noqa: A002 - the word users know
    *,
    published: dt.date | str | None = None,
    revision: str | None = None,
    today: dt.date | str | None = None,
    config: Config | None = None,
    theme: str | Path | themes.Theme | None = None,
    base: str | Path | None = None,
    levels: Levels | str | Path | None = None,
    limits: Limits | None = None,
    warnings: list[Problem] | None = None,
    dry_run: bool = False,
    **options: Any,
) -> Finalized:
    """Check a report, mark it final in its YAML file, and write its document: both, or neither.

    `status`, `published`, `revision` and `finalized_digest` are set; the rest of the file keeps its exact bytes. A
    report that is final already and has not changed is not changed; its document is written again.

    output: the path of the document. Default: next to the report, as PDF.
    format: as for `render`. Default: from the suffix of `output`, otherwise pdf.
    published: the date of publication. Default: today.
    revision: the revision. Default: the report's own, or 1; the next number if the report was published before.
    today: the date of the check. Default: the current date.
    base: the folder of the report's images and logs. Default: the report's folder.
    config, theme, levels, limits, warnings, options: as for `render`, such as `standard="a-3a"`, `attach_source=True`,
        `as_of` and `timeout`.
    dry_run: write nothing.

    Raises UnfinishedError if there are errors, WriteError if a file cannot be written or is being finalized by another
    process, and what `render` raises; then nothing was changed.
    """
    from pmexport.publishing.finalize_report import finalize_report  # noqa: PLC0415 - imports Markdown

    path = pipeline.require_path(report_file)
    suffix = registry.find_renderer(format or "pdf").suffix
    target = path.with_suffix(f".{suffix}") if output is None else Path(output)
    format_name = format or registry.format_of_suffix(target.suffix.removeprefix("."))
    config, limits = _resolve(config, limits)
    fixed = config.resolve_levels(_read_levels(levels))
    given: dict[str, Any] = {"config": config, "theme": theme, "levels": fixed, "limits": limits, **options}
    given["warnings"] = warnings
    return finalize_report(
        path,
        target,
        lambda report: render(report, format_name, **place_options(format_name, given, report.base, target)),
        today=pipeline.parse_date(today, "today") or dt.datetime.now().astimezone().date(),
        published=pipeline.parse_date(published, "published"),
        revision=revision,
        base=None if base is None else Path(base),
        levels=fixed,
        limits=limits,
        style=config,
        dry_run=dry_run,
    )


def render_many(
    reports: Iterable[str | Path] | str | Path,
    formats: Iterable[str],
    to: str | Path,
    *,
    executor: Executor | None = None,
    on_result: Callable[[Result], None] | None = None,
    jobs: int | None = None,
    force: bool = False,
    pages: bool = True,
    config: Config | None = None,
    theme: str | Path | themes.Theme | None = None,
    as_of: dt.date | str | None = None,
    limits: Limits | None = None,
    allow_unfinished: bool = False,
    levels: Levels | str | Path | None = None,
    logo: str | Path | bytes | None = None,
    logo_alt: str | None = None,
    language: str | None = None,
    input_format: str | None = None,
    base: str | Path | None = None,
    overrides: Mapping[str, str] | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    timeout: float | None = None,
    memory: int | None = None,
) -> list[Result]:
    """Render many reports into a folder, and return what became of each, in the order of the reports.

    reports: the paths of files, and of folders that contain YAML and Markdown reports; also a single one.
    formats: as for `render`; also a single one.
    to: the folder. The documents of a file have its name; those of a file in a folder keep their path in that folder.
    executor: where to render, such as a cluster's executor. Reports and documents travel as bytes. Default: processes
        on this machine.
    on_result: called with each result as it comes.
    jobs: how many processes render, without an executor. Default: one for each processor.
    force: render reports too whose documents are there and have not changed.
    pages: write the pages about all reports too: index.html, actions.html, actions.csv and figures.html. Their action
        items are overdue on `as_of`, by default on the date of SOURCE_DATE_EPOCH, otherwise today.
    config, theme, as_of, limits, allow_unfinished, levels, logo, logo_alt, language: as for `render`. The pages about
        all reports are in this language, or in the one that all reports have.
    input_format, base, overrides: `format`, `base` and `overrides` of `load`, for each of the reports.
    options: the renderers' own options, by format: `{"docx": {"word_template": "company.docx"}}`.
    timeout, memory: limits of each rendering of a report in a format, as for `render`. They do not cover reading.

    A report that cannot be rendered does not stop the others: its result has the errors. If a call is interrupted, the
    next one renders only what is missing or has changed. Raises InputError if there are no reports, two have the same
    name, or for a bound that is not valid; ThemeError, FormatError, and WriteError if the folder cannot be written.
    """
    from pmexport.batch import batch_run, report_paths  # noqa: PLC0415 - imports Markdown
    from pmexport.isolation import check_bounds  # noqa: PLC0415

    fixed = require_config(config)
    settings = batch_run.Settings(
        tuple(dict.fromkeys(_list_given(formats))),
        theme,
        {
            "as_of": pipeline.parse_date(as_of, "as_of"),
            "allow_unfinished": allow_unfinished,
            "levels": _read_levels(levels),
            "language": pipeline.parse_language(language),
        },
        options or {},
        fixed.resolve_limits(limits),
        check_bounds(timeout, memory),
        logo=None if logo is None else (logo, logo_alt),
        input_format=input_format,
        overrides=overrides or {},
        base=None if base is None else pipeline.require_path(base, "the path of a folder"),
        force=force,
        pages=pages,
        find_config=lambda _path: fixed,
    )
    found = report_paths.list_reports(_list_given(reports), Path(to))
    batch = batch_run.Batch(found, settings, Path(to))
    with batch_run.open_executor(executor, jobs) as opened:
        results = batch.run(opened, on_result or (lambda _result: None))
    if pages:
        batch.write_pages(results)
    return results


def digest(
    source: Source,
    *,
    config: Config | None = None,
    limits: Limits | None = None,
    files: Files | None = None,
    timeout: float | None = None,
    memory: int | None = None,
) -> str:
    """Return the SHA-256 digest of a report, in hexadecimal. It is the same in whatever format the report is written.

    It covers everything that can reach a document, including the report's images and logs, and is in the properties of
    every document. `pmexport.report.digest.canonical_form` defines it.

    config: declares the fields that the report may have; the house style is no part of the digest.
    limits, files, timeout, memory: as for `render`.

    Raises InputError, and BoundError if a bound is exceeded.
    """
    if timeout is not None or memory is not None:
        given = {"config": config, "limits": limits, "files": files}
        return str(_run_isolated("digest", source, timeout=timeout, memory=memory, **given))
    from pmexport.publishing.verify import report_provenance  # noqa: PLC0415 - imports lxml

    config, limits = _resolve(config, limits)
    return report_provenance(pipeline.load_source(source, limits, files, config), limits).digest


def verify(
    source: Source,
    document: bytes | str | Path,
    *,
    config: Config | None = None,
    theme: str | Path | themes.Theme | None = None,
    limits: Limits | None = None,
    files: Files | None = None,
    timeout: float | None = None,
    memory: int | None = None,
) -> Verdict:
    """Compare the digest in a document with the current report, and return whether they agree.

    The verdict's `other_look` says whether the house style or the theme has changed since.

    document: the bytes of a PDF, Word file, web page or Markdown file, or its path.
    config, theme: the house style and the theme that the document should have been made with, as for `render`.
    files, timeout, memory: as for `render`.

    Raises ThemeError; InputError for a report that cannot be read, and for a document that is not a file or is larger
    than `pmexport.publishing.verify.DOCUMENT_BYTES`; BoundError if a bound is exceeded.
    """
    from pmexport.publishing import verify as verification  # noqa: PLC0415 - imports lxml

    if timeout is not None or memory is not None:
        given = {"document": document, "config": config, "theme": theme, "limits": limits, "files": files}
        return verification.Verdict.from_dict(_run_isolated("verify", source, timeout=timeout, memory=memory, **given))
    data = _read_document(document)
    config, limits = _resolve(config, limits)
    report = pipeline.load_source(source, limits, files, config)
    look = pipeline.describe_look(config, choose_theme(theme, config))
    return verification.Verdict(verification.report_provenance(report, limits, look), verification.read_claim(data))


def schema(config: Config | None = None) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of report files, for editors. config: the house style."""
    return style_schema(require_config(config))


def load_config(path: str | Path) -> Config:
    """Return the house style in a file, to be passed as `config` to the other functions.

    path: a TOML file with settings, a `pyproject.toml` with `[tool.pmexport]`, or a folder. For a folder, the nearest
        `pmexport.toml` or `pyproject.toml` in it or above it is read; if there is none, nothing is set.

    Raises InputError with every wrong key, value and path, each with its place.
    """
    path = Path(path)
    return find_config(path) if path.is_dir() else read_config(path) or NO_CONFIG


def verify_attached(
    document: bytes | str | Path,
    *,
    config: Config | None = None,
    limits: Limits | None = None,
    timeout: float | None = None,
    memory: int | None = None,
) -> Verdict:
    """Compare the digest that a PDF states with the report that is attached to it, and return whether they agree.

    document: the PDF's bytes or its path. config: declares the fields that the report may have.
    limits: the bounds on what is read as a report. Default: those of `config`.
    timeout, memory: as for `render`.

    Raises InputError for a PDF that contains no report or cannot be read; BoundError if a bound is exceeded.
    """
    from pmexport.publishing import attached  # noqa: PLC0415 - imports lxml
    from pmexport.publishing.verify import Verdict  # noqa: PLC0415

    if timeout is not None or memory is not None:
        bounds = {"timeout": timeout, "memory": memory}
        return Verdict.from_dict(_run_isolated("verify_attached", document, config=config, limits=limits, **bounds))
    config, limits = _resolve(config, limits)
    return attached.verify_attached(_read_document(document), limits, config)


def extract(
    document: bytes | str | Path, *, timeout: float | None = None, memory: int | None = None
) -> tuple[AttachedFile, ...]:
    """Return the files that are attached to a PDF, each with its role, name and data.

    The names come from the PDF: do not use them as paths. Files are limited in number and size.
    document: the PDF's bytes or its path. timeout, memory: as for `render`; set them for PDFs from strangers.

    Raises InputError for a document that is not a PDF or cannot be read; BoundError if a bound is exceeded.
    """
    from pmexport.publishing import attached  # noqa: PLC0415 - imports lxml

    if timeout is not None or memory is not None:
        packed = _run_isolated("extract_packed", document, timeout=timeout, memory=memory)
        return attached.unpack_files(packed)
    return attached.read_attached(_read_document(document))


def extract_packed(document: bytes | str | Path) -> bytes:
    """Return what `extract` returns, as bytes that can leave a process."""
    from pmexport.publishing.attached import pack_files  # noqa: PLC0415 - imports lxml

    return pack_files(extract(document))


def _read_document(document: bytes | str | Path) -> bytes:
    from pmexport.publishing.verify import read_document  # noqa: PLC0415 - imports lxml

    return document if isinstance(document, bytes) else read_document(Path(document))


def check_template(template: str | Path | bytes, *, theme: str | Path | themes.Theme = themes.DEFAULT) -> list[Problem]:
    """Check whether a company's Word template can be used. It can if no problem in the result is an error.

    template: the path of a .docx or .dotx file, or its bytes.
    theme: the theme it is used with, by name or folder.

    Each problem's `path` is a topic such as `styles`. Review the warnings; notes describe how the template is used.
    Raises ThemeError.
    """
    from pmexport.renderers.docx.template import inspection  # noqa: PLC0415 - imports python-docx

    return inspection.inspect_template(template, themes.find_theme(theme))


def check_theme(theme: str | Path) -> list[Problem]:
    """Check a theme: its tokens, files, fonts and colours, its templates, and what it makes of a report.

    theme: its name or folder; a text with a slash is a folder.

    Each problem has its place. The theme can be used if no problem in the result is an error.
    """
    from pmexport.renderers import theme_check  # noqa: PLC0415 - imports Markdown

    return theme_check.check_theme(theme)


def _resolve(config: Config | None, limits: Limits | None) -> tuple[Config, Limits]:
    """Return the house style and the limits that apply: the given ones, otherwise those of the house style."""
    config = require_config(config)
    return config, config.resolve_limits(limits)


def _list_given(given: Iterable[str | Path] | str | Path) -> Iterable[Any]:
    """Return what a caller gave, in a list if it is a single path or name."""
    return [given] if isinstance(given, str | Path) else given


def _read_levels(levels: Levels | str | Path | None) -> Levels:
    """Return given levels, those in a configuration file, or none. Raises InputError for an invalid file."""
    if not isinstance(levels, str | Path):
        return levels or {}
    return (read_config(Path(levels)) or NO_CONFIG).checks


def _run_isolated(function: str, source: Source | bytes, **arguments: Any) -> Any:
    from pmexport.isolation import run_isolated  # noqa: PLC0415 - rarely needed

    return run_isolated(function, source, **arguments)
