"""Render many reports into a folder: pack, render in an executor, write, and record what was written."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from pmexport import reading
from pmexport._version import __version__
from pmexport.archive.actions_page import TABLE_FIELDS
from pmexport.archive.archive_pages import render_pages
from pmexport.archive.archived import Archive, ArchivedReport, collect_archive
from pmexport.archive.page_parts import PAGES
from pmexport.archive.report_facts import ReportFacts, describe_report
from pmexport.assets.atomic_write import write_file
from pmexport.assets.folder import Folder
from pmexport.batch.batch_records import Record, Records
from pmexport.batch.packed_files import PackedFile, digest_packed, list_near, pack_files
from pmexport.batch.packed_theme import PackedTheme, pack_theme
from pmexport.batch.parcels import Outcome, Parcel, render_parcel
from pmexport.batch.report_paths import NamedReport, fold_name
from pmexport.batch.worker_pool import WorkerPool
from pmexport.document.source_files import list_names
from pmexport.errors import FormatError, InputError, PmexportError, RenderError, WriteError
from pmexport.house_style.config import NO_CONFIG, Config
from pmexport.house_style.theme_choice import Logo, choose_theme
from pmexport.importing import loading
from pmexport.isolation import UNBOUNDED, Bounds
from pmexport.limits import Limits
from pmexport.pipeline import choose_day, choose_options, source_date
from pmexport.problems import Problem, show_name
from pmexport.renderers import registry
from pmexport.renderers.options import list_paths
from pmexport.renderers.placing import place_options
from pmexport.report.model import Report
from pmexport.theming.themes import Theme

_MOST_WAITING = 256
"""Reports that are packed and not rendered yet: they are in memory."""
_OPTION_BYTES = 2**30
"""Of a file that an option names. Renderers have lower limits, and say which."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What all reports of a run have in common. For the meaning see `pmexport.load` and `pmexport.render`."""

    formats: tuple[str, ...]
    theme: str | Path | Theme | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """The arguments `as_of`, `allow_unfinished`, `levels` and `language` of `render`."""
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The options of renderers, by format."""
    limits: Limits | None = None
    bounds: Bounds = UNBOUNDED
    """Of each rendering."""
    logo: Logo | None = None
    """Instead of the theme's."""
    input_format: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    base: Path | None = None
    strict: bool = False
    """Whether a report with warnings fails."""
    force: bool = False
    """Whether reports that have not changed are rendered too."""
    pages: bool = True
    """Whether the pages about all reports will be written."""
    find_config: Callable[[Path], Config] = lambda _path: NO_CONFIG
    """Returns the house style of the report at a path."""


@dataclass(frozen=True, slots=True)
class _Conditions:
    """What the documents of all reports with the same house style depend on."""

    config: Config
    limits: Limits
    folders: tuple[Path, ...]
    """Of the theme."""
    theme: PackedTheme
    options: Mapping[str, Mapping[str, Any]]
    """The options of renderers, by format. A path of a file is a PackedFile."""
    key: str
    """The digest of all of this, and of the settings of the run."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one of many reports."""

    path: Path
    """The report."""
    state: Literal["written", "unchanged", "failed"]
    """`unchanged`: its documents are there already. `failed`: at least one of them is not."""
    documents: tuple[Path, ...] = ()
    """The documents that are in the folder now."""
    warnings: tuple[Problem, ...] = ()
    """What could not be shown or is contradictory."""
    errors: tuple[PmexportError, ...] = ()
    """Why it failed."""


OnResult = Callable[[Result], None]
_Identity = tuple[str, str | Path | None]

_PAGE_MARKS = (b'<meta name="generator" content="pmexport ', ",".join(TABLE_FIELDS).encode())
"""What the pages about all reports contain."""
_PAGES = ""
"""The name of the record of the pages about all reports."""


