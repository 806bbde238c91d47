"""`pmexport report.yaml`: renders a report. What the program is called for, so its name need not be said."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import re
import sys
import unicodedata
from collections.abc import Collection, Container, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from pmexport import api, reading
from pmexport.cli.check import levels_for
from pmexport.cli.output import write_documents
from pmexport.cli.program import STANDARD, Failure, program
from pmexport.errors import PmexportError
from pmexport.limits import DEFAULT, Limits
from pmexport.problems import Problem
from pmexport.renderers import registry
from pmexport.report.model import Report
from pmexport.report.moments import read_date
from pmexport.theming import themes


class _Render(click.Command):
    """Renders a report. It has a flag for every format that is known when the program starts."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters, the formats' flags among them; nothing is imported for that."""
        report, *options = super().get_params(ctx)
        taken = {name for option in options for name in option.opts}
        return [report, *_format_flags(taken), *options]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; of several words, the first may be meant for a command, and the others for reports."""
        ctx.allow_extra_args = True
        super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            name = ctx.params["report"]
            _refuse_command(name, ctx)
            raise click.UsageError(f"One report at a time: found {ctx.args[0]!r} after {name!r}.", ctx)
        return ctx.args

    def get_help(self, ctx: click.Context) -> str:
        """Return the help of the program: rendering is what it is called for."""
        return ctx.parent.get_help() if ctx.parent else super().get_help(ctx)


def _format_flags(taken: Container[str]) -> Iterator[click.Option]:
    """Yield a flag for each format, save those whose name is no word or an option's; a suffix still asks for these."""
    built_in = {"pdf": "PDF", "docx": "Word", "html": "HTML, one file", "md": "Markdown, as on GitHub"}
    for name in registry.format_names():
        if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) and f"--{name}" not in taken:
            others = f"{name}, by {' and '.join(map(registry.origin, registry.plugins().get(name, [])))}"
            help_text = f"Write {built_in.get(name, others)}."
            yield click.Option([f"--{name}", _parameter(name)], is_flag=True, help=help_text)


def _parameter(format_name: str) -> str:
    return f"format_{format_name.replace('-', '_')}"


@program.command("render", cls=_Render, hidden=True)
@click.argument("report", type=click.Path(path_type=str))
@click.option(
    "-o", "--output", metavar="PATH", help="A file; a folder (it exists, or ends in /); or - for standard output."
)
@click.option("--theme", default=themes.DEFAULT, metavar="NAME|FOLDER", help="How PDF, Word and HTML look.")
@click.option("--word-template", metavar="FILE", help="A company's .docx or .dotx, whose pages and styles Word has.")
@click.option("--set", "overrides", metavar="KEY=VALUE", multiple=True, help="Put a text in the place of the report's.")
@click.option("--as-of", metavar="DATE", help="The day as of which action items are overdue. Default: when published.")
@click.option(
    "--from", "input_format", type=click.Choice(sorted(set(reading.FORMATS.values()))), help="The report's format."
)
@click.option(
    "--base",
    type=click.Path(exists=True, file_okay=False),
    metavar="FOLDER",
    help="Where pictures and logs lie. Default: where the report does.",
)
@click.option(
    "--limit", "limits", metavar="NAME=NUMBER", multiple=True, help="Raise a limit; an unknown name lists them."
)
@click.option("--allow-unfinished", is_flag=True, help="Render a final report in which errors stand, marked as such.")
@click.option("--strict", is_flag=True, help="Take warnings for errors, and write nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Do not say what was written.")
def render_command(report: str, **options: Any) -> None:
    """Render a report."""
    _render(report, options)


def _render(name: str, options: dict[str, Any]) -> None:
    wanted = [one for one in registry.format_names() if options.get(_parameter(one))]
    limits = _limits(options["limits"])
    as_of = _day(options["as_of"])
    report = _load(name, options, limits)
    documents: dict[str, bytes] = {}
    warnings: list[Problem] = []
    failures: list[str] = []
    targets = targets_of(name, report, wanted, options["output"])
    own = _own_options(options, targets.values())
    levels = levels_for(name) if report.stage == "final" else None
    for target, format_name in targets.items():
        try:
            documents[target] = api.render(
                report,
                format_name,
                theme=options["theme"],
                as_of=as_of,
                limits=limits,
                warnings=warnings,
                allow_unfinished=options["allow_unfinished"],
                levels=levels,
                **own.get(format_name, {}),
            )
        except PmexportError as error:
            failures.append(str(error))
    if options["strict"] and warnings:
        raise Failure("\n".join(dict.fromkeys([*map(str, warnings), *failures])))
    for warning in dict.fromkeys(warnings):
        click.echo(f"warning: {warning}", err=True)
    failures += write_documents(documents, quiet=options["quiet"])
    if failures:
        raise Failure("\n".join(dict.fromkeys(failures)))


def _own_options(options: dict[str, Any], formats: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return the options that one renderer has, by its format. Raises UsageError where that is not asked for."""
    template = options["word_template"]
    if template is not None and "docx" not in formats:
        raise click.UsageError("--word-template is for Word: add --docx.")
    return {} if template is None else {"docx": {"template": template}}


def _load(name: str, options: dict[str, Any], limits: Limits) -> Report:
    input_format = options["input_format"]
    overrides = dict(_pair(text, "--set") for text in options["overrides"])
    if name == STANDARD and input_format is None:
        raise click.UsageError("Say the format of standard input: --from yaml, json or toml.")
    _refuse_command(name)
    source = sys.stdin.buffer.read(limits.file_bytes + 1) if name == STANDARD else name
    return api.load(source, format=input_format, base=options["base"], overrides=overrides, limits=limits)


def _refuse_command(name: str, context: click.Context | None = None) -> None:
    """Raise UsageError where what is no file looks like a mistyped command."""
    commands = [command for command in program.commands if command != "render"]
    near = difflib.get_close_matches(name, commands, n=1)
    if near and re.fullmatch(r"[\w-]+", name) and not Path(name).exists():
        raise click.UsageError(f"There is no command and no file {name!r}. Did you mean {near[0]!r}?", context)


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


def targets_of(name: str, report: Report, wanted: list[str], output: str | None) -> dict[str, str]:
    """Return where to write, and in which format each."""
    if output is None:
        folder = Path() if name == STANDARD else Path(name).parent
    elif output.endswith(("/", "\\")) or (output != STANDARD and Path(output).is_dir()):
        folder = Path(output)
    else:
        return {output: _single_format(name, wanted, output)}
    targets: dict[str, str] = {}
    for one in wanted or ["pdf"]:
        target = str(folder / f"{_stem(name, report)}.{registry.find_renderer(one).suffix}")
        _refuse_report(name, target)
        if target in targets:
            raise click.UsageError(f"--{targets[target]} and --{one} both write {target}. Ask for one at a time.")
        targets[target] = one
    return targets


def _single_format(name: str, wanted: list[str], output: str) -> str:
    if len(wanted) > 1:
        folder = "out" if output == STANDARD else output
        raise click.UsageError(f"Several formats do not fit into one file. Name a folder: -o {folder}/")
    if output == STANDARD:
        return wanted[0] if wanted else "pdf"
    _refuse_report(name, output)
    suffix = Path(output).suffix.removeprefix(".")
    try:
        by_suffix = registry.format_of_suffix(suffix)
    except PmexportError as error:
        if wanted:
            return wanted[0]
        raise click.UsageError(
            f"{output} ends in no format's suffix. Add one, such as --pdf; a folder ends in /."
        ) from error
    if wanted and wanted[0] != by_suffix and registry.find_renderer(wanted[0]).suffix != suffix:
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
