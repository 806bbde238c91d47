"""Options, and parsers of their values, shared by several subcommands."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from pmexport.cli.program import STANDARD
from pmexport.cli.streams import read_input
from pmexport.limits import Limits

if TYPE_CHECKING:
    import datetime as dt

    from pmexport.cli.excerpts import Excerpts
    from pmexport.house_style.config import Config
    from pmexport.house_style.theme_choice import Logo
    from pmexport.isolation import Bounds
    from pmexport.report.model import Report


class InputFormat(click.ParamType[str]):
    """The name of a format that is read or imported. Other packages' formats are looked up only when it is used."""

    name = "format"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name. Raises BadParameter for one that is unknown."""
        from pmexport.importing import loading  # noqa: PLC0415 - imports the readers

        known = loading.input_formats()
        if value not in known:
            self.fail(f"{value!r} is not one of {', '.join(known)}.", param, ctx)
        return value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - the signature
        """Offer the names."""
        from pmexport.importing import loading  # noqa: PLC0415 - imports the readers

        return [CompletionItem(name) for name in loading.input_formats() if name.startswith(incomplete)]


_MEBIBYTE = 2**20
_LIMITS = tuple(field.name for field in dataclasses.fields(Limits))


def parse_date(_context: click.Context, _option: click.Parameter, text: str | None) -> dt.date | None:
    """Return the date that an option names. Raises BadParameter."""
    if text is None:
        return None
    from pmexport.report.moments import read_date  # noqa: PLC0415 - only if it is used

    date = read_date(text)
    if date is None:
        raise click.BadParameter(f"{text!r} is not a valid date; use YYYY-MM-DD.")
    return date


def parse_language(_context: click.Context, _option: click.Parameter, tag: str | None) -> str | None:
    """Return the language tag of an option. Raises BadParameter."""
    if tag is None:
        return None
    from pmexport.report.model import is_language_tag  # noqa: PLC0415 - only if it is used

    if not is_language_tag(tag):
        raise click.BadParameter(f"{tag!r} is not a language tag, such as en or pt-BR.")
    return tag


def parse_overrides(_context: click.Context, _option: click.Parameter, texts: Sequence[str]) -> dict[str, str]:
    """Return the values that KEY=VALUE options set, by key. Raises BadParameter."""
    pairs = [text.partition("=") for text in texts]
    for text, (key, equals, _) in zip(texts, pairs, strict=True):
        if not equals or not key.strip():
            raise click.BadParameter(f"{text!r} does not have the form KEY=VALUE.")
    return {key.strip(): value for key, _, value in pairs}


def parse_limits(_context: click.Context, _option: click.Parameter, texts: Sequence[str]) -> dict[str, int]:
    """Return the limits that NAME=NUMBER options name. Raises BadParameter."""
    values = {}
    for text in texts:
        name, _, number = (part.strip() for part in text.partition("="))
        if not number.isdecimal():
            raise click.BadParameter(f"{text!r} does not have the form NAME=NUMBER.")
        if name not in _LIMITS:
            raise click.BadParameter(f"unknown limit {name!r}. Limits: {', '.join(_LIMITS)}.")
        values[name] = int(number)
    return values


def read_bounds(options: Mapping[str, Any]) -> Bounds:
    """Return the bounds that the options --timeout and --memory say. Raises InputError, and BoundError on Windows."""
    from pmexport.isolation import check_bounds  # noqa: PLC0415 - rarely needed

    return check_bounds(options["timeout"], options["memory"] and options["memory"] * _MEBIBYTE)


def bound_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that bound each rendering."""
    command = click.option(
        "--memory", type=click.IntRange(1), metavar="MIB", help="Stop rendering a document that takes more memory."
    )(command)
    return click.option(
        "--timeout", type=float, metavar="SECONDS", help="Stop rendering a document that takes longer."
    )(command)


def read_logo(options: Mapping[str, Any]) -> Logo | None:
    """Return the logo that the options --logo and --logo-alt say. Raises UsageError for a text without a logo."""
    if options["logo"] is None and options["logo_alt"] is not None:
        raise click.UsageError("--logo-alt applies to --logo only. Add --logo.")
    return (options["logo"], options["logo_alt"]) if options["logo"] else None


def require_format(name: str, input_format: str | None) -> None:
    """Raise UsageError if the report comes from standard input and its format is not given."""
    if name == STANDARD and input_format is None:
        raise click.UsageError("Standard input has no file extension. Add --from yaml, or another input format.")


def load_report(name: str, options: Mapping[str, Any], config: Config, excerpts: Excerpts) -> Report:
    """Return the report in a file or in standard input, as the options --from, --set and --base say.

    config: the house style, with the limits that --limit says. excerpts: gets the lines of standard input, to show
    them with problems.
    Raises InputError, and UsageError as `require_format` does.
    """
    input_format, limits = options["input_format"], config.resolve_limits(None)
    from pmexport import api  # noqa: PLC0415 - imports the model and the readers
    from pmexport.cli.recovery import print_recovery  # noqa: PLC0415
    from pmexport.importing import loading  # noqa: PLC0415

    require_format(name, input_format)
    base, overrides = options["base"], options["overrides"]
    if name != STANDARD:
        print_recovery(name)
        return api.load(name, format=input_format, base=base, overrides=overrides, config=config)
    data = read_input(limits.file_bytes)
    excerpts.add_file(STANDARD, data)
    report = loading.load_bytes(
        data, format=input_format, name=STANDARD, overrides=overrides, limits=limits, style=config
    )
    return report.based_at(base and Path(base))


from_option = click.option(
    "--from",
    "input_format",
    type=InputFormat(),
    help="Input format: yaml, json, toml, or one of `pmexport import --list`. Default: from the file extension.",
)
theme_option = click.option(
    "--theme",
    metavar="NAME|FOLDER",
    help="Name or folder of the theme for PDF, Word and HTML. Default: the house style's, otherwise default.",
)
logo_option = click.option(
    "--logo",
    type=click.Path(path_type=str),
    metavar="FILE",
    help="PNG or JPEG file instead of the theme's logo.",
)
logo_alt_option = click.option(
    "--logo-alt", metavar="TEXT", help="What the logo says: the organisation's name. Default: the theme's."
)
language_option = click.option(
    "--language",
    callback=parse_language,
    metavar="TAG",
    help="Language of the document's own words, such as de or pt-BR. Default: the report's, otherwise English.",
)
set_option = click.option(
    "--set",
    "overrides",
    callback=parse_overrides,
    metavar="KEY=VALUE",
    multiple=True,
    help="Override a field, such as severity=P2. Repeatable.",
)
base_option = click.option(
    "--base",
    type=click.Path(exists=True, file_okay=False),
    metavar="FOLDER",
    help="Folder of images and logs. Default: the report's folder.",
)
limit_option = click.option(
    "--limit",
    "limits",
    callback=parse_limits,
    metavar="NAME=NUMBER",
    multiple=True,
    help=f"Change a limit, such as log_lines=1000. Limits: {', '.join(_LIMITS)}.",
)
