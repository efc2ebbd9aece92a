"""Statements about this plan, apart from those about others."""

from __future__ import annotations

from dataclasses import replace

from stratc.ir.draft import Draft
from stratc.ir.origin import Known, Stated
from stratc.ir.scope import Role
from stratc.ir.statement import Relation, Statement
from stratc.ir.strategy import Strategy

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


def _strategies(others: tuple[Statement, ...]) -> list[Strategy]:
    groups: dict[tuple[Role, tuple[str, ...]], dict[str, Known[int]]] = {}
    for statement in others:
        compared = statement.scope.role in (Role.EARLIER, Role.ALTERNATIVE)
        if compared and statement.subject in DEGREES and isinstance(statement.value, int):
            facts = groups.setdefault((statement.scope.role, statement.scope.path), {})
            facts.setdefault(_field(statement.subject), Known(statement.value, Stated((statement.span,))))
    return [
        Strategy(**facts, name=path[-1] if path else role.value)  # type: ignore[arg-type]  # keys are DEGREES
        for (role, path), facts in groups.items()
    ]


def _field(key: str) -> str:
    return key.partition(".")[2]