@contextmanager
def open_executor(given: Executor | None, jobs: int | None = None) -> Iterator[Executor]:
    """Yield the given executor, or processes on this machine, which end in the end. jobs: how many."""
    if given is not None:
        yield given
        return
    pool = WorkerPool(jobs or count_processors())
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def count_processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Batch:
    """Reports, and the folder into which they are rendered."""

    def __init__(self, reports: Iterable[NamedReport], settings: Settings, folder: Path) -> None:
        """Look at what the folder contains.

        Raises WriteError if it cannot be written, or contains files with the names of an archive's pages; InputError
        if a document would have the name of a page; FormatError if two of the formats have the same suffix.
        """
        reports = tuple(reports)
        self.reports = reports
        self.folder = folder
        self.settings = settings
        self.suffixes = _find_suffixes(settings.formats)
        self._conditions: dict[_Identity, _Conditions] = {}
        self.records = Records(folder)
        self._known = {fold_name(name) for name in self.records.list_documents()}
        self._inputs = {os.path.realpath(report.path) for report in reports}
        if settings.pages:
            self._check_pages()
        self.records.tidy()

    def run(self, executor: Executor, on_result: OnResult) -> list[Result]:
        """Render the reports, and return their results in the same order.

        on_result: called with each result as it comes.
        """
        results: dict[str, Result] = {}
        for name, result in _run_parcels(self, executor):
            results[name] = result
            on_result(result)
        return [results[report.name] for report in self.reports]

    def write_pages(self, results: Iterable[Result]) -> list[Problem]:
        """Write the pages about all reports: index, action items and figures. Return the warnings.

        results: those of `run`. Raises WriteError and ThemeError.
        """
        warnings: list[Problem] = []
        config = self._find_shared_config()
        theme = choose_theme(self.settings.theme, config, self.settings.logo)
        pages = render_pages(self._collect_archive(results, config, theme.folders), theme, warnings)
        self.records.add(Record(_PAGES, "", (), {name: sha256(data).hexdigest() for name, data in pages.items()}))
        for name, data in pages.items():
            write_file(self.folder / name, data)
        return warnings

    def list_others(self) -> list[str]:
        """Return the names of reports with documents in the folder that are not among the reports of this run."""
        return self.records.list_others([_PAGES, *(report.name for report in self.reports)])

    def _collect_archive(self, results: Iterable[Result], config: Config, folders: tuple[Path, ...]) -> Archive:
        reports, failed = [], []
        for report, result in zip(self.reports, results, strict=True):
            record = self.records.find(report.name)
            if record is None or result.state == "failed":
                failed.append(f"{report.name}{report.path.suffix}")
            else:
                documents = {name: self.name_document(report, name) for name in self.settings.formats}
                reports.append(ArchivedReport(ReportFacts.from_dict(record.facts), documents))
        day = choose_day(self.settings.arguments.get("as_of") or config.as_of)
        return collect_archive(reports, failed, day, config, **self._choose_words(folders))

    def _find_shared_config(self) -> Config:
        """Return the house style of the reports; none if they have several."""
        configs = (self.settings.find_config(report.path) for report in self.reports)
        found = {_identify_config(config): config for config in configs}
        return next(iter(found.values())) if len(found) == 1 else NO_CONFIG

    def _find_conditions(self, config: Config) -> _Conditions:
        """Return what documents depend on under a house style. Raises ThemeError, and InputError for a missing file."""
        identity = _identify_config(config)
        if identity not in self._conditions:
            settings, limits = self.settings, config.resolve_limits(self.settings.limits)
            theme = choose_theme(settings.theme, config, settings.logo)
            packed = pack_theme(theme)
            given = {name: choose_options(name, settings.options.get(name), config) for name in settings.formats}
            options = _pack_options(given)
            key = _digest_settings(settings, config, limits, packed, options)
            self._conditions[identity] = _Conditions(config, limits, theme.folders, packed, options, key)
        return self._conditions[identity]

    def _check_pages(self) -> None:
        """Raise InputError or WriteError if a page cannot be written without replacing something else."""
        documents = {
            fold_name(self.name_document(report, name)): report
            for report in self.reports
            for name in self.settings.formats
        }
        for page in PAGES:
            if report := documents.get(page):
                message = f"{show_name(report.path)} would have a document with the name of the page {page}."
                raise InputError([Problem(message, help="Rename the report.")])
            if page not in self._known and not _is_page(self.folder / page):
                raise _refuse_file(self.folder / page)

    def pack(self, report: NamedReport) -> _Packed | Record:
        """Return a report that is to be rendered, or the record of one that has not changed. Raises PmexportError."""
        conditions = self._find_conditions(self.settings.find_config(report.path))
        data = reading.file_bytes(report.path, conditions.limits.file_bytes)
        if record := self._find_unchanged(report, conditions, data):
            return record
        self._refuse_overwriting(report)
        loaded = self._load_report(report.path, conditions)
        names = list_names(loaded, conditions.limits)
        parcel = self._make_parcel(report, loaded, names, conditions)
        key = _digest_sources(report, conditions, data, parcel.files)
        facts = describe_report(loaded, conditions.config, **self._choose_words(conditions.folders)).as_dict()
        return _Packed(parcel, Record(report.name, key, tuple(names), facts=facts))

    def _find_unchanged(self, report: NamedReport, conditions: _Conditions, data: bytes) -> Record | None:
        """Return the record of a report that need not be rendered; None for others. data: the bytes of its file."""
        record = self.records.find(report.name)
        if record is None or self.settings.force:
            return None
        files = pack_files(record.files, Folder(self.settings.base or report.path.parent, conditions.limits))
        is_same = record.key == _digest_sources(report, conditions, data, files) and record.describes(self.folder)
        return record if is_same else None

    def _make_parcel(
        self, report: NamedReport, loaded: Report, names: Iterable[str], conditions: _Conditions
    ) -> Parcel:
        """Return a report with its files, which have these names."""
        settings, folder = self.settings, Folder(loaded.base, conditions.limits)
        files = pack_files(names, folder)
        return Parcel(
            report=loaded,
            files=files,
            near=list_near(files, folder),
            theme=conditions.theme,
            formats=settings.formats,
            options=self._place_options(report, loaded.base, conditions.options),
            arguments={**settings.arguments, "limits": conditions.limits, "config": conditions.config},
            epoch=os.environ.get("SOURCE_DATE_EPOCH"),
            bounds=settings.bounds,
        )

    def _choose_words(self, folders: tuple[Path, ...]) -> dict[str, Any]:
        """Return what chooses the labels: the language, and the folders of the theme."""
        return {"language": self.settings.arguments.get("language"), "themes": folders}

    def name_document(self, report: NamedReport, format_name: str) -> str:
        """Return the path of a document in the folder."""
        return f"{report.name}.{self.suffixes[format_name]}"

    def _place_options(
        self, report: NamedReport, base: Path | None, options: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, dict[str, Any]]:
        """Return the options of renderers for the documents of a report."""
        targets = {name: self.folder / self.name_document(report, name) for name in options}
        return {name: place_options(name, given, base, targets[name]) for name, given in options.items()}

    def _load_report(self, path: Path, conditions: _Conditions) -> Report:
        settings = self.settings
        loaded = loading.load_file(
            path,
            format=settings.input_format,
            overrides=settings.overrides,
            limits=conditions.limits,
            style=conditions.config,
        )
        return loaded.based_at(settings.base) if settings.base else loaded

    def _refuse_overwriting(self, report: NamedReport) -> None:
        """Raise WriteError if a document would replace one of the reports, or a file that pmexport did not write."""
        for format_name in self.settings.formats:
            name = self.name_document(report, format_name)
            target = self.folder / name
            is_ours = fold_name(name) in self._known or _is_document(target)
            if os.path.realpath(target) in self._inputs or not is_ours:
                raise _refuse_file(target)


