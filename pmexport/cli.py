"""The command line: arguments in, exit codes out. What it does, the API does.

Exit codes: 0 done; 1 with a message: the input, the theme or the rendering failed; 2 wrong usage.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import json
import re
import sys
import unicodedata
from collections.abc import Container, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from pmexport import __version__, api, reading, renderers, themes
from pmexport.errors import PmexportError, Problem
from pmexport.limits import DEFAULT, Limits
from pmexport.model import Report, json_schema
from pmexport.times import read_date
from pmexport.writing import write_file

PROGRAM = "pmexport"
SCHEMA_FILE = "pmexport.schema.json"
STANDARD = "-"

EXAMPLES = f"""\b
Examples:
  {PROGRAM} new report.yaml                     a file to fill in
  {PROGRAM} report.yaml                         report.pdf beside it
  {PROGRAM} report.yaml --pdf --docx -o out/    out/report.pdf and out/report.docx
  {PROGRAM} report.yaml -o board.docx           the format from the suffix
  {PROGRAM} report.yaml --md -o -               to standard output
  {PROGRAM} - --from json --pdf -o out.pdf      from standard input
  {PROGRAM} report.yaml --set severity=P2 --as-of 2026-04-01
"""


class _Failure(click.ClickException):
    """An error of the input, the theme or the rendering: its message, and exit code 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        """Print the message to standard error, each line of it marked."""
        click.echo("\n".join(f"error: {line}" for line in self.message.splitlines()), err=True, file=file)


class _Program(click.Group):
    """The program: its first word is a subcommand, else what follows is a report to render."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Send everything that is no subcommand, and none of the program's own options, to `render`."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if args and args[0] not in self.commands and args[0] not in own:
            args = ["render", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show both ways to call it."""
        formatter.write_usage(ctx.command_path, "REPORT [OPTIONS]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]…", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the options of rendering, which is what the program is called for, then the subcommands."""
        parameters = [*self.commands["render"].get_params(ctx)[:-1], *self.get_params(ctx)]  # one --help, not two
        records = [option.get_help_record(ctx) for option in parameters if isinstance(option, click.Option)]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record])
        self.format_commands(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the subcommands, and files."""
        return [*super().shell_complete(ctx, incomplete), CompletionItem(incomplete, type="file")]


class _Render(click.Command):
    """Renders a report. It has a flag for every format that is known when the program starts."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters, the formats' flags among them; nothing is imported for that."""
        report, *options = super().get_params(ctx)
        taken = {name for option in options for name in option.opts}
        return [report, *_format_flags(taken), *options]

    def get_help(self, ctx: click.Context) -> str:
        """Return the help of the program: rendering is what it is called for."""
        return ctx.parent.get_help() if ctx.parent else super().get_help(ctx)


def _format_flags(taken: Container[str]) -> Iterator[click.Option]:
    """Yield a flag for each format, save those whose name is no word or an option's; a suffix still asks for these."""
    built_in = {"pdf": "PDF", "docx": "Word", "html": "HTML, one file", "md": "Markdown, as on GitHub"}
    for name in renderers.names():
        if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) and f"--{name}" not in taken:
            others = f"{name}, by {' and '.join(map(renderers.origin, renderers.plugins().get(name, [])))}"
            help_text = f"Write {built_in.get(name, others)}."
            yield click.Option([f"--{name}", _parameter(name)], is_flag=True, help=help_text)


def _parameter(format_name: str) -> str:
    return f"format_{format_name.replace('-', '_')}"


@click.group(cls=_Program, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name=PROGRAM, help="Show the version and exit.")
def program() -> None:
    """Turn a post-mortem REPORT (YAML, JSON or TOML; - for standard input) into PDF, Word, HTML and Markdown.

    Without a format it writes a PDF. Without -o, it writes beside the report.
    """


