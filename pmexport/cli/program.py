"""The program that the subcommands belong to."""

from __future__ import annotations

from typing import Any

import click
from click.shell_completion import CompletionItem

from pmexport._version import __version__

PROGRAM = "pmexport"
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
  {PROGRAM} check report.yaml                   what is missing or contradictory
  {PROGRAM} finalize report.yaml                final in its own file, and report.pdf
"""


class Failure(click.ClickException):
    """An error of the input, the theme or the rendering: its message, and exit code 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        """Print the message to standard error, each line of it marked."""
        click.echo("\n".join(f"error: {line}" for line in self.message.splitlines()), err=True, file=file)


class Program(click.Group):
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


@click.group(cls=Program, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name=PROGRAM, help="Show the version and exit.")
def program() -> None:
    """Turn a post-mortem REPORT (YAML, JSON or TOML; - for standard input) into PDF, Word, HTML and Markdown.

    Without a format it writes a PDF. Without -o, it writes beside the report.
    """