def _digest_sources(report: NamedReport, conditions: _Conditions, data: bytes, files: Iterable[PackedFile]) -> str:
    """Return the digest of everything that the documents of a report depend on."""
    return _digest_json([conditions.key, report.path.suffix.lower(), sha256(data).hexdigest(), *digest_packed(files)])


def _identify_config(config: Config) -> _Identity:
    """Return what tells house styles apart. The same settings in two folders can name two themes."""
    return config.key, config.theme_source


def _refuse_file(path: Path) -> WriteError:
    help_ = "Remove it, or choose another folder."
    return WriteError(f"{show_name(path)} exists, and pmexport did not write it. {help_}")


@dataclass(frozen=True, slots=True)
class _Packed:
    """A report that is to be rendered, and the beginning of its record."""

    parcel: Parcel
    record: Record


def _run_parcels(batch: Batch, executor: Executor) -> Iterator[tuple[str, Result]]:
    """Yield the result of each report as it comes, with its name."""
    waiting: dict[Future[Outcome], tuple[NamedReport, _Packed]] = {}
    try:
        for report in batch.reports:
            try:
                packed = batch.pack(report)
                if isinstance(packed, Record):
                    yield report.name, _describe_unchanged(batch, report, packed)
                    continue
                waiting[executor.submit(render_parcel, packed.parcel)] = report, packed
            except Exception as error:  # noqa: BLE001 - a bad report must not stop the others
                yield report.name, _describe_failure(report, error, "reading it")
            while len(waiting) >= _MOST_WAITING:
                yield from _finish_some(batch, waiting)
        while waiting:
            yield from _finish_some(batch, waiting)
    finally:
        for future in waiting:
            future.cancel()


def _finish_some(
    batch: Batch, waiting: dict[Future[Outcome], tuple[NamedReport, _Packed]]
) -> Iterator[tuple[str, Result]]:
    """Yield the results of the reports that are rendered first."""
    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
        report, packed = waiting.pop(future)
        try:
            outcome = future.result()
        except Exception as error:  # noqa: BLE001 - also of an executor whose process died
            yield report.name, _describe_failure(report, error, "the process that rendered it")
            continue
        try:
            yield report.name, _finish_report(batch, report, packed, outcome)
        except Exception as error:  # noqa: BLE001 - as above
            yield report.name, _describe_failure(report, error, "writing it")


