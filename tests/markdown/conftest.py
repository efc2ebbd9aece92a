"""Literate tests of the Markdown frontend: a heading is a case, a fence of plan text, a fence of what is read in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stratc.frontends.markdown.read import FRONTEND
from stratc.ir.plan import KEYS
from stratc.ir.scope import Role
from stratc.ir.statement import Per, Statement
from stratc.ir.values import ExpertSpan, Extent, StageSpan
from stratc.text.source import Source

CASE = re.compile(r"^# (?P<name>.+?)\n.*?^````plan\n(?P<plan>.*?)^````\n.*?^````read\n(?P<read>.*?)^````", re.S | re.M)
TALLIED = {"group.devices", "group.nodes", "group.count", "nodes.run", "replicas.run"}
SHOWN = {*KEYS, *TALLIED, "equation", "strategy.stage", "strategy.expert_placement"}


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    """Every Markdown file here holds cases."""
    return Cases.from_parent(parent, path=file_path) if file_path.suffix == ".md" else None


class Cases(pytest.File):
    """The cases of one file."""

    def collect(self) -> Iterator[pytest.Item]:
        for match in CASE.finditer(self.path.read_text(encoding="utf-8")):
            yield Case.from_parent(self, name=match["name"], plan=match["plan"], read=match["read"])


class Case(pytest.Item):
    """A text, and the statements of facts that it must give, in order."""

    def __init__(self, *, plan: str, read: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan, self.read = plan, read

    def runtest(self) -> None:
        shown = "".join(f"{line}\n" for line in lines(self.plan))
        if self.config.getoption("--update") and shown != self.read:
            text = self.path.read_text(encoding="utf-8")
            start = text.index("````read\n", text.index(f"# {self.name}\n")) + len("````read\n")
            self.path.write_text(text[:start] + shown + text[start + len(self.read) :], encoding="utf-8")
            self.read = shown
        assert shown.splitlines() == self.read.splitlines()


def lines(plan: str) -> Iterator[str]:
    """One line a statement: line of the text, key, value, the text under its span, and what else it says."""
    source = Source("plan.md", plan)
    for statement in sorted(read(source), key=lambda each: each.span.start):
        if statement.subject in SHOWN:
            written = " ".join(plan[statement.span.start : statement.span.end].split())
            line = source.position(statement.span.start)[0]
            said = f"{statement.subject} {statement.relation.value} {value(statement)}"
            yield f"{line}: {said} `{written}`{extra(statement)}"


def read(source: Source) -> tuple[Statement, ...]:
    """The statements of a text, read again with other line ends to the same values."""
    statements = FRONTEND.read(source, lambda path, _: Source(path, "")).statements
    windows = Source(source.name, source.text.replace("\n", "\r\n"))
    again = FRONTEND.read(windows, lambda path, _: Source(path, "")).statements
    assert [(each.subject, each.value) for each in statements] == [(each.subject, each.value) for each in again]
    return statements


def value(statement: Statement) -> str:
    match statement.value:
        case Extent(low, high):
            return f"{low:g}..{high:g}" if low != high else f"{low:g}"
        case StageSpan(index, layers, devices, tp):
            return f"stage {index} layers {layers} devices {brief(devices)}" + (f" tp {tp}" if tp else "")
        case ExpertSpan(experts, devices, stage):
            return f"experts {experts} devices {brief(devices)} stage {stage}"
        case float(number):
            return f"{number:g}"
    return str(statement.value)


def brief(devices: tuple[int, ...] | None) -> str:
    if not devices:
        return "-"
    return f"{devices[0]}..{devices[-1]} ({len(devices)})"


def extra(statement: Statement) -> str:
    parts = [statement.scope.role.value] if statement.scope.role is not Role.PLAN else []
    parts += [f"of {statement.cause}"] if statement.subject in TALLIED and statement.cause else []
    parts += [statement.scope.strategy] if statement.scope.strategy else []
    parts += [f"per {statement.per.value}"] if statement.per is not Per.UNSAID else []
    parts += [f"from {statement.working}"] if statement.working is not None else []
    return "".join(f"; {part}" for part in parts)
