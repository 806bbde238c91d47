"""The reports among files and folders, and what their documents are called."""

import os
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pmexport.errors import InputError
from pmexport.problems import Problem, show_name

YAML = (".yaml", ".yml")
SUFFIXES = (*YAML, ".md", ".markdown")
"""Of the reports in a folder. JSON, TOML and Word files are often something else, so they must be named."""
_NOT_REPORTS = ("readme", "changelog", "contributing", "index")
"""The names of Markdown files that describe a folder."""


@dataclass(frozen=True, slots=True)
class NamedReport:
    """A report of several."""

    path: Path
    name: str
    """The path of its documents in the output folder, without their suffix, with `/`: its file's name; for a report in
    a folder, its path in that folder."""


def list_reports(given: Iterable[str | Path], output: Path, skipped: list[Problem] | None = None) -> list[NamedReport]:
    """Return the reports in files and folders, each once, in the order given; those of a folder by name.

    output: the folder for the documents, in which no reports are looked for.
    skipped: a list that receives the Markdown files of folders that have the name of a YAML file beside them, and the
    Word files that were not made from a report beside them.
    Raises InputError if there are none, or if two would have documents with the same name.
    """
    reports: dict[Path, NamedReport] = {}
    passed_over: list[Problem] = []
    for path in map(Path, given):
        found = _search_folder(path, output, passed_over) if path.is_dir() else (path,)
        for one in found:
            name = one.relative_to(path).with_suffix("") if path.is_dir() else Path(one.stem)
            reports.setdefault(_identify(one), NamedReport(one, name.as_posix()))
    if skipped is not None:
        skipped += (problem for problem in passed_over if _identify(Path(problem.file)) not in reports)
    if not reports:
        help_ = "Name files, or folders that contain YAML or Markdown. Word, JSON and TOML files must be named."
        raise InputError([Problem("there are no reports.", help=help_)])
    _refuse_twins(reports.values())
    return list(reports.values())


def fold_name(name: str) -> str:
    """Return a name in the form in which file systems may compare it: without case, and composed."""
    return unicodedata.normalize("NFC", name).casefold()


def _identify(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _search_folder(folder: Path, output: Path, skipped: list[Problem]) -> Iterator[Path]:
    """Yield the reports in a folder and below it, without hidden ones."""
    for inside, folders, files in os.walk(folder):
        here = Path(inside)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not _is_same(here / name, output))
        chosen = [here / name for name in sorted(files) if _may_be_report(Path(name))]
        yaml = {path.stem for path in chosen if path.suffix.lower() in YAML}
        for path in chosen:
            if path.suffix.lower() not in YAML and path.stem in yaml:
                skipped.append(Problem("skipped, because a YAML file has the same name.", file=str(path)))
            else:
                yield path
        skipped += _list_word_files(here, files, {path.stem for path in chosen})


def _list_word_files(folder: Path, files: Iterable[str], reports: Collection[str]) -> Iterator[Problem]:
    """Yield a note for each Word file that has the name of no report in its folder. reports: their names."""
    for path in (folder / name for name in sorted(files) if name.lower().endswith(".docx")):
        if path.stem not in reports and not path.name.startswith((".", "~$")):
            yield Problem("skipped, because it is a Word file. If it is a report, name it as well.", file=str(path))


def _may_be_report(path: Path) -> bool:
    suffix = path.suffix.lower()
    described = suffix not in YAML and path.stem.lower() in _NOT_REPORTS
    return suffix in SUFFIXES and not path.name.startswith(".") and not described


def _is_same(folder: Path, other: Path) -> bool:
    return _identify(folder) == _identify(other)


def _refuse_twins(reports: Iterable[NamedReport]) -> None:
    """Raise InputError if two reports have the same name, also where file systems ignore case."""
    taken: dict[str, NamedReport] = {}
    problems = []
    for report in reports:
        first = taken.setdefault(fold_name(report.name), report)
        if first is not report:
            message = f"{show_name(first.path)} and {show_name(report.path)} would have documents with the same name."
            help_ = "Rename one of them, or pass a folder that contains both: its folders are kept."
            problems.append(Problem(message, help=help_))
    if problems:
        raise InputError(problems)
