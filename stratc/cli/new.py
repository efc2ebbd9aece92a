"""stratc new: a plan in the strategy language that means what another file says."""

from __future__ import annotations

from pathlib import Path

import click

from stratc.cli import options
from stratc.cli.files import load, plan_in
from stratc.cli.main import CLEAN, FINDINGS
from stratc.cli.screen import send, show
from stratc.diagnostics.diagnostic import Severity
from stratc.diagnostics.report import Report
from stratc.errors import InputError
from stratc.pipeline import emit, read


@click.command("new")
@click.option("--from", "given", required=True, metavar="FILE", help="A launch script, a configuration or a plan.")
@click.option("--output", "-o", metavar="PLAN.strat", help="Write to this file, which must not exist yet.")
@options.stdin_name
def new_command(given: str, output: str | None, stdin_filename: str) -> int:
    """Write the .strat that means what a launch script, a configuration or another plan says.

    Every line carries the place that it comes from; what FILE leaves to its framework is written as the framework sets
    it.  Of a script that starts several jobs the first is written.
    """
    reading = read(plan_in(given, stdin_filename), load)
    result = emit(reading, "strat")
    findings = tuple(each for each in (*reading.diagnostics, *result.diagnostics) if each.severity is Severity.ERROR)
    if findings:
        from stratc.reporters import text

        click.echo(text.render([Report(reading.sources, findings)]), err=True, nl=False)
    if not result.artefacts or any(each in findings for each in reading.diagnostics):
        return FINDINGS
    plan = result.artefacts[0].text
    if len(result.artefacts) > 1:
        rest = len(result.artefacts) - 1
        more = f"{rest} more job{'s' * (rest > 1)} in {given}: `stratc compile --target strat -o FOLDER` writes all"
        click.echo(more, err=True)
    if output is None:
        send(plan)
    else:
        _create(Path(output), plan)
    return FINDINGS if findings else CLEAN


def _create(path: Path, plan: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(plan)
    except FileExistsError:
        raise InputError(f"{path}: exists already") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None
    show(f"{path}\n")
