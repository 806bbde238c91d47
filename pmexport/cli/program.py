"""The `pmexport` program, to which every subcommand belongs."""

from typing import Any

import click
from click.shell_completion import CompletionItem

from pmexport._version import __version__

PROGRAM = "pmexport"
STANDARD = "-"

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
  {PROGRAM} reports/ --pdf --docx -o archive/   take all reports of a folder
  {PROGRAM} import postmortem.md                turn Markdown into a report to keep
  {PROGRAM} check report.yaml                   find gaps, contradictions and secrets
  {PROGRAM} finalize report.yaml                set the report to final and write report.pdf
"""


class Failure(click.ClickException):
    """An error in the input, the theme or the rendering. The program prints its message and exits with 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        """Print the message to standard error, with `error: ` before each line that is not an excerpt."""
        lines = (line if line.startswith("    ") else f"error: {line}" for line in self.message.splitlines())
        click.echo("\n".join(lines), err=True, file=file)


class Program(click.Group):
    """Run the subcommand named by the first word; otherwise treat the arguments as a report to render."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Send arguments that start with neither a subcommand nor a program option to `render`."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if args and args[0] not in self.commands and args[0] not in own:
            args = ["render", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show both forms of the command line."""
        formatter.write_usage(ctx.command_path, "REPORT... [OPTIONS]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]…", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the options of `render`, the default command, then the subcommands."""
        parameters = [*self.commands["render"].get_params(ctx)[:-1], *self.get_params(ctx)]  # one --help, not two
        records = [option.get_help_record(ctx) for option in parameters if isinstance(option, click.Option)]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record])
        self.format_commands(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the subcommands and files."""
        return [*super().shell_complete(ctx, incomplete), CompletionItem(incomplete, type="file")]


@click.group(cls=Program, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name=PROGRAM, help="Show the version and exit.")
def program() -> None:
    """Turn a post-mortem REPORT (YAML, JSON, TOML or Markdown; - for standard input) into PDF, Word, HTML and Markdown.

    The default format is PDF. Files are written next to the report unless -o is given. With several REPORTs, or folders
    of them, -o is a folder.
    """
