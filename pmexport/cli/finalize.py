"""`pmexport finalize report.yaml`: check a report, mark it final in its own file, and render it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from pmexport import api
from pmexport.cli.arguments import (
    base_option,
    bound_options,
    language_option,
    limit_option,
    logo_alt_option,
    logo_option,
    parse_date,
    read_bounds,
    theme_option,
)
from pmexport.cli.configuration import configuration_options, describe_loosened, read_configuration
from pmexport.cli.messages import tell, tell_problems
from pmexport.cli.output import is_stream, print_notes, write_one
from pmexport.cli.overwriting import list_inputs, refuse_overwriting
from pmexport.cli.program import STANDARD, Failure, program
from pmexport.cli.recovery import print_recovery
from pmexport.cli.render import DocumentCommand, choose_look, collect_options, list_wanted, plan_targets
from pmexport.document.clean_text import one_line
from pmexport.problems import Problem, show_name, show_text
from pmexport.publishing.finalize import Finalization, plan_finalization, repeats_publication, require_yaml
from pmexport.publishing.finalize_report import has_current_document
from pmexport.publishing.held_signals import hold_signals
from pmexport.publishing.report_lock import LockedReport, lock_report
from pmexport.publishing.save_final import recover, save_final
from pmexport.renderers.placing import place_options


@program.command("finalize", cls=DocumentCommand)
@click.argument("report", type=click.Path(path_type=str))
@click.option("--published", callback=parse_date, metavar="DATE", help="Publication date. Default: today.")
@click.option(
    "--revision",
    metavar="TEXT",
    help="Revision. Default: the first time, the report's own, or 1 if it has none; afterwards, incremented if the "
    "report has changed.",
)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    help="File (its extension sets the format) or folder. Default: a PDF next to the report.",
)
@theme_option
@logo_option
@logo_alt_option
@click.option(
    "--as-of",
    callback=parse_date,
    metavar="DATE",
    help="Reference date for overdue action items. Default: SOURCE_DATE_EPOCH, otherwise the publication date.",
)
@language_option
@base_option
@limit_option
@bound_options
@configuration_options
@click.option("--dry-run", is_flag=True, help="Show the changes to the file and write nothing.")
def finalize_command(report: str, *, dry_run: bool, **options: Any) -> None:
    """Check REPORT (a YAML file), mark it final, and write its PDF, or another format: --docx, or the extension of -o.

    If there are errors, nothing is written. Otherwise `status`, `published`, `revision` and `finalized_digest` are set
    in the file; the rest of the file keeps its exact bytes. Either the report and its PDF are both written, or
    neither. The first time, the revision you wrote is kept; if there is none, it is set to 1. Later, it is incremented
    if the report, an image or a log has changed.

    Exit codes: 0 the report is final; 1 there are errors, or writing failed; 2 usage error.
    """
    if report == STANDARD:
        raise click.UsageError("finalize edits the report in place, so it cannot read standard input. Pass a file.")
    require_yaml(Path(report))
    if dry_run:
        print_recovery(report)
        plan, target, format_name = _plan_final(report, options)
        _render_final(plan, target, format_name, options, dry_run=True)
        return
    with lock_report(Path(report)) as locked:
        print_notes([recover(locked)])
        plan, target, format_name = _plan_final(report, options)
        _write_both(locked, plan, target, _render_final(plan, target, format_name, options))


def _plan_final(report: str, options: Mapping[str, Any]) -> tuple[Finalization, str, str]:
    """Return the plan, and the document's target and format."""
    config = read_configuration(report, options)
    limits, today = config.resolve_limits(None), dt.datetime.now().astimezone().date()
    asked = {name: options[name] for name in ("published", "revision")}
    folder = None if options["base"] is None else Path(options["base"])
    plan = plan_finalization(Path(report), today=today, base=folder, limits=limits, style=config, **asked)
    wanted = list_wanted(options)
    if len(wanted) > 1:
        raise click.UsageError("finalize writes one document. Write others with `pmexport` afterwards.")
    ((target, format_name),) = plan_targets(report, plan.report, wanted, options["output"], config.formats[:1]).items()
    own = collect_options(options, [format_name], config)[format_name]
    refuse_overwriting([target], list_inputs(report, plan.report, options, config, own.values()))
    if repeats_publication(plan.was, **asked) and has_current_document(plan, Path(target), limits):
        plan = plan.without_changes()
    if not plan.fields:
        tell(f"{show_name(report)} is already final and has not changed.")
    return plan, target, format_name


def _render_final(
    plan: Finalization, target: str, format_name: str, options: Mapping[str, Any], *, dry_run: bool = False
) -> bytes:
    """Return the document. With `dry_run`, print the changes. Raises Failure if the report has errors."""
    config = read_configuration(str(plan.path), options)
    print_notes(describe_loosened(config))
    today = dt.datetime.now().astimezone().date()
    bounds = read_bounds(options)
    errors = _print_findings(api.check(plan.report, config=config, today=today, **asdict(bounds)))
    if dry_run:
        click.echo(show_text("".join(f"{line}\n" for line in plan.diff_lines())), nl=False)
    if errors:
        raise Failure(
            f"{show_name(plan.path)} was not changed: fix {errors} {'error' if errors == 1 else 'errors'} first.", []
        )
    warnings: list[Problem] = []
    own = collect_options(options, [format_name], config)[format_name]
    given = {key: options[key] for key in ("language", "as_of")} | asdict(bounds)
    given["theme"] = choose_look(options, config)
    given |= place_options(format_name, own, plan.report.base, Path(target))
    data = api.render(plan.report, format_name, config=config, warnings=warnings, **given)
    tell_problems(warnings)
    return data


def _print_findings(findings: Iterable[Problem]) -> int:
    """Print the errors and warnings. Return the number of errors."""
    shown = [finding for finding in findings if finding.level != "note"]
    tell_problems(shown, show=lambda finding: f"{finding.level}: {one_line(str(finding))}")
    return sum(finding.level == "error" for finding in shown)


def _write_both(report: LockedReport, plan: Finalization, target: str, data: bytes) -> None:
    """Write the report and the document: both, or neither. What goes to a stream cannot be undone, so it goes first."""
    to_stream = is_stream(target)
    if to_stream:
        write_one(target, data)
    with hold_signals():  # so that Ctrl-C does not keep what was written from being reported
        save_final(report, plan.before, plan.after, None if to_stream else Path(target), data)
        _print_written(plan, target)


def _print_written(plan: Finalization, target: str) -> None:
    if plan.fields:
        changes = ", ".join(f"{key} {text}" for key, text in plan.fields.items() if key != "finalized_digest")
        tell(f"wrote {show_name(plan.path)}: {show_name(changes)}")
    if target != STANDARD:
        tell(f"wrote {show_name(target)}")
