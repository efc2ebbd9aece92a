"""Plan → strategy language → plan is the same plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stratc.analysis.case import Case
from stratc.arith.quantity import Quantity
from stratc.arith.term import Apply, Named, Term
from stratc.backends.backend import Where
from stratc.backends.strat.backend import BACKEND
from stratc.ir.claim import Claim
from stratc.ir.origin import Given, Known, Unknown
from stratc.ir.plan import KEYS, Plan, plan_of
from stratc.ir.strategy import Strategy
from stratc.pipeline import read, understand
from stratc.syntax.print import format_text
from stratc.text.source import Source

ROOT = Path(__file__).parents[2]
PLANS = sorted([*ROOT.glob("examples/*/*.md"), *ROOT.glob("examples/*/*.strat"), *ROOT.glob("tests/syntax/*/*.strat")])
SOUND = [path for path in PLANS if path.parent.name != "err" and path.stem not in ("imports", "round", "unknown")]


def written(plan: Plan, where: Where = lambda _: "") -> str:
    return BACKEND.emit(Case(plan), where).artefacts[0].text


def figure(quantity: Quantity) -> tuple[Any, ...]:
    return f"{quantity.low:.12g}", f"{quantity.high:.12g}", str(quantity.dimension), quantity.approximate


def steps(term: Term | None) -> Any:
    match term:
        case Apply(op, left, right):
            return op, steps(left), steps(right)
        case Named(name):
            return f"{term.value:.12g}", name
        case None:
            return None
        case _:
            return f"{term.value:.12g}"


def of_claim(claim: Claim) -> tuple[Any, ...]:
    scope = claim.scope.role, claim.scope.strategy
    goal = claim.goal and (claim.goal.relation, figure(claim.goal.quantity), claim.goal.ticked)
    told = claim.metric, figure(claim.quantity), claim.relation, claim.per, claim.cause, claim.index, claim.baseline
    return (*told, scope if claim.scope.role.value in ("plan", "target") else scope[0], steps(claim.working), goal)


def of_strategy(strategy: Strategy) -> dict[str, Any]:
    facts = {key: getattr(strategy, key[9:]) for key in KEYS if key.startswith("strategy.")}
    return {**facts, "stages": strategy.stages, "experts": set(strategy.expert_spans), "name": strategy.name}


def comparable(facts: Iterable[tuple[str, Known[Any] | Unknown]]) -> dict[str, Any]:
    return {key: fact.value for key, fact in facts if isinstance(fact, Known)}


def essence(plan: Plan) -> dict[str, Any]:
    """Everything of a plan but the places it was said at."""
    return {
        "facts": comparable((key, plan.fact(key)) for key in KEYS),
        "strategies": [of_strategy(each) for each in (plan.strategy, *plan.further)],
        "rejected": sorted((of_strategy(each) for each in plan.rejected), key=str),
        "claims": sorted((of_claim(each) for each in plan.claims), key=str),
        "mentions": sorted({(each.concept, each.cause, each.scope.role.value) for each in plan.mentions}),
        "conflicts": sorted({each.key for each in plan.conflicts}),
    }


def again(text: str) -> Plan:
    reading = read(Source("plan.strat", text))
    assert reading.diagnostics == ()
    return understand(reading)


@pytest.mark.parametrize("path", SOUND, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_plan_written_and_read_is_the_same_plan(path: Path) -> None:
    plan = understand(read(Source(path.name, path.read_text(encoding="utf-8"))))
    text = written(plan)
    assert essence(again(text)) == essence(plan), text
    assert written(again(text)) == text
    assert format_text(Source("plan.strat", text)) == text


@pytest.mark.parametrize(
    "name", ['a "b" \\ c', "two\nlines", "# no comment", "{", "expect", "1f1b", "größe-7b", "\t; }"]
)
def test_texts_of_any_kind_survive(name: str) -> None:
    facts = {"model.name": Known(name, Given("a test")), "strategy.tp": Known(2, Given("a test"))}
    plan = plan_of(facts)
    plan = replace(plan, strategy=replace(plan.strategy, name=name))
    reading = read(Source("plan.strat", written(plan)))
    assert reading.diagnostics == ()
    assert [each.value for each in reading.statements] == [name, 2]
    assert reading.statements[-1].scope.strategy == name


@pytest.mark.parametrize("value", [0.1, 1 / 3, 85899345920.0, 6.02e23, 1e-9, 123456789.123456789, 7e9, 0.000123])
def test_figures_survive_to_the_last_digit(value: float) -> None:
    for key in ("hardware.memory", "hardware.peak_flops", "target.ttft", "target.throughput", "model.parameters"):
        text = written(plan_of({key: Known(value, Given("a test"))}))
        assert again(text).fact(key) == Known(value, Given("a test")), text


def test_each_line_names_its_origin() -> None:
    plan = understand(read(Source("a.strat", "strategy { tp = 2 }")))
    assert "  tp = 2  # a.strat:1\n" in written(plan, lambda _: "a.strat:1")
