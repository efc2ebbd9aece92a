"""Bounds that label the row of what is held to them: "| TPOT ≤ 50 ms | 36 ms | ✅ |"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.ir.claim import METRICS
from stratc.ir.scope import Role
from stratc.ir.statement import Goal, Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_ASKS = (Role.PLAN, Role.TARGET)


def with_row_bounds(said: Iterable[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where the only figure of a row has become held to the bound of its metric in the row's label."""
    rows = {
        each.start: (each.block.label, each.block.label[0] == each.block.start)
        for each in said
        if each.block.kind is Kind.CELL
    }
    bounds: dict[tuple[object, str], Statement] = {}
    answers: dict[tuple[object, str], list[int]] = {}
    for at, each in enumerate(statements):
        if each.subject not in METRICS or each.quantity is None or each.context.start not in rows:
            continue
        row, labels = rows[each.context.start]
        if labels and each.relation is not Relation.IS and each.scope.role in _ASKS:
            bounds[row, each.subject] = each
        elif not labels:
            answers.setdefault((row, each.subject), []).append(at)
    found = list(statements)
    for place, bound in bounds.items():
        at, *others = answers.get(place, [-1])
        if at >= 0 and not others and _is_held(found[at], bound) and bound.quantity is not None:
            found[at] = replace(found[at], goal=Goal(bound.relation, bound.quantity, bound.span))
    return found


def _is_held(figure: Statement, bound: Statement) -> bool:
    """Whether a figure is an exact one of the plan without another goal, counted like the bound."""
    exact = figure.relation is Relation.IS and figure.goal is None and figure.scope.role is Role.PLAN
    if not exact or figure.quantity is None or bound.quantity is None or figure.per is not bound.per:
        return False
    return figure.quantity.dimension == bound.quantity.dimension
