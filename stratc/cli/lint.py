"""stratc lint: what is wrong with plans."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import click

from stratc.cli import options
from stratc.cli.checking import Checked, Task, check_all
from stratc.cli.files import STDIN, Found, found_in
from stratc.cli.main import CLEAN, FINDINGS, UNUSABLE
from stratc.cli.screen import coloured, complain, send, show
from stratc.cli.settings import Overrules, Settings
from stratc.config import TARGETS
from stratc.diagnostics.report import Report, said_once
from stratc.errors import UsageError

FORMS = ("text", "concise", "json", "sarif", "github", "junit", "markdown")


class Wanted(NamedTuple):
    """The options of a run."""

    paths: tuple[str, ...]
    form: str
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    fail_on: str | None
    min_certainty: str | None
    config: str | None
    target: str | None
    exit_zero: bool
    only_plans: bool
    why_silent: bool
    baseline: str | None
    write_baseline: bool
    fix: bool
    unsafe_fixes: bool
    diff: bool
    jobs: int
    stdin_filename: str


@click.command("lint")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@options.form(*FORMS)
@click.option("--select", multiple=True, callback=options.words, metavar="RULES", help="Only these rules.")
@click.option("--ignore", multiple=True, callback=options.words, metavar="RULES", help="Not these rules.")
@click.option("--fail-on", type=click.Choice(["error", "warning", "info"]), help="Exit 1 from this severity on.")
@click.option("--min-certainty", type=click.Choice(["definite", "likely", "judgement"]), help="Show nothing less sure.")
@click.option("--config", metavar="FILE", help="Use this configuration instead of the nearest above each file.")
@click.option("--target", type=click.Choice(TARGETS), help="Hold plans to this framework, whatever they name.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever is found.")
@click.option("--only-plans", is_flag=True, help="Pass over Markdown that does not read as a plan, also where named.")
@click.option("--why-silent", is_flag=True, help="List the rules that had nothing to go by, and what each misses.")
@click.option("--baseline", metavar="FILE", help="Leave out the findings that this file accepts.")
@click.option("--write-baseline", is_flag=True, help="Accept all present findings: write them to the --baseline file.")
@click.option("--fix", is_flag=True, help="Apply the safe fixes, then report what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="Apply also fixes that change figures in prose.")
@click.option("--diff", is_flag=True, help="Show what the fixes would change, and change nothing.")
@click.option("--jobs", "-j", type=click.IntRange(0), default=1, metavar="N", help="Processes; 0: one a processor.")
@options.stdin_name
def lint_command(**given: Any) -> int:
    """Say what is wrong with plans.

    PATH is a plan, a folder of plans, a pattern such as 'plans/**/*.md', or - for standard input; without one, the
    working folder is searched. In folders and patterns, files that git ignores are passed over.

    RULES are codes (DV101), beginnings of codes (DV, DV1), names or categories, parted by commas.

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or unreadable input, 3 a fault of the
    program.
    """
    wanted = Wanted(**given)
    _refuse_contradictions(wanted)
    overrules = Overrules(
        wanted.select, wanted.ignore, wanted.fail_on, wanted.min_certainty, wanted.config, wanted.target
    )
    settings = Settings(overrules)
    files, complaints = found_in(wanted.paths or (".",))
    outcomes = list(check_all([_task(each, settings, wanted) for each in files], wanted.jobs))
    complaints += [each.complaint for each in outcomes if each.complaint]
    checked = [each for each in outcomes if each.report]
    passed_over = len(outcomes) - len(checked) - sum(bool(each.complaint) for each in outcomes)
    if not checked and not complaints and not wanted.only_plans:
        complaints.append(f"{', '.join(wanted.paths) or '.'}: no file here reads as a plan; {passed_over} looked at")
    status = _finish(checked, wanted, settings, passed_over)
    for line in complaints:
        complain(line)
    return UNUSABLE if complaints else status


def _refuse_contradictions(wanted: Wanted) -> None:
    mending = wanted.fix or wanted.unsafe_fixes
    if wanted.write_baseline and not wanted.baseline:
        raise UsageError("--write-baseline needs --baseline FILE to say where")
    if mending and not wanted.diff and STDIN in wanted.paths:
        raise UsageError("standard input cannot be changed; --diff shows what the fixes would change")


def _task(found: Found, settings: Settings, wanted: Wanted) -> Task:
    path = wanted.stdin_filename if found.path == STDIN else found.path
    mending = wanted.fix or wanted.unsafe_fixes or wanted.diff
    must = found.named and not wanted.only_plans
    return Task(found, settings.of(path), must, wanted.stdin_filename, mending, wanted.unsafe_fixes)


def _finish(checked: Sequence[Checked], wanted: Wanted, settings: Settings, passed_over: int) -> int:
    """Show, or write, what was asked for; gives the exit status."""
    if wanted.diff:
        from stratc.cli.rewriting import show_diff

        return FINDINGS if show_diff(checked) and not wanted.exit_zero else CLEAN
    if wanted.fix or wanted.unsafe_fixes:
        from stratc.cli.rewriting import rewrite

        rewrite(checked)
    reports = list(said_once(each.report for each in checked if each.report))
    if wanted.baseline:
        from stratc.cli.baseline import gone, read_baseline, without_accepted, write_baseline

        if wanted.write_baseline:
            complain(f"{wanted.baseline}: {write_baseline(wanted.baseline, reports)} findings accepted")
            return CLEAN
        accepted = read_baseline(wanted.baseline)
        if stale := gone(reports, wanted.baseline, accepted):
            complain(
                f"{wanted.baseline}: {stale} accepted finding{'s' * (stale != 1)} gone; --write-baseline renews it"
            )
        reports = [without_accepted(each, wanted.baseline, accepted) for each in reports]
        checked = [replace(each, report=report) for each, report in zip(checked, reports, strict=True)]
    _show(reports, wanted, passed_over if wanted.only_plans or reports else 0, settings)
    failed = any(_fails(each.report, settings) for each in checked if each.report)
    return FINDINGS if failed and not wanted.exit_zero else CLEAN


def _fails(report: Report, settings: Settings) -> bool:
    threshold = settings.of(report.source.name).fail_on
    return any(each.severity >= threshold for each in report.diagnostics)


def _show(reports: list[Report], wanted: Wanted, passed_over: int, settings: Settings) -> None:
    match wanted.form:
        case "json":
            from stratc.reporters import json

            send(json.render(reports, silences=wanted.why_silent))
        case "concise":
            from stratc.reporters import concise

            show(concise.render(reports))
        case "sarif":
            from stratc.pages import descriptions
            from stratc.reporters import sarif

            send(sarif.render(reports, descriptions(), os.getcwd()))  # noqa: PTH109  # a text, not a path to work with
        case "github":
            from stratc.reporters import github

            send(github.render(reports))
        case "junit":
            from stratc.reporters import junit

            send(junit.render(reports, settings.of("").fail_on))
        case "markdown":
            from stratc.reporters import markdown

            send(markdown.render(reports))
        case _ if reports or passed_over:
            from stratc.reporters import text

            show(text.render(reports, colour=coloured(), passed_over=passed_over, silences=wanted.why_silent))
