"""Schedules that a plan compares, each at the head of an item or a row: "1. GPipe …", "2. 1F1B …"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_KEYS = ("strategy.schedule", "strategy.vpp")
_HEAD = 12  # characters before a name that heads its line


def of_schedules(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where a schedule of a list or table that has several is an alternative.

    One that a sentence elsewhere chooses stays the plan's.
    """
    named = [each for each in statements if each.subject == _KEYS[0] and each.scope.role is Role.PLAN]
    if len({each.value for each in named}) < 2:
        return list(statements)
    listed = {each.start for each in said if each.block.kind in (Kind.ITEM, Kind.CELL)}
    inside = [each for each in named if each.context.start in listed]
    heads = {each.value for each in inside if each.span.start - each.context.start <= _HEAD}
    if len(heads) < 2:
        return list(statements)
    return [
        replace(each, scope=replace(each.scope, role=Role.ALTERNATIVE))
        if each.subject in _KEYS and each.scope.role is Role.PLAN and each.context.start in listed
        else each
        for each in statements
    ]
