"""`pmexport import postmortem.md`: a report from a file of another format."""

import json
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

import click

from pmexport import reading
from pmexport.cli.arguments import limit_option
from pmexport.cli.configuration import configuration_options, read_configuration
from pmexport.cli.messages import tell_note
from pmexport.cli.output import print_notes, write_documents, write_one
from pmexport.cli.overwriting import refuse_overwriting
from pmexport.cli.program import STANDARD, Failure, program
from pmexport.cli.streams import read_input
from pmexport.errors import PmexportError
from pmexport.house_style.config import Config
from pmexport.importing import importer_registry, loading
from pmexport.importing.draft import Draft
from pmexport.importing.import_options import ImportOptions, read_headings
from pmexport.importing.notes import Note
from pmexport.importing.sources import SourceFile, read_sources
from pmexport.limits import Limits
from pmexport.problems import show_name, show_text

_UNSAVED = "The images of the report are not saved. Add --pictures FOLDER to save them."


def _list_formats(context: click.Context, _option: click.Parameter, given: bool) -> None:
    if given and not context.resilient_parsing:
        names = importer_registry.format_names()
        for name in names:
            click.echo(show_text(f"{name:{max(map(len, names))}}  {_summarize_format(name)}"))
        context.exit()


@program.command("import")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=str))
@click.option(
    "--from",
    "format_name",
    metavar="FORMAT",
    help="Format of the files; see --list. Default: from their content if conclusive, otherwise from the suffix.",
)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    help="YAML file, folder, or - for standard output. Default: beside the first file.",
)
@click.option("--headings", metavar="FILE", help="TOML file with your own headings: resolution = ['How we fixed it'].")
@click.option("--pictures", metavar="FOLDER", help="Save the images of a Word file to this folder, beside the report.")
@click.option("--keep-contacts", is_flag=True, help="Keep phone numbers, email addresses and avatars.")
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@click.option("--strict", is_flag=True, help="Fail if anything needs your attention, and write nothing.")
@click.option(
    "--format",
    "notes_format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="text (the default): what needs your attention; json: a note for each line or key.",
)
@click.option(
    "--list", is_flag=True, is_eager=True, expose_value=False, callback=_list_formats, help="List the formats."
)
@limit_option
@configuration_options
def import_command(files: tuple[str, ...], **options: Any) -> None:
    """Write one report from the FILEs of an incident (- for standard input).

    A file may be Markdown, a Word file or a tool's export.
    Nothing is invented or dropped silently: what fits no field becomes a section of its own or a comment, and is
    listed in the notes. The report's status is never final.

    With --format json, a note for each line or key is written to standard output, unless the report is written there.

    Exit codes: 0 the report was written; 1 a file cannot be read, or something needs attention with --strict; 2 usage
    error.
    """
    config = read_configuration(files[0], options)
    limits = config.resolve_limits(None)
    sources = _read_files(files, limits)
    target = _choose_target(files[0], options["output"])
    format_name = options["format_name"] or loading.detect_format(sources)
    _require_format(format_name, sources)
    draft = loading.import_sources(sources, format_name, _collect_options(options, config))
    if draft.files and options["pictures"] is None:
        draft.notes.append(Note("taken", files[0], text=next(iter(draft.files)), reason=_UNSAVED))
    documents = _list_documents(draft, target, saves_files=options["pictures"] is not None)
    refuse_overwriting(documents, (("an imported file", file) for file in files if file != STANDARD))
    _write_notes(draft, options["notes_format"], to_output=target != STANDARD)
    if options["strict"] and draft.problems:
        count = len(draft.problems)
        raise Failure(f"{count} {'note' if count == 1 else 'notes'}; nothing was written.", [])
    _refuse_existing(documents, force=options["force"])
    if failures := list(write_documents(documents, quiet=False)):
        raise Failure("\n".join(failures))


