"""Which of the options that a plan compares is its own."""

from __future__ import annotations

from dataclasses import replace

from stratc.ir.draft import Draft
from stratc.ir.scope import PHASES, Role, Scope
from stratc.ir.statement import Statement

DECIDING = frozenset(f"strategy.{name}" for name in ("tp", "pp", "dp", "ep", "cp", "device_count"))
MARKS = frozenset(("chosen", "selected", "recommended", "current", "final", "adopted", "preferred"))  # of a row


def choose_options(draft: Draft) -> Draft:
    """Tells the option that a plan takes from those that it does not.

    Before: rows of a table may each name a strategy ("B") beside degrees that the plan gives to itself.  After: what
    is said of the one row that is marked, or that has these degrees, is said of the plan, and the other rows are
    alternatives.
    """
    groups = degrees(draft.statements)
    own = groups.pop("", {})
    options = {name for name in groups if name not in PHASES}
    marked = {name for name in options if not MARKS.isdisjoint(name.split()) and "not" not in name.split()}
    taken = marked if len(marked) == 1 else {name for name in options if agree(groups[name], own)}
    if (len(own) < 2 and taken is not marked) or len(options) < 2 or len(taken) > 1:
        return draft
    statements = tuple(
        replace(each, scope=_scope(each.scope, taken)) if each.scope.strategy in options else each
        for each in draft.statements
    )
    return replace(draft, statements=statements)


def _scope(scope: Scope, taken: set[str]) -> Scope:
    if scope.strategy in taken:
        return replace(scope, strategy="", role=Role.PLAN if scope.role is Role.ALTERNATIVE else scope.role)
    return replace(scope, role=Role.ALTERNATIVE)


def degrees(statements: tuple[Statement, ...]) -> dict[str, dict[str, object]]:
    """The degrees that a plan gives, by the part that they are stated for, "" for the plan itself."""
    groups: dict[str, dict[str, object]] = {}
    for each in statements:
        if each.subject in DECIDING and each.scope.role is Role.PLAN:
            groups.setdefault(each.scope.strategy, {}).setdefault(each.subject, each.value)
    return groups


def agree(one: dict[str, object], other: dict[str, object]) -> bool:
    """Whether two parts have the same degrees, as far as both state them."""
    return all(other.get(key, value) == value for key, value in one.items())
