"""`pmexport report.yaml`: render a report, or several. This is the default command, so its name is never typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import click

from pmexport.cli.arguments import (
    base_option,
    bound_options,
    from_option,
    language_option,
    limit_option,
    load_report,
    logo_alt_option,
    logo_option,
    parse_date,
    parse_overrides,
    read_bounds,
    read_logo,
    set_option,
    theme_option,
)
from pmexport.cli.configuration import configuration_options, describe_lowered, describe_raised, read_configuration
from pmexport.cli.messages import is_json, tell_problems
from pmexport.cli.output import print_notes, write_documents
from pmexport.cli.overwriting import list_inputs, list_report, refuse_overwriting
from pmexport.cli.program import COMMANDS, STANDARD, Failure, program
from pmexport.errors import PmexportError
from pmexport.problems import Problem, find_nearest, show_name
from pmexport.renderers import registry
from pmexport.renderers.options import RendererOption, list_options, name_flag
from pmexport.renderers.placing import place_options

if TYPE_CHECKING:
    from pmexport.cli.excerpts import Excerpts
    from pmexport.house_style.config import Config
    from pmexport.pipeline import Rendered
    from pmexport.report.model import Report
    from pmexport.theming.themes import Theme

_REQUESTED = "pmexport.requested"
"""The key of the formats of other packages whose flags are among the arguments."""
_OTHER_NAMES = {"--word": "--docx", "--doc": "--docx", "--markdown": "--md", "--htm": "--html"}
"""What people call the options of formats."""
_BUILT_IN = {
    "pdf": "a PDF",
    "docx": "a Word file",
    "html": "self-contained HTML",
    "md": "GitHub Flavored Markdown",
    "eml": "a mail draft with the PDF attached",
    "actions-csv": "the action items as CSV",
}


class DocumentCommand(click.Command):
    """A command that renders reports. Every known format adds an option, and those of its renderer."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters, including one per format and per option of a renderer."""
        report, *options = super().get_params(ctx)
        place = 1 + max(number for number, option in enumerate(options) if option.name == "logo_alt")
        taken = {name for option in options for name in option.opts}
        requested = ctx.meta.get(_REQUESTED, ())
        own = [option for option, *_ in _list_renderer_options(requested)]
        return [report, *_list_format_options(taken), *options[:place], *own, *options[place:]]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments."""
        ctx.meta[_REQUESTED] = [name for name in registry.renderer_plugins() if f"--{name}" in args]
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if error.option_name not in _OTHER_NAMES:
                raise
            message = f"{error.message} Did you mean {_OTHER_NAMES[error.option_name]!r}?"
            raise click.NoSuchOption(error.option_name, message, ctx=error.ctx) from None


class _RenderCommand(DocumentCommand):
    """Render a report."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the help of the whole program, because rendering is its default command."""
        return ctx.parent.get_help() if ctx.parent else super().get_help(ctx)


def _list_format_options(taken: Container[str]) -> Iterator[click.Option]:
    """Yield an option per format. Names that are not words, or are taken, stay available through the file suffix."""
    others = {
        name: f"{name}, by {' and '.join(plugin.origin for plugin in offers)}"
        for name, offers in registry.renderer_plugins().items()
        if name not in _BUILT_IN
    }
    for name, what in (_BUILT_IN | others).items():
        if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) and f"--{name}" not in taken:
            yield click.Option([f"--{name}", _name_parameter(name)], is_flag=True, help=f"Write {what}.")


def _list_renderer_options(plugins: Collection[str]) -> Iterator[tuple[click.Option, str, str, str]]:
    """Yield an option per declared option of a renderer, with its format, keyword and flag.

    plugins: the formats of other packages to include. Others are not imported, so that one that is broken breaks only
    itself.
    """
    for name in dict.fromkeys((*registry.WITH_OPTIONS, *plugins)):
        with suppress(PmexportError):
            for keyword, (option, kind) in list_options(registry.find_renderer(name)).items():
                flag = name_flag(name, keyword, option)
                parameter = f"option_{_name_parameter(name)}_{keyword}"
                yield _make_option(parameter, flag, option, kind), name, keyword, flag


def _make_option(parameter: str, flag: str, option: RendererOption, kind: Any) -> click.Option:
    if kind is bool:
        return click.Option([flag, parameter], is_flag=True, help=option.help)
    kinds = (kind, *get_args(kind))
    choices = [choice for one in kinds if get_origin(one) is Literal for choice in get_args(one)]
    if choices:
        return click.Option([flag, parameter], type=click.Choice(choices), help=option.help)
    if any(get_origin(one) is Mapping for one in kinds):
        return click.Option(
            [flag, parameter], callback=parse_overrides, multiple=True, metavar=option.metavar, help=option.help
        )
    number = next((one for one in (int, float) if one in kinds), str)
    return click.Option([flag, parameter], type=number, metavar=option.metavar, help=option.help)


def _name_parameter(format_name: str) -> str:
    return f"format_{format_name.replace('-', '_')}"


