"""Counts of some layers or micro-batches, which are those of the plan where it gives no others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.ir.scope import Role
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.ir.statement import Statement

_KEYS = frozenset(("model.layers", "workload.micro_batches"))


def settled(statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where a count of some is said of all if the plan says none of all, or that very number."""
    said = [each for each in statements if each.subject in _KEYS and each.scope.role is Role.PLAN]
    told = {each.subject for each in said if each.relation is Relation.IS}
    same = {(each.subject, each.value) for each in said if each.relation is Relation.IS}
    return [
        replace(each, relation=Relation.IS)
        if each.subject in _KEYS
        and each.relation is Relation.AT_LEAST
        and (each.subject not in told or (each.subject, each.value) in same)
        else each
        for each in statements
    ]
