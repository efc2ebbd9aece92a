"""Statements about this plan, apart from those about others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.ir.draft import Draft
from stratc.ir.origin import Known, Stated
from stratc.ir.scope import Role
from stratc.ir.statement import Relation, Statement
from stratc.ir.strategy import Strategy

if TYPE_CHECKING:
    from collections.abc import Iterator

DEGREES = tuple(f"strategy.{name}" for name in ("tp", "pp", "dp", "ep", "cp", "sp", "expert_tp", "device_count"))


def choose_scope(draft: Draft) -> Draft:
    """Sets aside what is said about other plans.

    Before: statements of every role.  After: `statements` describe this plan; the degrees that earlier and alternative
    plans are said to have are in `rejected`, a strategy for each heading; everything else is in `set_aside`.
    """
    kept = tuple(statement for statement in draft.statements if describes_plan(statement))
    others = tuple(statement for statement in draft.statements if not describes_plan(statement))
    rejected = tuple(_strategies(others))
    return replace(draft, statements=kept, rejected=rejected, set_aside=draft.set_aside + others)


def describes_plan(statement: Statement) -> bool:
    """Whether a statement can be believed of this plan; bounds on a degree are conditions, not choices."""
    bound = statement.relation not in (Relation.IS, Relation.AT_MOST) and not statement.subject.startswith("target.")
    match statement.scope.role:
        case Role.PLAN:
            return not bound
        case Role.TARGET:
            is_promise = statement.subject.startswith("target.")
            return is_promise or (statement.relation is Relation.IS and statement.subject not in DEGREES)
        case _:
            return False


def _strategies(others: tuple[Statement, ...]) -> Iterator[Strategy]:
    """The strategies that are compared with: an earlier plan in one or more places, alternatives one a sentence."""
    found: list[tuple[object, str, dict[str, Known[int]]]] = []
    for statement in others:
        role, value = statement.scope.role, statement.value
        if (
            role not in (Role.EARLIER, Role.ALTERNATIVE)
            or statement.subject not in DEGREES
            or not isinstance(value, int)
        ):
            continue
        place = role if role is Role.EARLIER else (role, statement.scope.strategy or statement.context)
        name = statement.scope.path[-1] if statement.scope.path else role.value
        known = found[-1][2].get(_field(statement.subject)) if found else None
        if not found or found[-1][0] != place or (known is not None and known.value != value):
            found.append((place, name, {}))
        found[-1][2].setdefault(_field(statement.subject), Known(value, Stated((statement.span,))))
    for _, name, facts in found:
        yield Strategy(**facts, name=name)  # type: ignore[arg-type]  # keys are DEGREES


def _field(key: str) -> str:
    return key.partition(".")[2]
