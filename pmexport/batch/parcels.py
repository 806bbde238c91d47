"""A report with everything that its documents are made from, as one value: it can be rendered on any machine."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from pmexport import isolation
from pmexport._version import __version__
from pmexport.batch.own_folder import identify_process, keep_files
from pmexport.batch.packed_files import PackedFile, unpack_files
from pmexport.batch.packed_theme import PackedTheme, unpack_theme
from pmexport.isolation import UNBOUNDED, Bounds
from pmexport.problems import Problem
from pmexport.report.model import Report
from pmexport.theming.themes import Theme

_EPOCH = "SOURCE_DATE_EPOCH"
_TEMPLATES = "templates"
"""The folder, beside that of the report, for the files that options name."""

_rendering = Lock()
"""A cluster may give several threads of a process work; the libraries that lay out pages know nothing of threads."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A report to render."""

    report: Report
    files: tuple[PackedFile, ...]
    near: tuple[str, ...]
    """The names of other files in the report's folder, to suggest one for a file that is missing."""
    theme: PackedTheme
    formats: tuple[str, ...]
    options: Mapping[str, Mapping[str, Any]]
    """The options of renderers, by format. A path of a file is a PackedFile."""
    arguments: Mapping[str, Any]
    """The other arguments of `render`."""
    epoch: str | None = None
    """The value of SOURCE_DATE_EPOCH."""
    bounds: Bounds = UNBOUNDED
    """Of each rendering."""
    version: str = __version__
    """That of the program that packed it."""
    origin: str = field(default_factory=identify_process)
    """The process that packed it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a parcel."""

    documents: dict[str, bytes] = field(default_factory=dict, repr=False)
    """The documents, by format."""
    warnings: tuple[Problem, ...] = ()
    failures: tuple[tuple[str, tuple[Problem, ...]], ...] = ()
    """The messages and problems of formats that could not be rendered."""


def render_parcel(parcel: Parcel) -> Outcome:
    """Return the documents of a parcel. An error of one format does not stop the others."""
    if parcel.version != __version__:
        message = f"this process has pmexport {__version__}, but the report was sent by {parcel.version}."
        return Outcome(failures=((message, (Problem(message, help="Install the same version on all machines."),)),))
    keeper = nullcontext() if parcel.origin == identify_process() else keep_files()
    with _rendering, keeper, _source_epoch(parcel.epoch), TemporaryDirectory(prefix="pmexport-") as name:
        folder = Path(name).resolve()
        theme = unpack_theme(parcel.theme)
        places = dict(zip(map(str, theme.folders), parcel.theme.places, strict=True))
        places[f"{folder / _TEMPLATES}{os.sep}"] = ""
        return _restore_places(_render_formats(parcel, theme, folder), places)


def _render_formats(parcel: Parcel, theme: Theme, folder: Path) -> Outcome:
    report = parcel.report.based_at(_unpack_base(parcel, folder))
    formats = {
        name: {key: _unpack_option(value, folder) for key, value in parcel.options.get(name, {}).items()}
        for name in parcel.formats
    }
    rendered = isolation.render_formats(report, formats, parcel.bounds, theme=theme, **parcel.arguments)
    failures = tuple((str(error), tuple(error.problems)) for error in rendered.failures)
    return Outcome(rendered.documents, tuple(dict.fromkeys(rendered.warnings)), failures)


def _unpack_base(parcel: Parcel, folder: Path) -> Path | None:
    """Return the folder of the report's files; None if it has had none."""
    if parcel.report.base is None:
        return None
    base = folder / "report"
    base.mkdir()
    unpack_files(parcel.files, parcel.near, base)
    return base


def _unpack_option(value: object, folder: Path) -> object:
    if not isinstance(value, PackedFile):
        return value
    unpack_files([value], (), folder / _TEMPLATES)
    return str(folder / _TEMPLATES / value.name)


def _restore_places(outcome: Outcome, places: Mapping[str, str]) -> Outcome:
    """Return the outcome with the names that files have for the user."""

    def restore(text: str) -> str:
        for here, there in places.items():
            text = text.replace(here, there)
        return text

    def restore_problem(problem: Problem) -> Problem:
        return replace(
            problem, message=restore(problem.message), help=restore(problem.help), file=restore(problem.file)
        )

    failures = ((restore(message), tuple(map(restore_problem, found))) for message, found in outcome.failures)
    return replace(outcome, warnings=tuple(map(restore_problem, outcome.warnings)), failures=tuple(failures))


@contextmanager
def _source_epoch(value: str | None) -> Iterator[None]:
    """Give SOURCE_DATE_EPOCH the value that it has where the report was packed."""
    before = os.environ.get(_EPOCH)
    _set_epoch(value)
    try:
        yield
    finally:
        _set_epoch(before)


def _set_epoch(value: str | None) -> None:
    if value is None:
        os.environ.pop(_EPOCH, None)
    else:
        os.environ[_EPOCH] = value
