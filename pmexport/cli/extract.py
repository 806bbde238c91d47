"""`pmexport extract report.pdf`: write the report and the logs in a PDF into files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmexport import api
from pmexport.cli.messages import tell
from pmexport.cli.output import write_one
from pmexport.cli.program import STANDARD, Failure, program
from pmexport.cli.strangers import BOUNDS
from pmexport.errors import PmexportError
from pmexport.problems import show_name

if TYPE_CHECKING:
    from pmexport.publishing.attached import AttachedFile


@program.command("extract")
@click.argument("document", metavar="PDF", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    help="Folder for the files, or - to write the report to standard output. Default: the PDF's folder.",
)
@click.option("--force", is_flag=True, help="Replace files that exist.")
@click.option("-q", "--quiet", is_flag=True, help="Do not list the files written.")
def extract_command(document: Path, output: str | None, *, force: bool, quiet: bool) -> None:
    """Write the report that PDF contains, and its logs, into files. PDF was made with --attach-source.

    The files are named after the PDF: report.pdf contains report.yaml and report-database.log. Existing files are kept
    unless you add --force. Names in the PDF never choose a folder.

    Exit codes: 0 files were written; 1 there are none, or they cannot be read or written; 2 usage error.
    """
    from pmexport.publishing.attached import find_source, name_files  # noqa: PLC0415 - imports lxml

    try:
        files = api.extract(document, **BOUNDS)
    except PmexportError as error:
        text = str(error)
        raise Failure(text if str(document) in text else f"{show_name(document)}: {text}") from error
    source = find_source(files)
    named = name_files(files, document.stem)
    if not named or (output == STANDARD and source is None):
        raise Failure(f"{show_name(document)} contains no report. A PDF does if it is made with --attach-source.")
    if output == STANDARD and source is not None:
        write_one(STANDARD, source.data)
        return
    _write_files(named, document.parent if output is None else Path(output), force=force, quiet=quiet)


def _write_files(named: Mapping[str, AttachedFile], folder: Path, *, force: bool, quiet: bool) -> None:
    """Write files into a folder. Raises Failure before anything is written if one exists and must not be replaced."""
    targets = {folder / name: file for name, file in named.items()}
    existing = [show_name(target) for target in targets if os.path.lexists(target)]
    if existing and not force:
        exist, them = ("already exists", "it") if len(existing) == 1 else ("already exist", "them")
        raise Failure(f"{', '.join(existing)} {exist}. Add --force to replace {them}, or choose a folder with -o.")
    links = [show_name(target) for target in targets if target.is_symlink()]
    if links:
        raise Failure(f"{', '.join(links)} is a symbolic link, which is not followed. Remove it first.")
    for target, file in targets.items():
        write_one(str(target), file.data)
        if not quiet:
            original = "" if file.role == "source" else f" ({show_name(file.name)})"
            tell(f"wrote {show_name(target)}{original}")