@program.command("render", cls=_Render, hidden=True)
@click.argument("report", type=click.Path(path_type=str))
@click.option(
    "-o", "--output", metavar="PATH", help="A file; a folder (it exists, or ends in /); or - for standard output."
)
@click.option("--theme", default=themes.DEFAULT, metavar="NAME|FOLDER", help="How PDF, Word and HTML look.")
@click.option("--set", "overrides", metavar="KEY=VALUE", multiple=True, help="Put a text in the place of the report's.")
@click.option("--as-of", metavar="DATE", help="The day as of which action items are overdue. Default: when published.")
@click.option(
    "--from", "input_format", type=click.Choice(sorted(set(reading.FORMATS.values()))), help="The report's format."
)
@click.option("--base", metavar="FOLDER", help="Where pictures and logs lie. Default: where the report does.")
@click.option(
    "--limit", "limits", metavar="NAME=NUMBER", multiple=True, help="Raise a limit; an unknown name lists them."
)
@click.option("--strict", is_flag=True, help="Take warnings for errors, and write nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Do not say what was written.")
def render_command(report: str, **options: Any) -> None:
    """Render a report."""
    _render(report, options)


def _render(name: str, options: dict[str, Any]) -> None:
    wanted = [one for one in renderers.names() if options.get(_parameter(one))]
    limits = _limits(options["limits"])
    as_of = _day(options["as_of"])
    report = _load(name, options, limits)
    documents: dict[str, bytes] = {}
    warnings: list[Problem] = []
    failures: list[str] = []
    targets = _targets(name, report, wanted, options["output"])
    for target, format_name in targets.items():
        try:
            documents[target] = api.render(
                report, format_name, theme=options["theme"], as_of=as_of, limits=limits, warnings=warnings
            )
        except PmexportError as error:
            failures.append(str(error))
    if options["strict"] and warnings:
        raise _Failure("\n".join(dict.fromkeys([*map(str, warnings), *failures])))
    for warning in dict.fromkeys(warnings):
        click.echo(f"warning: {warning}", err=True)
    failures += _write(documents, quiet=options["quiet"])
    if failures:
        raise _Failure("\n".join(dict.fromkeys(failures)))


def _load(name: str, options: dict[str, Any], limits: Limits) -> Report:
    input_format = options["input_format"]
    overrides = dict(_pair(text, "--set") for text in options["overrides"])
    if name == STANDARD and input_format is None:
        raise click.UsageError("Say the format of standard input: --from yaml, json or toml.")
    _refuse_command(name)
    source = sys.stdin.buffer.read(limits.file_bytes + 1) if name == STANDARD else name
    return api.load(source, format=input_format, base=options["base"], overrides=overrides, limits=limits)


def _refuse_command(name: str) -> None:
    """Raise UsageError where what is no file looks like a mistyped command."""
    commands = [command for command in program.commands if command != "render"]
    near = difflib.get_close_matches(name, commands, n=1)
    if near and re.fullmatch(r"[\w-]+", name) and not Path(name).exists():
        raise click.UsageError(f"There is no command and no file {name!r}. Did you mean {near[0]!r}?")


def _day(text: str | None) -> dt.date | None:
    day = None if text is None else read_date(text)
    if text is not None and day is None:
        raise click.UsageError(f"--as-of takes a day such as 2026-04-01, found {text!r}.")
    return day


