"""`pmexport reports/*.yaml more/ -o archive/`: render many reports into a folder."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import click

from pmexport.archive.page_parts import INDEX
from pmexport.batch import batch_run
from pmexport.batch.batch_run import Batch, OnResult, Result, Settings
from pmexport.batch.report_paths import NamedReport, list_reports
from pmexport.cli.arguments import read_bounds, read_logo
from pmexport.cli.configuration import describe_loosened, read_configuration
from pmexport.cli.excerpts import Excerpts
from pmexport.cli.messages import is_json, tell, tell_problems
from pmexport.cli.output import print_notes
from pmexport.cli.program import STANDARD, Failure
from pmexport.cli.recovery import print_recovery
from pmexport.errors import InputError, PmexportError
from pmexport.house_style.config import Config
from pmexport.problems import Problem, show_name

CollectOptions = Callable[[Sequence[str]], Mapping[str, Mapping[str, Any]]]

_MOST_NAMED = 20
"""Reports that failed which the last line names."""


def render_many(
    given: Sequence[str], wanted: Sequence[str], collect_options: CollectOptions, options: Mapping[str, Any]
) -> None:
    """Render reports and folders of reports into a folder, as the options of the command say.

    wanted: the formats that the command names. collect_options: returns the options of the renderers of formats.
    Raises UsageError, and Failure if a report failed.
    """
    folder = _choose_folder(given, options["output"])
    reports = _list_reports(given, folder)
    find_config = _make_finder(options)
    configs = [find_config(report.path) for report in reports]  # a wrong one is one error, before anything is written
    formats = wanted or list(dict.fromkeys(name for config in configs for name in config.formats)) or ["pdf"]
    settings = _read_settings(formats, collect_options(formats), find_config, options)
    batch = Batch(reports, settings, folder)
    opened = _open_cluster(options["dask"]) if options["dask"] else batch_run.open_executor(None, options["jobs"])
    with opened as executor, _show_progress(len(reports)) as advance:
        results = batch.run(executor, _combine(advance, _show_result))
    for warning in batch.write_pages(results):
        tell_problems([Problem(str(warning), level="warning")])
    print_notes([_describe_others(batch)])
    if options["open"]:
        click.launch(str(folder / INDEX))
    _summarize(results, quiet=options["quiet"])


@contextmanager
def _open_cluster(address: str) -> Iterator[Executor]:
    """Yield the executor of a Dask cluster. Raises Failure if Dask is not installed, or no scheduler answers."""
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise Failure("--dask needs Dask. Run: pip install 'pmexport[dask]'") from error
    try:
        client = Client(address)
    except (OSError, ValueError) as error:
        raise Failure(f"no Dask scheduler answers at {show_name(address)}: {error}") from error
    with client:
        yield client.get_executor()


def _describe_others(batch: Batch) -> str:
    """Return a sentence about documents of reports that were not given; empty if there are none."""
    others = len(batch.list_others())
    if not others:
        return ""
    return f"the pages leave out {_count_reports(others)} with documents in the folder but not passed to this command."


def _count_reports(count: int) -> str:
    return "1 report" if count == 1 else f"{count} reports"


def _choose_folder(given: Sequence[str], output: str | None) -> Path:
    if STANDARD in given:
        raise click.UsageError("Standard input cannot be one of several reports. Save it as a file.")
    if output is None or output == STANDARD or (Path(output).exists() and not Path(output).is_dir()):
        raise click.UsageError("For several reports, -o must be a folder, such as archive/.")
    return Path(output)


def _list_reports(given: Sequence[str], folder: Path) -> list[NamedReport]:
    skipped: list[Problem] = []
    try:
        reports = list_reports(given, folder, skipped)
    except InputError as error:
        raise click.UsageError(str(error)) from error
    print_notes(map(str, skipped))
    for report in reports:
        print_recovery(str(report.path))
    return reports


def _read_settings(
    formats: Sequence[str],
    own: Mapping[str, Mapping[str, Any]],
    find_config: Callable[[Path], Config],
    options: Mapping[str, Any],
) -> Settings:
    return Settings(
        formats=tuple(formats),
        theme=options["theme"],
        arguments={key: options[key] for key in ("as_of", "allow_unfinished", "language")},
        options=own,
        bounds=read_bounds(options),
        logo=read_logo(options),
        input_format=options["input_format"],
        overrides=options["overrides"],
        base=Path(options["base"]) if options["base"] else None,
        strict=options["strict"],
        force=options["force"],
        find_config=find_config,
    )


def _make_finder(options: Mapping[str, Any]) -> Callable[[Path], Config]:
    """Return a function that finds the house style of a report. Each file is described once."""

    @cache
    def read_folder(folder: Path) -> Config:
        config = read_configuration(str(folder / "report"), options)
        if config.path not in described:
            print_notes(describe_loosened(config))
        described.add(config.path)
        return config

    described: set[Path | None] = set()
    return lambda path: read_folder(path.parent)


def _combine(advance: Callable[[], None], show: OnResult) -> OnResult:
    def take(result: Result) -> None:
        show(result)
        advance()

    return take


@contextmanager
def _show_progress(total: int) -> Iterator[Callable[[], None]]:
    """Show a progress bar on a terminal, and yield a function that advances it by one report."""
    if not sys.stderr.isatty() or is_json():
        yield lambda: None
        return
    from rich.console import Console  # noqa: PLC0415 - only for terminals
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn  # noqa: PLC0415

    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Reports", total=total)
        yield lambda: progress.advance(task)


def _show_result(result: Result) -> None:
    """Print the warnings and errors of a report."""
    excerpts = Excerpts()
    tell_problems(result.warnings, excerpts)
    for error in result.errors:
        _show_error(error, excerpts.describe(error), result.path)


def _show_error(error: PmexportError, message: str, path: Path) -> None:
    """Print an error, which is to name the report."""
    if is_json():
        tell_problems([problem if problem.file else replace(problem, file=str(path)) for problem in error.problems])
        return
    named = message if str(path) in message else f"{show_name(path)}: {message}"
    Failure(named).show()


def _summarize(results: Sequence[Result], *, quiet: bool) -> None:
    """Print how many reports were rendered. Raises Failure if any failed."""
    count = {state: sum(result.state == state for result in results) for state in ("written", "unchanged", "failed")}
    if not quiet:
        tell(f"{_count_reports(len(results))}: " + ", ".join(f"{n} {state}" for state, n in count.items()))
    failed = [show_name(result.path) for result in results if result.state == "failed"]
    if failed:
        others = f", and {len(failed) - _MOST_NAMED} more" if len(failed) > _MOST_NAMED else ""
        raise Failure(f"{len(failed)} of {len(results)} reports failed: {', '.join(failed[:_MOST_NAMED])}{others}", [])