def _describe_failure(report: NamedReport, error: Exception, what: str) -> Result:
    """Return the result of a report that failed. An error that is not ours comes from a dead process, or is a bug."""
    if not isinstance(error, PmexportError):
        last = (str(error).strip().splitlines() or [""])[-1]
        error = RenderError(f"{what} failed ({type(error).__name__}: {last}).")
    return Result(report.path, "failed", errors=(error,))


def _describe_unchanged(batch: Batch, report: NamedReport, record: Record) -> Result:
    warnings = tuple(_restore_warning(warning, report) for warning in record.warnings)
    return Result(report.path, "unchanged", tuple(batch.folder / name for name in record.documents), warnings)


def _keep_warning(warning: Problem, report: NamedReport) -> dict[str, Any]:
    """Return a warning for the record, without the report's path: the next run may name it in another way."""
    return warning.as_dict() | ({"file": ""} if warning.file == str(report.path) else {})


def _restore_warning(kept: dict[str, Any], report: NamedReport) -> Problem:
    return Problem(**kept | ({} if kept["file"] else {"file": str(report.path)}))


def _finish_report(batch: Batch, report: NamedReport, packed: _Packed, outcome: Outcome) -> Result:
    """Record and write the documents of a report. Raises WriteError."""
    errors = tuple(PmexportError(message, problems) for message, problems in outcome.failures)
    if batch.settings.strict and any(warning.level != "note" for warning in outcome.warnings):
        return Result(report.path, "failed", errors=(PmexportError(problems=outcome.warnings), *errors))
    named = {batch.name_document(report, name): data for name, data in outcome.documents.items()}
    digests = {name: sha256(data).hexdigest() for name, data in named.items()}
    key = "" if errors else packed.record.key  # one that has failed is rendered again
    warnings = tuple(_keep_warning(warning, report) for warning in outcome.warnings)
    batch.records.add(replace(packed.record, key=key, documents=digests, warnings=warnings))
    for name, data in named.items():
        write_file(batch.folder / name, data)
    documents = tuple(batch.folder / name for name in named)
    return Result(report.path, "failed" if errors else "written", documents, outcome.warnings, errors)


def _find_suffixes(formats: Iterable[str]) -> dict[str, str]:
    """Return the suffix of each format. Raises FormatError if two have the same one."""
    suffixes: dict[str, str] = {}
    for name in formats:
        suffix = registry.find_renderer(name).suffix
        twin = next((other for other, taken in suffixes.items() if taken == suffix), None)
        if twin:
            raise FormatError(f"the formats {twin!r} and {name!r} both write .{suffix} files. Render them separately.")
        suffixes[name] = suffix
    return suffixes


def _pack_options(options: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the options of renderers, with files in place of their paths. Raises InputError for a missing file."""
    return {name: dict(_pack_format_options(name, given)) for name, given in options.items()}


def _pack_format_options(name: str, given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    paths = list_paths(registry.find_renderer(name))
    for key, value in given.items():
        if key in paths and isinstance(value, str | Path):
            yield key, PackedFile(Path(value).name, "file", reading.file_bytes(Path(value), _OPTION_BYTES))
        else:
            yield key, value


def _digest_settings(
    settings: Settings,
    config: Config,
    limits: Limits,
    theme: PackedTheme,
    options: Mapping[str, Mapping[str, Any]],
) -> str:
    shared = {
        "version": __version__,
        "formats": settings.formats,
        "plugins": [[plugin.origin for plugin in plugins] for plugins in registry.renderer_plugins().values()],
        "config": config.key,
        "theme": theme.digest,
        "arguments": {key: str(value) for key, value in settings.arguments.items()},
        "source_date": str(source_date()),
        "options": options,
        "limits": asdict(limits),
        "input_format": settings.input_format,
        "overrides": settings.overrides,
        "strict": settings.strict,
    }
    return _digest_json(shared)


def _digest_json(value: object) -> str:
    text = json.dumps(value, sort_keys=True, default=_simplify)
    return sha256(text.encode()).hexdigest()


def _simplify(value: object) -> object:
    return value.digest if isinstance(value, PackedFile) else str(value)


def _is_page(path: Path) -> bool:
    """Return whether a page may be written: the file does not exist, or pmexport wrote it."""
    if not os.path.lexists(path):
        return True
    data = path.read_bytes() if path.is_file() else b""
    return any(mark in data for mark in _PAGE_MARKS)


def _is_document(path: Path) -> bool:
    """Return whether a file may be replaced: it does not exist, or pmexport wrote it."""
    from pmexport.publishing.verify import read_claim, read_document  # noqa: PLC0415 - imports lxml

    if not os.path.lexists(path):
        return True
    data = read_document(path) if path.is_file() else b""
    claim = read_claim(data)
    return claim is not None and (b"pmexport" in data or "pmexport" in claim.generator)
