"""stratc lint: what is wrong with plans."""

from __future__ import annotations

from dataclasses import dataclass

import click

from stratc.cli import options
from stratc.cli.files import Found, found_in, is_empty, load, source_of
from stratc.cli.main import CLEAN, FINDINGS, UNUSABLE
from stratc.cli.screen import coloured, complain, send, show
from stratc.config import Config
from stratc.diagnostics.report import Report
from stratc.errors import InputError
from stratc.pipeline import judge, read, reads_as_plan


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one file: a report, a line that says why there is none, or neither when it is no plan."""

    report: Report | None = None
    complaint: str = ""


@click.command("lint")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@options.form("text", "concise", "json")
@click.option("--select", multiple=True, callback=options.words, metavar="RULES", help="Only these rules.")
@click.option("--ignore", multiple=True, callback=options.words, metavar="RULES", help="Not these rules.")
@click.option("--fail-on", type=click.Choice(["error", "warning", "info"]), help="Exit 1 from this severity on.")
@click.option("--min-certainty", type=click.Choice(["definite", "likely", "judgement"]), help="Show nothing less sure.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever is found.")
@click.option("--only-plans", is_flag=True, help="Pass over Markdown that does not read as a plan, also where named.")
@click.option("--why-silent", is_flag=True, help="List the rules that had nothing to go by, and what each misses.")
@options.stdin_name
def lint_command(
    paths: tuple[str, ...],
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    min_certainty: str | None,
    exit_zero: bool,
    only_plans: bool,
    why_silent: bool,
    stdin_filename: str,
) -> int:
    """Say what is wrong with plans.

    PATH is a plan, a folder of plans, or - for standard input; without one, the working folder is searched.

    RULES are codes (DV101), beginnings of codes (DV, DV1), names or categories, parted by commas.

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or unreadable input, 3 a fault of the
    program.
    """
    config = options.configured(select, ignore, fail_on, min_certainty)
    files, complaints = found_in(paths or (".",))
    checked = [_check(each, config, stdin_filename, only_plans) for each in files]
    reports = [each.report for each in checked if each.report]
    complaints += [each.complaint for each in checked if each.complaint]
    passed_over = len(checked) - len(reports) - sum(bool(each.complaint) for each in checked)
    if not reports and not complaints and not only_plans:
        complaints.append(f"{', '.join(paths) or '.'}: no file here reads as a plan; {passed_over} looked at")
    _show(reports, form, passed_over if only_plans or reports else 0, why_silent)
    for line in complaints:
        complain(line)
    if complaints:
        return UNUSABLE
    failed = any(each.severity >= config.fail_on for report in reports for each in report.diagnostics)
    return FINDINGS if failed and not exit_zero else CLEAN


def _check(found: Found, config: Config, stdin_name: str, only_plans: bool) -> Checked:
    must = found.named and not only_plans
    if not found.named and not found.path.endswith((".strat", ".md", ".markdown")):
        return Checked()
    try:
        source = source_of(found.path, stdin_name)
    except InputError as error:
        return Checked(complaint=str(error))
    if is_empty(source):
        return Checked(complaint=f"{source.name}: is empty" if must else "")
    reading = read(source, load)
    if not must and not source.name.endswith(".strat") and not reads_as_plan(reading):
        return Checked()
    return Checked(judge(reading, config))


def _show(reports: list[Report], form: str, passed_over: int, why_silent: bool) -> None:
    match form:
        case "json":
            from stratc.reporters import json

            send(json.render(reports, silences=why_silent))
        case "concise":
            from stratc.reporters import concise

            show(concise.render(reports))
        case _ if reports or passed_over:
            from stratc.reporters import text

            show(text.render(reports, colour=coloured(), passed_over=passed_over, silences=why_silent))