def _read_files(files: Sequence[str], limits: Limits) -> list[SourceFile]:
    if files.count(STANDARD) > 1:
        raise click.UsageError("Standard input can be read only once.")
    return [
        SourceFile(read_input(limits.file_bytes), STANDARD, limits)
        if file == STANDARD
        else read_sources([file], limits)[0]
        for file in files
    ]


def _require_format(name: str | None, sources: Sequence[SourceFile]) -> None:
    """Raise UsageError for a format that is unknown or cannot be told."""
    known = importer_registry.format_names()
    if name is None:
        doubt = loading.explain_doubt(sources)
        raise click.UsageError(f"{doubt[0].upper()}{doubt[1:]}" if doubt.startswith("the ") else doubt)
    if name not in known:
        raise click.UsageError(f"Unknown format {name!r}. Formats: {', '.join(known)}.")


def _choose_target(file: str, output: str | None) -> str:
    """Return the path of the report; `-` for standard output. Raises UsageError for a file that is not YAML."""
    if output is None and file == STANDARD:
        return STANDARD
    name = f"{'report' if file == STANDARD else Path(file).stem}.yaml"
    if output is None:
        return str(Path(file).with_name(name))
    if output != STANDARD and (output.endswith(("/", "\\")) or Path(output).is_dir()):
        return str(Path(output) / name)
    if output != STANDARD and reading.FORMATS.get(Path(output).suffix.lower()) != "yaml":
        raise click.UsageError(f"`pmexport import` writes YAML. Use a file name ending in .yaml instead of {output!r}.")
    return output


def _collect_options(options: dict[str, Any], config: Config) -> ImportOptions:
    limits = config.resolve_limits(None)
    headings = read_headings(Path(options["headings"]), limits) if options["headings"] else {}
    return ImportOptions(options["keep_contacts"], headings, limits, config, _check_folder(options["pictures"]))


def _check_folder(folder: str | None) -> str | None:
    """Return the folder for images as a path that is relative to the report. Raises UsageError for another."""
    if folder is None:
        return None
    path = PurePath(folder)
    if path.is_absolute() or ".." in path.parts:
        message = "--pictures must be a relative path without .., because a report shows only images in its own folder."
        raise click.UsageError(message)
    return path.as_posix()


def _list_documents(draft: Draft, target: str, *, saves_files: bool) -> dict[str, bytes]:
    """Return the files to write, by their paths: the images if they are saved, and last the report that names them."""
    folder = Path() if target == STANDARD else Path(target).parent
    _ = draft.report  # a draft that no command could read is a failure here
    files = draft.files if saves_files else {}
    return {**{str(folder / path): data for path, data in files.items()}, target: draft.to_yaml().encode()}


def _refuse_existing(targets: Sequence[str] | dict[str, bytes], *, force: bool) -> None:
    existing = [target for target in targets if target != STANDARD and Path(target).exists()]
    if existing and not force:
        raise Failure(f"{show_name(existing[0])} already exists. Choose another path with -o, or add --force.")


def _write_notes(draft: Draft, notes_format: str, *, to_output: bool) -> None:
    """Write all notes as JSON to standard output, unless the report goes there; otherwise those for people."""
    if notes_format == "json" and to_output:
        data = json.dumps([note.as_dict() for note in draft.notes], indent=2, ensure_ascii=False) + "\n"
        write_one(STANDARD, data.encode())
    for problem in draft.problems:
        tell_note(problem)
    if notes_format != "json":
        print_notes([_count_left_out(draft.notes)])


def _count_left_out(notes: Sequence[Note]) -> str:
    left_out = sum(note.bin == "left_out" for note in notes)
    parts = "part was" if left_out == 1 else "parts were"
    return f"{left_out} {parts} left out on purpose. For the reasons, use --format json." if left_out else ""


def _summarize_format(name: str) -> str:
    try:
        importer = importer_registry.find_importer(name)
    except PmexportError as error:
        return f"unavailable: {error}"
    return f"{', '.join(suffix.removeprefix('.') for suffix in importer.suffixes)}: {importer.takes}"
