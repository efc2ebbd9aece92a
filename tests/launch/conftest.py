"""Literate tests of launch files: a heading is a case, a fence named like the file, a fence of what is read in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stratc.ir.plan import KEYS
from stratc.ir.values import Extent, StageSpan
from stratc.pipeline import read
from stratc.text.source import Source

CASE = re.compile(
    r"^# (?P<name>.+?)\n.*?^````(?P<file>\S+)\n(?P<text>.*?)^````\n.*?^````read\n(?P<read>.*?)^````", re.S | re.M
)
SHOWN = {*KEYS, "strategy.stage"}


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    """Every Markdown file here holds cases."""
    return Cases.from_parent(parent, path=file_path) if file_path.suffix == ".md" else None


class Cases(pytest.File):
    """The cases of one file."""

    def collect(self) -> Iterator[pytest.Item]:
        for match in CASE.finditer(self.path.read_text(encoding="utf-8")):
            yield Case.from_parent(self, **match.groupdict())


class Case(pytest.Item):
    """A launch file, and the statements and open ends that it must give, in order."""

    def __init__(self, *, file: str, text: str, read: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.file, self.text, self.read = file, text, read

    def runtest(self) -> None:
        shown = "".join(f"{line}\n" for line in lines(self.file, self.text))
        if self.config.getoption("--update") and shown != self.read:
            text = self.path.read_text(encoding="utf-8")
            start = text.index("````read\n", text.index(f"# {self.name}\n")) + len("````read\n")
            self.path.write_text(text[:start] + shown + text[start + len(self.read) :], encoding="utf-8")
            self.read = shown
        assert shown.splitlines() == self.read.splitlines()


def lines(file: str, text: str) -> Iterator[str]:
    """One line a statement: line of the text, key, value, the text under its span; then what stays open."""
    source = Source(file, text)
    reading = read(source)
    windows = read(Source(file, text.replace("\n", "\r\n")))
    assert [(each.subject, each.value) for each in reading.statements] == [
        (each.subject, each.value) for each in windows.statements
    ]
    for statement in sorted(reading.statements, key=lambda each: (each.span.start, each.subject)):
        if statement.subject in SHOWN:
            written = " ".join(text[statement.span.start : statement.span.end].split())
            name = f" in {statement.scope.strategy}" if statement.scope.strategy else ""
            line = source.position(statement.span.start)[0]
            yield f"{line}: {statement.subject} = {value(statement.value)} `{written}`{name}"
    for each in reading.unread:
        yield f"{source.position(each.span.start)[0]}: open: {each.text}"


def value(told: object) -> str:
    """A value in short."""
    match told:
        case Extent(low, high):
            return f"{low:g}" if low == high else f"{low:g}..{high:g}"
        case StageSpan(index, layers):
            return f"stage {index} layers {layers}"
        case _:
            return str(told)
