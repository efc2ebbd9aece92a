"""Literate tests of the passes: a heading is a case, a fence of statements, a fence of what is believed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stratc.arith.quantity import Quantity
from stratc.arith.term import lift
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.ir.plan import Plan
from stratc.ir.scope import Role, Scope, Topic
from stratc.ir.statement import Per, Relation, Statement
from stratc.ir.values import ExpertSpan, Extent, StageSpan, Value
from stratc.passes.passes import believe
from stratc.text.span import Span

CASE = re.compile(
    r"^# (?P<name>.+?)$.*?```statements\n(?P<said>.*?)```.*?```believed\n(?P<believed>.*?)```", re.S | re.M
)
LINE = re.compile(r"(?P<subject>\S+) (?P<relation>==|>=|<=|=) (?P<value>.+?)(?:  (?P<marks>.*))?$")
KINDS = {"stage": StageSpan, "experts": ExpertSpan, "extent": Extent}


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    """Every Markdown file here holds cases."""
    return Cases.from_parent(parent, path=file_path) if file_path.suffix == ".md" else None


class Cases(pytest.File):
    """The cases of one file."""

    def collect(self) -> Iterator[pytest.Item]:
        for match in CASE.finditer(self.path.read_text(encoding="utf-8")):
            yield Case.from_parent(self, name=match["name"], said=match["said"], believed=match["believed"])


class Case(pytest.Item):
    """Statements, and the plan that they must come to."""

    def __init__(self, *, said: str, believed: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.said, self.believed = said.splitlines(), believed.splitlines()

    def runtest(self) -> None:
        said = [statement(line, number) for number, line in enumerate(self.said, 1)]
        set_ = [each for each, line in zip(said, self.said, strict=True) if line.endswith("  set")]
        plan = believe((*said, *(replace(each, subject=f"setting.{each.subject}") for each in set_)))
        shown = list(lines(plan))
        missing = [line for line in self.believed if line not in shown and not line.startswith("never ")]
        strays = [line for line in self.believed if any(each.startswith(line[6:]) for each in shown)]
        assert not missing, f"missing {missing} in\n" + "\n".join(shown)
        assert not [line for line in strays if line.startswith("never ")], "\n".join(shown)


def statement(line: str, number: int) -> Statement:
    """`key = value  marks`: marks are role, topic, per, heading="…", in="strategy", working, about, set."""
    match = LINE.match(line)
    assert match, line
    marks = match["marks"] or ""
    at = Span("plan", number, number + 1)
    value = read(match["value"])
    words = re.sub(r'\w+="[^"]*"', "", marks).split()
    return Statement(
        match["subject"],
        value,
        at,
        at,
        scope(marks, words),
        Relation(match["relation"]) if match["relation"] != "=" else Relation.IS,
        Quantity(value, value, approximate="about" in words) if isinstance(value, int | float) else None,
        working=lift(float(value)) if "working" in words and isinstance(value, int | float) else None,
        per=next((each for each in Per if each.value in words and each.value), Per.UNSAID),
    )


def scope(marks: str, words: list[str]) -> Scope:
    """The scope that marks describe."""
    quoted = dict(re.findall(r'(\w+)="([^"]*)"', marks))
    role = next((each for each in Role if each.value in words), Role.PLAN)
    topics = tuple(each for each in Topic if each.value in words)
    path = (quoted["heading"],) if "heading" in quoted else ()
    return Scope(role, path, topics, quoted.get("in", ""))


def read(text: str) -> Value:
    """A JSON value, or `stage {…}`, `experts {…}`, `extent {…}`."""
    kind, _, fields = text.partition(" {")
    if kind in KINDS:
        made = {name: _tuple(value) for name, value in json.loads("{" + fields).items()}
        built: Value = KINDS[kind](**made)
        return built
    value: Value = json.loads(text)
    return value


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def lines(plan: Plan) -> Iterator[str]:
    """Everything that a plan believes, a line each."""
    yield from (shown(key, known) for key, known in plan.facts())
    for strategy in (plan.strategy, *plan.further):
        mark = f"[{strategy.name}] " if strategy.name else ""
        yield from (f"{mark}stage {each.value}" for each in strategy.stages)
        yield from (f"{mark}experts {each.value}" for each in strategy.expert_spans)
    for kind, others in (("further", plan.further), ("rejected", plan.rejected)):
        for strategy in others:
            values = ((name, getattr(strategy, name)) for name in ("tp", "pp", "dp", "ep", "device_count"))
            degrees = (f"{name}={known.value}" for name, known in values if isinstance(known, Known))
            yield f"{kind} {strategy.name}: {' '.join(degrees)}"
    for conflict in plan.conflicts:
        rivals = (str(known.value) for known in (conflict.believed, *conflict.others))
        yield f"conflict {conflict.key}: {' / '.join(rivals)}"
    yield from (claim_line(claim) for claim in plan.claims)
    yield from (f"mention {each.concept} at {places(each)}" for each in plan.mentions)
    yield from (f"setting {each.name} {each.value} at {places(each)}" for each in plan.settings)


def claim_line(claim: Claim) -> str:
    """`claim metric == value at lines`."""
    return f"claim {claim.metric} {claim.relation.value} {claim.value:g} at {places(claim)}"


def shown(key: str, known: Known[Any]) -> str:
    """`key = value (origin) at lines`; assumed facts have no lines."""
    at = f" at {places(known)}" if known.spans() else ""
    value = known.value if isinstance(known.value, Extent) else json.dumps(known.value)
    return f"{key} = {value} ({known.origin.kind}){at}"


def places(known: Any) -> str:
    """The lines that something rests on."""
    return ", ".join(str(span.start) for span in known.spans())
