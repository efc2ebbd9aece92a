"""stratc format: canonical text of the strategy language."""

from __future__ import annotations

from pathlib import Path

import click

from stratc.cli import options
from stratc.cli.files import STDIN, found_in, source_of
from stratc.cli.main import CLEAN, FINDINGS, UNUSABLE
from stratc.cli.screen import coloured, complain, send, show
from stratc.diagnostics.report import Report
from stratc.errors import InputError
from stratc.syntax.print import format_text
from stratc.text.source import Source


@click.command("format")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change, exit 1 when something would.")
@options.stdin_name
def format_command(paths: tuple[str, ...], check: bool, diff: bool, stdin_filename: str) -> int:
    """Write .strat files in canonical form; - reads standard input and prints the result.

    A file with syntax errors is left as it is.
    """
    files, complaints = found_in(paths)
    chosen = [each.path for each in files if each.named or each.path.endswith(".strat")]
    results = []
    for path in chosen:
        try:
            source = source_of(path, stdin_filename)
            if path != STDIN and not path.endswith(".strat"):
                raise InputError(f"{path}: is no .strat file")
            results.append(_format(source, path, check, diff))
        except InputError as error:
            complaints.append(str(error))
    for line in complaints:
        complain(line)
    return UNUSABLE if complaints else max(results, default=CLEAN)


def _format(source: Source, path: str, check: bool, diff: bool) -> int:
    text = format_text(source)
    if not isinstance(text, str):
        from stratc.reporters import text as reporter

        show(reporter.render([Report((source,), text)], colour=coloured()))
        return FINDINGS
    changed = text != source.text
    if diff and changed:
        _show_diff(source, text)
    elif check and changed:
        show(f"{source.name}: would be changed\n")
    elif path == STDIN and not check and not diff:
        send(text)
    elif changed:
        _write(path, text)
    return FINDINGS if changed and (check or diff) else CLEAN


def _show_diff(source: Source, text: str) -> None:
    from difflib import unified_diff

    before, after = source.text.splitlines(keepends=True), text.splitlines(keepends=True)
    for line in unified_diff(before, after, source.name, f"{source.name} (canonical)"):
        show(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None
    show(f"{path}: changed\n")
