"""Requirements and results in neighbouring places: "Target: 90 %" above "Achieved: 95 %", two columns of a table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.ir.claim import METRICS
from stratc.ir.scope import Role
from stratc.ir.statement import Goal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratc.ir.statement import Statement
    from stratc.text.span import Span


def paired(statements: Iterable[Statement]) -> list[Statement]:
    """Statements in which a required figure right before the reached one has become its goal.

    Both must be of one metric, counted for the same, under the same headings, with nothing of another metric between.
    What answers a requirement is no fact that the plan counts with.
    """
    found: list[Statement] = []
    answers: set[Span] = set()
    last: int | None = None  # where the last claim is
    for said in statements:
        if said.subject not in METRICS or said.subject == "equation":
            found.append(said)
            continue
        goal = _goal(found[last], said) if last is not None else None
        if last is not None and goal is not None:
            found[last] = replace(said, goal=goal)
            answers.add(said.span)
        else:
            last = len(found)
            found.append(said)
    return [each for each in found if each.span not in answers or not each.subject.startswith("hardware.")]


def _goal(before: Statement, said: Statement) -> Goal | None:
    """The requirement that a result answers."""
    apart = before.scope.role is Role.TARGET and said.scope.role is Role.PLAN
    same = (before.subject, before.scope.path, before.per) == (said.subject, said.scope.path, said.per)
    if not (apart and same) or said.goal is not None or said.working is not None:
        return None
    if before.quantity is None or said.quantity is None or before.quantity.dimension != said.quantity.dimension:
        return None
    return Goal(before.relation, before.quantity, before.span)