@program.command("render", cls=_RenderCommand, hidden=True)
@click.argument("reports", metavar="REPORT...", nargs=-1, required=True, type=click.Path(path_type=str))
@click.option(
    "-o", "--output", metavar="PATH", help="File, folder (existing, or ending in /), or - for standard output."
)
@theme_option
@logo_option
@logo_alt_option
@set_option
@click.option(
    "--as-of",
    callback=parse_date,
    metavar="DATE",
    help="Reference date for overdue action items. Default: SOURCE_DATE_EPOCH, otherwise the publication date.",
)
@language_option
@from_option
@base_option
@limit_option
@bound_options
@configuration_options
@click.option("--allow-unfinished", is_flag=True, help="Render a final report despite errors, marked as unfinished.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors: if there are any, write nothing.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="NUMBER",
    help="Processes for several reports. Default: all processors.",
)
@click.option(
    "--dask", metavar="ADDRESS", help="Dask scheduler, such as tcp://host:8786, whose workers render the reports."
)
@click.option("--force", is_flag=True, help="With several reports, also write those that have not changed.")
@click.option(
    "--watch",
    is_flag=True,
    help="Write the documents again whenever the report, its files, the theme or the configuration changes.",
)
@click.option("--open", is_flag=True, help="Open the result.")
@click.option("-q", "--quiet", is_flag=True, help="Do not list the files written.")
def render_command(reports: tuple[str, ...], **options: Any) -> None:
    """Render a report, or several."""
    _refuse_command(reports[0])
    wanted = list_wanted(options)
    if len(reports) == 1 and not Path(reports[0]).is_dir():
        _render_single(reports[0], wanted, options)
        return
    if options["watch"]:
        raise click.UsageError("--watch takes one report.")
    from pmexport.cli.many_reports import render_many  # noqa: PLC0415 - imports Markdown

    render_many(reports, wanted, lambda formats: _collect_renderer_options(options, formats), options)


def list_wanted(options: Mapping[str, Any]) -> list[str]:
    """Return the formats that the options of a command name."""
    return [one for one in registry.format_names() if options.get(_name_parameter(one))]


def _render_single(report: str, wanted: list[str], options: dict[str, Any]) -> None:
    if not options["watch"] and not options["open"]:
        _render_one(report, wanted, options)
        return
    from pmexport.cli import watch  # noqa: PLC0415 - imports a watcher and a server

    if options["watch"]:
        if is_json():
            raise click.UsageError("--watch writes messages for people. Leave out --format json.")
        output = options["output"] or ""
        formats = wanted or read_configuration(report, options).formats
        live = "html" in formats or (not _is_folder(output) and Path(output).suffix.lower() == ".html")
        watch.watch_report(report, lambda: _render_one(report, wanted, options), options, live=live)
    else:
        watch.open_result(None, _render_one(report, wanted, options))


def _render_one(report: str, wanted: list[str], options: dict[str, Any]) -> dict[str, str]:
    """Render and write a report. Return the format of each document, by its path. Raises Failure and UsageError."""
    from pmexport.cli.excerpts import Excerpts  # noqa: PLC0415 - imports reading

    excerpts, config = Excerpts(), read_configuration(report, options)
    try:
        loaded = load_report(report, options, config, excerpts)
    except PmexportError as error:
        raise Failure(excerpts.describe(error)) from error
    targets = plan_targets(report, loaded, wanted, options["output"], config.formats)
    print_notes([describe_raised(config), describe_lowered(config) if loaded.stage == "final" else ""])
    own = collect_options(options, targets.values(), config)
    for target, name in targets.items():
        own[name] = place_options(name, own[name], loaded.base, Path(target))
    values = [value for given in own.values() for value in given.values()]
    refuse_overwriting(targets, list_inputs(report, loaded, options, config, values))
    _write_rendered(_render_formats(loaded, own, options, config), targets, options, excerpts)
    return targets


def _write_rendered(
    rendered: Rendered, targets: Mapping[str, str], options: Mapping[str, Any], excerpts: Excerpts
) -> None:
    """Say what is wrong, and write the documents. Raises Failure, with --strict also for warnings."""
    failures = list(map(excerpts.describe, rendered.failures))
    warnings = list(dict.fromkeys(rendered.warnings))
    errors = [problem for error in rendered.failures for problem in error.problems]
    if options["strict"] and any(warning.level != "note" for warning in warnings):
        text = "\n".join(dict.fromkeys([*excerpts.list_problems(warnings, str), *failures]))
        raise Failure(text, [*warnings, *errors])
    tell_problems(warnings, excerpts)
    documents = {path: rendered.documents[name] for path, name in targets.items() if name in rendered.documents}
    unwritten = list(write_documents(documents, quiet=options["quiet"]))
    if failures or unwritten:
        text = "\n".join(dict.fromkeys((*failures, *unwritten)))
        raise Failure(text, [*errors, *map(Problem, unwritten)])