def _pair(text: str, option: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise click.UsageError(f"{option} takes KEY=VALUE, found {text!r}.")
    return key.strip(), value


def _limits(texts: Sequence[str]) -> Limits:
    known = [field.name for field in dataclasses.fields(Limits)]
    values = {}
    for text in texts:
        name, number = _pair(text, "--limit")
        if name not in known or not number.strip().isdigit():
            raise click.UsageError(f"--limit takes NAME=NUMBER, found {text!r}. The names: {', '.join(known)}.")
        values[name] = int(number)
    return dataclasses.replace(DEFAULT, **values)


def _targets(name: str, report: Report, wanted: list[str], output: str | None) -> dict[str, str]:
    """Return where to write, and in which format each."""
    if output is None:
        folder = Path() if name == STANDARD else Path(name).parent
    elif output.endswith(("/", "\\")) or (output != STANDARD and Path(output).is_dir()):
        folder = Path(output)
    else:
        return {output: _single_format(name, wanted, output)}
    targets: dict[str, str] = {}
    for one in wanted or ["pdf"]:
        target = str(folder / f"{_stem(name, report)}.{renderers.find(one).suffix}")
        _refuse_report(name, target)
        if target in targets:
            raise click.UsageError(f"--{targets[target]} and --{one} both write {target}. Ask for one at a time.")
        targets[target] = one
    return targets


def _single_format(name: str, wanted: list[str], output: str) -> str:
    if len(wanted) > 1:
        raise click.UsageError(f"Several formats do not fit into one file. Name a folder: -o {output}/")
    if output == STANDARD:
        return wanted[0] if wanted else "pdf"
    _refuse_report(name, output)
    suffix = Path(output).suffix.removeprefix(".")
    try:
        by_suffix = renderers.named_by_suffix(suffix)
    except PmexportError as error:
        if wanted:
            return wanted[0]
        raise click.UsageError(
            f"{output} ends in no format's suffix. Add one, such as --pdf; a folder ends in /."
        ) from error
    if wanted and wanted[0] != by_suffix and renderers.find(wanted[0]).suffix != suffix:
        raise click.UsageError(f"--{wanted[0]} does not go with a file that ends in .{suffix}.")
    return wanted[0] if wanted else by_suffix


def _refuse_report(name: str, target: str) -> None:
    """Raise UsageError where a target is the report itself."""
    if name != STANDARD and Path(target).exists() and Path(target).samefile(name):
        raise click.UsageError(f"{target} is the report itself.")


def _stem(name: str, report: Report) -> str:
    """Return the input's name without its suffix; for standard input a safe name from the report's id or title."""
    if name != STANDARD:
        return Path(name).stem
    text = unicodedata.normalize("NFKC", report.id or report.title).casefold()
    return "-".join(re.findall(r"[^\W_]+", text))[:80].strip("-") or "report"


def _write(documents: dict[str, bytes], *, quiet: bool) -> Iterator[str]:
    for target, data in documents.items():
        try:
            _write_one(target, data)
        except PmexportError as error:
            yield str(error)
            continue
        if not quiet and target != STANDARD:
            click.echo(f"wrote {target}", err=True)


def _write_one(target: str, data: bytes) -> None:
    if target != STANDARD:
        write_file(Path(target), data)
        return
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


@program.command("new", short_help="Write a report to fill in, and its schema.")
@click.argument("path", default="report.yaml", type=click.Path(path_type=str))
def new_command(path: str) -> None:
    """Write a report to fill in, and beside it the schema that your editor completes it by.

    PATH is report.yaml where none is given, - for standard output. A file that exists is left alone.
    """
    starter = resources.files("pmexport").joinpath("starter.yaml").read_bytes()
    if path == STANDARD:
        _write_one(STANDARD, starter)
        return
    if reading.FORMATS.get(Path(path).suffix) != "yaml":
        raise click.UsageError(f"It is YAML that is written: name a file that ends in .yaml, not {path!r}.")
    if Path(path).exists():
        raise _Failure(f"{path} exists already; name another file.")
    schema = str(Path(path).parent / SCHEMA_FILE)
    failures = list(_write({path: starter, schema: _schema()}, quiet=False))
    if failures:
        raise _Failure("\n".join(failures))


@program.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of a report, for editors."""
    _write_one(STANDARD, _schema())


def _schema() -> bytes:
    return (json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n").encode()


@program.command("themes")
def themes_command() -> None:
    """List the themes that come with the program."""
    for name in themes.names():
        click.echo(f"{name}  {themes.find(name).tokens.summary}")


@program.command("formats")
def formats_command() -> None:
    """List the formats, those of other packages included."""
    names = renderers.names()
    for name in names:
        click.echo(f"{name:{max(map(len, names))}}  {_format_summary(name)}")


def _format_summary(name: str) -> str:
    try:
        renderer = renderers.find(name)
    except PmexportError as error:
        return f"not usable: {error}"
    return f"{'.' + renderer.suffix:5}  {renderer.summary}"


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the program with these arguments, those of the command line where None, and exit."""
    try:
        program.main(args=None if args is None else list(args), prog_name=PROGRAM, standalone_mode=False)
    except click.Abort:
        click.echo("Aborted.", err=True)
        sys.exit(1)
    except click.ClickException as error:
        if isinstance(error, click.UsageError) and error.ctx and error.ctx.info_name == "render":
            error.ctx = error.ctx.parent  # a word that the user did not write
        error.show()
        sys.exit(error.exit_code)
    except PmexportError as error:
        _Failure(str(error)).show()
        sys.exit(1)
    except OSError as error:  # a name that is too long, standard output on a full disk
        _Failure(f"{error.filename or 'standard output'}: {error.strerror or error}").show()
        sys.exit(1)
    sys.exit(0)
