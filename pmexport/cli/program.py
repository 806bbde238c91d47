"""The `pmexport` program, to which every subcommand belongs."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

from pmexport._version import __version__
from pmexport.problems import Problem

PROGRAM = "pmexport"
STANDARD = "-"

COMMANDS = {
    "render": ("render", ""),  # the default, so it is never typed
    "check": ("check", "Find what is unfinished, unsafe or contradictory in reports."),
    "config": ("config_command", "List the settings in force, and the place each comes from."),
    "extract": ("extract", "Write the report and logs that are in a PDF into files."),
    "facts": ("facts_command", "Print milestones, response times and action items as JSON."),
    "finalize": ("finalize", "Check a report, set it to final, and write a document."),
    "fonts": ("fonts", "Show which fonts a report's PDF uses, and which ones are missing."),
    "formats": ("listing", "List the output formats."),
    "import": ("import_command", "Turn Markdown, a Word file or a tool's export into a report."),
    "mcp": ("agents", "Serve agents: a Model Context Protocol server for the current folder."),
    "new": ("new", "Create a report to fill in, and its schema."),
    "rules": ("check", "List all rules of `check`, with their levels and reasons."),
    "schema": ("new", "Print the JSON Schema of reports, or the version of the format."),
    "skill": ("agents", "Print a short guide for agents."),
    "template-check": ("template_check", "Check whether a Word template can be used."),
    "theme": ("theme", "Create a theme, or check one."),
    "themes": ("listing", "List the built-in themes."),
    "verify": ("verify", "Check whether documents were made from a report."),
}
"""The subcommands by name: the module of each, which is imported when it is used, and its line in the help."""

EXAMPLES = f"""\b
Examples:
  {PROGRAM} new report.yaml                     create a report to fill in
  {PROGRAM} report.yaml                         write report.pdf next to the report
  {PROGRAM} report.yaml --pdf --docx -o out/    write out/report.pdf and out/report.docx
  {PROGRAM} report.yaml -o board.docx           take the format from the suffix
  {PROGRAM} report.yaml --md -o -               write to standard output
  {PROGRAM} - --from json --pdf -o out.pdf      read standard input
  {PROGRAM} report.yaml --set severity=P2 --as-of 2026-04-01
  {PROGRAM} postmortem.md --pdf --docx          read Markdown directly
  {PROGRAM} report.yaml --html --watch --open   write again after each change, and show it
  {PROGRAM} reports/ --pdf --docx -o archive/   render all reports in a folder
  {PROGRAM} import postmortem.md                turn Markdown into a report to keep
  {PROGRAM} check report.yaml                   find gaps, contradictions and secrets
  {PROGRAM} finalize report.yaml                set the report to final and write report.pdf
"""


class Failure(click.ClickException):
    """An error in the input, the theme or the rendering. The program prints its message and exits with 1."""

    exit_code = 1

    def __init__(self, message: str, problems: Sequence[Problem] | None = None) -> None:
        """Take the message, and the same as data. Default: those of the error that caused it, otherwise the message."""
        super().__init__(message)
        self.problems = problems

    def show(self, file: Any = None) -> None:
        """Print the message to standard error, with `error: ` before each line that is not an excerpt."""
        lines = (line if line.startswith("    ") else f"error: {line}" for line in self.message.splitlines())
        click.echo("\n".join(lines), err=True, file=file)


class MessageFormat(click.Choice[str]):
    """The format of messages."""

    def __init__(self) -> None:
        super().__init__(["text", "json"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the format. Raises BadParameter, also for one of documents."""
        if value in ("pdf", "docx", "html", "md"):
            self.fail(f"{value!r} is not a format of messages. To render a {value} file, use --{value}.", param, ctx)
        return super().convert(value, param, ctx)


_FORMAT_HELP = "Format of errors and warnings: text (the default), or json, a list of problems on standard error."


def add_format(command: click.Command | None) -> click.Command | None:
    """Return a command with the option --format, which `messages` reads, unless it has one of its own."""
    if isinstance(command, click.Group):
        for inside in command.commands.values():
            add_format(inside)
    elif command and not any("--format" in parameter.opts for parameter in command.params):
        option = click.Option(["--format", "messages"], type=MessageFormat(), expose_value=False, help=_FORMAT_HELP)
        command.params.append(option)
    return command


class Program(click.Group):
    """Run the subcommand named by the first word; otherwise treat the arguments as a report to render."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Send arguments that start with neither a subcommand nor a program option to `render`."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if args and args[0] not in COMMANDS and args[0] not in own:
            args = ["render", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature
        """Return the names of the subcommands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the subcommand with this name, imported; None if there is none."""
        if cmd_name in COMMANDS:
            import_module(f"pmexport.cli.{COMMANDS[cmd_name][0]}")
        return add_format(super().get_command(ctx, cmd_name))

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show both forms of the command line."""
        formatter.write_usage(ctx.command_path, "REPORT... [OPTIONS]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]…", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the options of `render`, the default command, then the subcommands."""
        render = self.get_command(ctx, "render")
        parameters = [*(render.get_params(ctx)[:-1] if render else ()), *self.get_params(ctx)]  # one --help, not two
        records = [option.get_help_record(ctx) for option in parameters if isinstance(option, click.Option)]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record])
        with formatter.section("Commands"):
            formatter.write_dl(list(_list_visible()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the subcommands, options and files."""
        names = [CompletionItem(name, help=line) for name, line in _list_visible() if name.startswith(incomplete)]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*names, *options, CompletionItem(incomplete, type="file")]


def _list_visible() -> Iterator[tuple[str, str]]:
    """Yield the names of the subcommands that are typed, with their lines in the help."""
    yield from ((name, line) for name, (_, line) in COMMANDS.items() if line)


@click.group(cls=Program, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name=PROGRAM, help="Show the version and exit.")
def program() -> None:
    """Turn a post-mortem REPORT into PDF, Word, HTML and Markdown.

    A REPORT is a YAML, JSON, TOML, Markdown or Word file; - is standard input.

    The default format is PDF. Files are written next to the report unless -o is given. With several REPORTs, or folders
    of them, -o must be a folder.
    """
