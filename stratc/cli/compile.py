"""stratc compile: the launch configuration of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stratc.cli import options
from stratc.cli.files import load, plan_in
from stratc.cli.main import CLEAN, FINDINGS
from stratc.cli.screen import complain, send, show
from stratc.diagnostics.diagnostic import Diagnostic, Severity
from stratc.diagnostics.report import Report
from stratc.errors import InputError, StratcError
from stratc.pipeline import emit, read
from stratc.text.source import Source

if TYPE_CHECKING:
    from stratc.backends.backend import Emission


@click.command("compile")
@click.argument("path")
@click.option("--target", "-t", required=True, metavar="NAME", help="json, megatron, deepspeed, graphviz, …")
@click.option("--output", "-o", metavar="DIR", help="Write files into this folder instead of standard output.")
@click.option(
    "--target-version", default="", metavar="VERSION", help="Of the target; its newest known one unless given."
)
@click.option("--launcher", type=click.Choice(["torchrun", "slurm"]), help="What starts the processes.")
@click.option(
    "--unsupported",
    type=click.Choice(["error", "warn"]),
    default="error",
    show_default=True,
    help="Whether to write files although the target cannot express all of the plan.",
)
@options.stdin_name
def compile_command(
    path: str,
    target: str,
    output: str | None,
    target_version: str,
    launcher: str | None,
    unsupported: str,
    stdin_filename: str,
) -> int:
    """Write the launch configuration of a plan for a target.

    Without -o the files go to standard output, each under a line with its name when there are several; a file that
    only repeats another one in other form is left out there.

    What the target cannot express is reported with the lines concerned; then nothing is written, and the exit
    status is 1.
    """
    from stratc.backends.backend import Options

    asked = Options(target_version, launcher or "", unsupported == "warn")
    reading = read(plan_in(path, stdin_filename), load)
    errors = tuple(each for each in reading.diagnostics if each.severity is Severity.ERROR)
    if errors:
        _report(reading.sources, errors)
        return FINDINGS
    result = emit(reading, target, asked)
    if result.diagnostics:
        _report(reading.sources, result.diagnostics)
    if output is None:
        _print(result)
    elif result.artefacts:
        _write(result, Path(output))
    refused = not result.artefacts or any(each.severity is Severity.ERROR for each in result.diagnostics)
    return FINDINGS if refused else CLEAN


def _report(sources: tuple[Source, ...], diagnostics: tuple[Diagnostic, ...]) -> None:
    from stratc.reporters import text

    click.echo(text.render([Report(sources, diagnostics)]), err=True, nl=False)


def _print(result: Emission) -> None:
    shown = [each for each in result.artefacts if not each.again]
    for each in shown:
        if len(shown) > 1:
            send(f"==> {each.path} <==\n")
        send(each.text)


def _write(result: Emission, folder: Path) -> None:
    for each in result.artefacts:
        _put(folder / each.path, each.text.encode())
        if each.executable:
            (folder / each.path).chmod(0o755)
        if each.path.endswith(".dot"):
            _draw(each.text, folder / each.path)


def _draw(dot: str, path: Path) -> None:
    from stratc.backends.graphviz import render

    for form in ("svg", "png"):
        try:
            _put(path.with_suffix(f".{form}"), render(dot, form))
        except StratcError as error:
            complain(str(error))
            return


def _put(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None
    show(f"{path}\n")
