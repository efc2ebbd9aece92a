"""Claims and mentions of the strategy language as statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import inf

from stratc.arith.quantity import Quantity
from stratc.arith.unit import COUNT
from stratc.frontends.strat.faults import unknown, unusable
from stratc.frontends.strat.figures import Evaluator
from stratc.frontends.strat.names import (
    METRIC_ALIASES,
    PER_WORDS,
    RECORD_OF,
    dimensions_of,
    key_named,
    keys_of,
    metric_named,
)
from stratc.frontends.strat.values import check_dimension, check_share, settle, whole
from stratc.ir.claim import METRICS
from stratc.ir.mention import CONCEPTS
from stratc.ir.scope import Role, Scope
from stratc.ir.statement import Goal, Per, Relation, Statement
from stratc.syntax import tree
from stratc.syntax.tree import Text, Value, Word


def claim(item: tree.Claim, scope: Scope, evaluator: Evaluator) -> Statement:
    """The statement that a claim makes; raises Unusable."""
    subject = metric_named(item.metric.name)
    if not subject:
        raise unknown("metric", item.metric, _metric_names())
    relation = Relation(item.relation)
    value, quantity = _figure(subject, item, evaluator)
    if item.tolerance and quantity:
        quantity = _tolerant(quantity, relation, item.tolerance, evaluator)
        value = quantity.value if isinstance(value, float) else value
    per, index = _place(item, evaluator)
    return Statement(
        subject=subject,
        value=value,
        span=item.value.span,
        context=item.span,
        scope=replace(scope, role=Role.TARGET) if item.required else scope,
        relation=relation,
        quantity=quantity,
        working=evaluator.term(item.working) if item.working else None,
        per=per,
        cause=_reason(item.because),
        index=index,
        goal=_goal(subject, item.goal, evaluator) if item.goal else None,
        baseline=whole(item.against, evaluator, "the number of devices") if item.against else None,
    )


def mentions(item: tree.Mention, scope: Scope) -> Iterator[Statement]:
    """A statement for every concept named; raises Unusable."""
    for concept in item.concepts:
        if concept.name not in CONCEPTS:
            raise unknown("concept", concept, tuple(CONCEPTS))
    cause = _reason(item.because)
    for each in item.concepts:
        yield Statement(f"mention.{each.name}", each.name, each.span, item.span, scope, cause=cause)


def _figure(subject: str, item: tree.Claim, evaluator: Evaluator) -> tuple[int | float | str, Quantity | None]:
    if subject not in METRICS:
        block = next(each for each, record in RECORD_OF.items() if subject.startswith(f"{record}."))
        key = key_named(block, subject.partition(".")[2])
        if key:
            settled = settle(key, item.value, evaluator)
            value = settled.value
            return (value if isinstance(value, int | float | str) else settled.quantity.value), settled.quantity  # type: ignore[union-attr]
    quantity = _measured(subject, item.metric.name, item.value, evaluator)
    return quantity.value, quantity


def _measured(subject: str, name: str, value: Value, evaluator: Evaluator) -> Quantity:
    quantity = evaluator.quantity(value)
    check_dimension(f"`{name}`", dimensions_of(subject), "", quantity, value)
    check_share(subject, quantity, value)
    return quantity


def _tolerant(quantity: Quantity, relation: Relation, tolerance: Value, evaluator: Evaluator) -> Quantity:
    """The figure widened on the sides where the claim is forgiving: 5 % of it, or so much in its own unit."""
    margin = evaluator.quantity(tolerance)
    if margin.dimension not in (COUNT, quantity.dimension) or margin.is_range or not 0 <= margin.value < inf:
        raise unusable(f"the tolerance {margin.show()} does not fit {quantity.show()}", tolerance.span)
    absolute = margin.dimension == quantity.dimension and margin.unit.symbol != "%"
    slack = margin.value if absolute else abs(quantity.value) * margin.value
    low, high = quantity.low - slack, quantity.high + slack
    match relation:
        case Relation.AT_LEAST | Relation.MORE:
            return replace(quantity, low=low, high=low)
        case Relation.AT_MOST | Relation.LESS:
            return replace(quantity, low=high, high=high)
        case Relation.IS:
            return replace(quantity, low=low, high=high)


def _place(item: tree.Claim, evaluator: Evaluator) -> tuple[Per, int | None]:
    """What the figure is counted for, and the number of the device or stage where one is named."""
    per = _per(item.per) if item.per else Per.UNSAID
    if not item.on:
        return per, None
    what, number = item.on
    return (_per(what) if what else per), whole(number, evaluator, "the number of a device or stage")


def _per(word: Word) -> Per:
    if word.name not in PER_WORDS:
        raise unknown("unit of counting", word, PER_WORDS)
    return Per(word.name)


def _reason(reason: Word | Text | None) -> str:
    match reason:
        case Word(name):
            return name
        case Text(text):
            return text
        case None:
            return ""


def _goal(subject: str, goal: tree.Goal, evaluator: Evaluator) -> Goal:
    quantity = _measured(subject, "goal", goal.value, evaluator)
    return Goal(Relation(goal.relation), quantity, goal.value.span, goal.met)


def _metric_names() -> tuple[str, ...]:
    keys = tuple(name for block in RECORD_OF for name in keys_of(block))
    return (*METRICS, *METRIC_ALIASES, *keys)