def _render_formats(
    report: Report, formats: Mapping[str, Mapping[str, Any]], options: Mapping[str, Any], config: Config
) -> Rendered:
    """Return a report in several formats, within the bounds that the options --timeout and --memory say."""
    arguments: dict[str, Any] = {key: options[key] for key in ("as_of", "allow_unfinished", "language")}
    arguments |= {"config": config, "theme": choose_look(options, config)}
    if options["timeout"] is None and options["memory"] is None:
        from pmexport import pipeline  # noqa: PLC0415 - imports the model and the readers

        return pipeline.render_formats(report, formats, **arguments)
    from pmexport import isolation  # noqa: PLC0415 - rarely needed

    return isolation.render_formats(report, formats, read_bounds(options), **arguments)


def choose_look(options: Mapping[str, Any], config: Config) -> str | Theme | None:
    """Return the theme that the options name, with the logo that they name. Raises ThemeError for a wrong logo."""
    logo = read_logo(options)
    if not logo:
        return options["theme"]  # type: ignore[no-any-return]
    from pmexport.house_style.theme_choice import choose_theme  # noqa: PLC0415 - imports pydantic

    return choose_theme(options["theme"], config, logo)


def collect_options(options: Mapping[str, Any], formats: Collection[str], config: Config) -> dict[str, dict[str, Any]]:
    """Return the options of renderers, by format: those of the command, and the Word template of the house style."""
    from pmexport.pipeline import choose_options  # noqa: PLC0415 - imports the model and the readers

    own = _collect_renderer_options(options, formats)
    return {name: choose_options(name, own.get(name), config) for name in formats}


def _collect_renderer_options(options: Mapping[str, Any], formats: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return the given options of renderers, by format. Raises UsageError if the format is not requested."""
    own: dict[str, dict[str, Any]] = {}
    for parameter, format_name, keyword, flag in _list_renderer_options(formats):
        value = options.get(parameter.name or "")
        if value not in (None, False, {}):
            if format_name not in formats:
                raise click.UsageError(f"{flag} applies to --{format_name} only. Add --{format_name}.")
            own.setdefault(format_name, {})[keyword] = value
    return own


def _refuse_command(name: str) -> None:
    """Raise UsageError if a name is not a file and looks like a mistyped command."""
    near = find_nearest(name, (command for command in COMMANDS if command != "render"))
    if near and re.fullmatch(r"[\w-]+", name) and not Path(name).exists():
        raise click.UsageError(f"No such command or file: {name!r}. Did you mean {near!r}?")


def plan_targets(
    name: str, report: Report, wanted: list[str], output: str | None, default: Sequence[str]
) -> dict[str, str]:
    """Return the format of each file to write, by its path. Raises UsageError.

    wanted: the formats that the command names. default: those of the house style.
    """
    default = default or ("pdf",)
    if output is None:
        folder = Path() if name == STANDARD else Path(name).parent
    elif _is_folder(output):
        folder = Path(output)
    else:
        return {output: _choose_format(name, wanted, output, default[0])}
    targets: dict[str, str] = {}
    for one in wanted or default:
        target = str(folder / f"{_choose_stem(name, report)}.{registry.find_renderer(one).suffix}")
        refuse_overwriting([target], list_report(name))
        if target in targets:
            raise click.UsageError(
                f"--{targets[target]} and --{one} would both write {show_name(target)}. Render them one at a time."
            )
        targets[target] = one
    return targets


def _is_folder(output: str) -> bool:
    return output.endswith(("/", "\\")) or (output != STANDARD and Path(output).is_dir())


def _choose_format(name: str, wanted: list[str], output: str, default: str) -> str:
    """Return the format of a single output file, from the options or its suffix. Raises UsageError."""
    if len(wanted) > 1:
        raise click.UsageError("For several formats, -o must be a folder, such as out/.")
    if output == STANDARD:
        return wanted[0] if wanted else default
    refuse_overwriting([output], list_report(name))
    suffix = Path(output).suffix.removeprefix(".")
    try:
        by_suffix = registry.format_of_suffix(suffix)
    except PmexportError as error:
        if wanted:
            return wanted[0]
        raise click.UsageError(
            f"The extension of {show_name(output)} is not a known format. Add an option such as --pdf, or end the path"
            " with / if it is a folder."
        ) from error
    if wanted and wanted[0] != by_suffix and registry.find_renderer(wanted[0]).suffix != suffix:
        raise click.UsageError(f"--{wanted[0]} conflicts with the extension .{suffix}. Change one of them.")
    return wanted[0] if wanted else by_suffix


def _choose_stem(name: str, report: Report) -> str:
    """Return the input's name without its suffix; for standard input, a safe name from the report's id or title."""
    if name != STANDARD:
        return Path(name).stem
    import unicodedata  # noqa: PLC0415 - rarely needed

    text = unicodedata.normalize("NFKC", report.id or report.title).casefold()
    return "-".join(re.findall(r"[^\W_]+", text))[:80].strip("-") or "report"
