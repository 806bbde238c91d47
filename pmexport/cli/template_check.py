"""`pmexport template-check`: checks a Word template before anything is rendered."""

import click

from pmexport import api
from pmexport.cli.messages import is_json
from pmexport.cli.output import write_problems
from pmexport.cli.program import program
from pmexport.problems import show_name
from pmexport.theming import themes


@program.command("template-check")
@click.argument("template", type=click.Path(path_type=str))
@click.option("--theme", default=themes.DEFAULT, metavar="NAME|FOLDER", help="The theme to use with the template.")
@click.pass_context
def template_check_command(context: click.Context, template: str, theme: str) -> None:
    """Check whether a company's Word TEMPLATE can be used, before rendering anything.

    Exit codes: 0 the template can be used, possibly with warnings; 1 it cannot; 2 usage error.
    """
    problems = api.check_template(template, theme=theme)
    has_errors = any(problem.level == "error" for problem in problems)
    if is_json():
        write_problems(problems)
        context.exit(1 if has_errors else 0)
    topic = ""
    for problem in problems:
        prefix = "" if problem.level == "note" else f"{problem.level}: "
        click.echo(f"{'' if problem.path == topic else problem.path:14}{prefix}{show_name(problem.message)}")
        topic = problem.path
    warnings = sum(problem.level == "warning" for problem in problems)
    counted = f"; warnings: {warnings}" if warnings else ""
    click.echo(f"{show_name(template)} {'cannot be used' if has_errors else f'can be used{counted}'}.")
    context.exit(1 if has_errors else 0)
