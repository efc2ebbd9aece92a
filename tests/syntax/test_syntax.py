"""The strategy language: files of ok/ read, print and read again; files of err/ give what their .out says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stratc.diagnostics.diagnostic import Diagnostic
from stratc.syntax.parse import parse
from stratc.syntax.print import format_text, show_file
from stratc.text.source import Source

HERE = Path(__file__).parent
OK = sorted(HERE.glob("ok/*.strat"))
ERR = sorted(HERE.glob("err/*.strat"))


def read(path: Path) -> Source:
    with path.open(encoding="utf-8", newline="") as file:
        return Source(path.name, file.read())


def line(source: Source, found: Diagnostic) -> str:
    """`line:column-length code message`, then help and fix where there are any."""
    span = found.primary.span
    row, column = source.position(span.start)
    parts = [f"{row}:{column}+{span.end - span.start} {found.rule.code} {found.message}"]
    parts += [f"help: {found.help}"] if found.help else []
    parts += [f"fix: {found.fix.title}"] if found.fix else []
    return " | ".join(parts)


@pytest.mark.parametrize("path", OK, ids=lambda path: path.stem)
def test_what_is_right_reads_prints_and_reads_again(path: Path) -> None:
    parsed = parse(read(path))
    assert parsed.diagnostics == ()
    printed = show_file(parsed.file)
    again = parse(Source("printed", printed))
    assert again.diagnostics == ()
    assert again.file == parsed.file
    assert show_file(again.file) == printed
    assert format_text(read(path)) == printed


@pytest.mark.parametrize("path", OK, ids=lambda path: path.stem)
def test_printing_keeps_every_comment(path: Path) -> None:
    source = read(path)
    comments = filter(None, re.findall(r'"(?:[^"\\\n]|\\.)*"|(#[^\n]*)', source.text))
    printed = show_file(parse(source).file)
    assert [each for each in comments if each.strip() not in printed] == []


@pytest.mark.parametrize("path", ERR, ids=lambda path: path.stem)
def test_what_is_wrong_is_said_once_a_statement(path: Path, request: pytest.FixtureRequest) -> None:
    source, expected = read(path), path.with_suffix(".out")
    lines = [line(source, found) for found in parse(source).diagnostics]
    if request.config.getoption("--update", default=False):
        expected.write_text("".join(f"{each}\n" for each in lines), encoding="utf-8")
    wanted = expected.read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(wanted), lines
    for got, want in zip(lines, wanted, strict=True):
        slashed = len(want) > 1 and want[0] == want[-1] == "/"
        assert re.fullmatch(want[1:-1], got) if slashed else got == want


def test_a_file_with_errors_is_not_formatted() -> None:
    result = format_text(Source("a.strat", "tp = \n"))
    assert not isinstance(result, str)
