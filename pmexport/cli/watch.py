"""`--watch`: render a report again when it, its files, the theme or the configuration change."""

import os
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import click
from watchfiles import watch

from pmexport.cli.arguments import load_report
from pmexport.cli.configuration import read_configuration
from pmexport.cli.excerpts import Excerpts
from pmexport.cli.live_page import LivePage
from pmexport.cli.output import print_notes
from pmexport.cli.overwriting import list_inputs
from pmexport.cli.program import STANDARD
from pmexport.document.source_files import list_names
from pmexport.errors import PmexportError
from pmexport.house_style.config import NO_CONFIG
from pmexport.house_style.config_files import list_candidates
from pmexport.house_style.config_reader import OWN_FILE
from pmexport.house_style.theme_choice import choose_theme
from pmexport.problems import show_name, show_text
from pmexport.theming import DEFAULT_THEME

_LOOK_EVERY = 1000
"""Milliseconds after which the files are looked at even if the system has reported no change."""

Targets = Mapping[str, str]
"""The format of each document, by its path."""
Snapshot = dict[Path, tuple[int, ...] | None]
"""What tells whether files have changed; None for a missing one."""


def watch_report(name: str, render: Callable[[], Targets], options: Mapping[str, Any], *, live: bool) -> None:
    """Render a report, and again whenever something has changed, until Ctrl-C.

    render: renders and writes it. options: those of the command. live: serve the web page that is written.
    Raises UsageError if the first rendering does.
    """
    if STANDARD in (name, options["output"]):
        raise click.UsageError("--watch cannot use standard input or output. Pass files for the report and for -o.")
    page = LivePage() if live else None
    opened = False
    with suppress(KeyboardInterrupt):
        for number in count():
            seen = take_snapshot(_list_inputs(name, options))  # before rendering: a change meanwhile is seen too
            targets = _render_once(render, page, is_first=not number)
            if not number:
                print_notes([f"watching {show_name(name)}. Press Ctrl-C to stop."])
                print_notes([f"{page.address} reloads itself." if page else ""])
            if targets and options["open"] and not opened:
                opened = True
                open_result(page, targets)
            _wait_for_change(seen, lambda: _list_theme(name, options))


def open_result(page: LivePage | None, targets: Targets) -> None:
    """Open the page that reloads itself, otherwise the first document."""
    if page:
        page.open()
    else:
        click.launch(next(iter(targets)))


def _render_once(render: Callable[[], Targets], page: LivePage | None, *, is_first: bool) -> Targets:
    """Render, and show errors. Return the documents; none after an error."""
    try:
        targets = render()
    except click.UsageError as error:
        if is_first:
            raise
        _show_error(f"error: {error.format_message()}", page)
    except click.ClickException as error:
        shown = StringIO()
        error.show(shown)
        _show_error(shown.getvalue(), page)
    except PmexportError as error:
        _show_error(f"error: {Excerpts().describe(error)}", page)
    except Exception:  # noqa: BLE001 - a bug, or the disk is full: the next rendering may succeed
        _show_error(traceback.format_exc(), page)
    else:
        if page:
            written = next(path for path, format_name in targets.items() if format_name == "html")
            page.update(Path(written).read_bytes())
        return targets
    return {}


def _show_error(message: str, page: LivePage | None) -> None:
    message = show_text(message)
    click.echo(message, err=True, nl=not message.endswith("\n"))
    if page:
        page.update(None, message)


# ---- what is watched


def _list_inputs(name: str, options: Mapping[str, Any]) -> set[Path]:
    """Return the files that the documents are made from, also those that are missing."""
    report = Path(name).absolute()
    found = {report, report.parent / OWN_FILE, *list_candidates(report.parent), *_list_theme(name, options)}
    with suppress(PmexportError, click.ClickException):
        config = read_configuration(name, options)
        loaded = load_report(name, options, config, Excerpts())
        base = (loaded.base or report.parent).absolute()
        found |= {base / source for source in list_names(loaded, config.resolve_limits(None))}
        values = [value for key, value in options.items() if key.startswith("option_")] + [config.template_path]
        found |= {Path(path).absolute() for _, path in list_inputs(name, loaded, options, config, values) if path}  # type: ignore[arg-type]
    return {Path(os.path.normpath(path)) for path in found}


def _list_theme(name: str, options: Mapping[str, Any]) -> set[Path]:
    """Return the files of the theme; if it is wrong, those in its folder."""
    config = NO_CONFIG
    with suppress(click.ClickException):
        config = read_configuration(name, options)
    try:
        files: Iterable[Path] = choose_theme(options["theme"], config).list_files()
    except PmexportError:
        files = Path(options["theme"] or config.theme_source or DEFAULT_THEME).rglob("*")
    return {Path(os.path.normpath(path.absolute())) for path in files if path.is_file()}


def take_snapshot(paths: Iterable[Path]) -> Snapshot:
    """Return the state of files."""
    return {path: _stat_file(path) for path in paths}


def _stat_file(path: Path) -> tuple[int, ...] | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _wait_for_change(seen: Snapshot, list_theme: Callable[[], set[Path]]) -> None:
    """Return as soon as a file differs from what was seen, or the theme has another file."""
    folders = {folder for path in seen if (folder := _existing_folder(path))}
    events = watch(
        *folders,
        watch_filter=None,
        recursive=False,
        yield_on_timeout=True,
        rust_timeout=_LOOK_EVERY,
        step=20,
        debounce=200,
    )
    for _ in events:
        if take_snapshot({*seen, *list_theme()}) != seen:
            return


def _existing_folder(path: Path) -> Path | None:
    return next((folder for folder in path.parents if folder.is_dir()), None)
