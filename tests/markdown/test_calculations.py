"""Calculations as people write them: those that are right pass, those with one wrong figure are found.

A line of `calculations/right.txt` or `wrong.txt` is a document of its own, with `\\n` for a line break; a row of a
table gets a head.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from stratc.diagnostics.diagnostic import Severity
from stratc.pipeline import check
from stratc.text.source import Source

HERE = Path(__file__).parent / "calculations"
CHUNK = 100  # lines to a test
COLUMNS = ("item", "part", "value", "note", "more", "further", "last")


def lines_of(name: str) -> list[tuple[str, ...]]:
    """The lines of a file, in chunks."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [tuple(lines[at : at + CHUNK]) for at in range(0, len(lines), CHUNK)]


def document(line: str) -> str:
    """A line as a document."""
    text = line.replace("\\n", "\n")
    if not text.lstrip().startswith("|"):
        return f"# Notes\n\n{text}\n"
    width = text.splitlines()[0].strip().strip("|").count("|") + 1
    head = f"| {' | '.join(COLUMNS[:width])} |\n|{'---|' * width}"
    return f"# Notes\n\n{head}\n{text}\n"


def is_blamed(line: str) -> bool:
    """Whether anything but a remark is said of a line."""
    found = check(Source("plan.md", document(line))).diagnostics
    return any(each.severity is not Severity.INFO for each in found)


@pytest.mark.parametrize("lines", lines_of("right.txt"), ids=lambda lines: lines[0][:30])
def test_right_calculations_pass(lines: tuple[str, ...]) -> None:
    assert [line for line in lines if is_blamed(line)] == []


@pytest.mark.parametrize("lines", lines_of("wrong.txt"), ids=lambda lines: lines[0][:30])
def test_wrong_calculations_are_found(lines: tuple[str, ...]) -> None:
    assert [line for line in lines if not is_blamed(line)] == []
