"""Stages and experts where the plan puts them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from stratc.ir.draft import Draft, Sketch
from stratc.ir.origin import Known, Stated
from stratc.ir.plan import Conflict
from stratc.ir.statement import Statement
from stratc.ir.values import ExpertSpan, StageSpan
from stratc.passes.fit_values import EXPERTS, STAGE

T = TypeVar("T")


def place_stages(draft: Draft) -> Draft:
    """Joins what is said of each stage and each group of experts.

    Before: statements that place layers, experts and devices, often on several lines a stage.  After: every sketch has
    its stages in the order of their numbers and its groups of experts; a stage with two placements is a conflict.
    """
    placed = [each for each in draft.statements if each.subject in (STAGE, EXPERTS)]
    if not placed:
        return draft
    conflicts: list[Conflict] = []
    sketches = tuple(_placed(sketch, placed, conflicts) for sketch in draft.sketches)
    rest = tuple(each for each in draft.statements if each.subject not in (STAGE, EXPERTS))
    return replace(draft, statements=rest, sketches=sketches, conflicts=draft.conflicts + tuple(conflicts))


def _placed(sketch: Sketch, placed: list[Statement], conflicts: list[Conflict]) -> Sketch:
    mine = [each for each in placed if each.scope.strategy in ("", sketch.name)]
    stages: dict[int, Known[StageSpan]] = {}
    for each in mine:
        if isinstance(each.value, StageSpan):
            _add(stages, Known(each.value, Stated((each.span,))), conflicts)
    groups = [Known(each.value, Stated((each.span,))) for each in mine if isinstance(each.value, ExpertSpan)]
    return replace(sketch, stages=tuple(stages[index] for index in sorted(stages)), expert_spans=_distinct(groups))


def _add(stages: dict[int, Known[StageSpan]], new: Known[StageSpan], conflicts: list[Conflict]) -> None:
    old = stages.get(new.value.index)
    if old is None:
        stages[new.value.index] = new
        return
    joined = _joined(old.value, new.value)
    if joined is None:
        conflicts.append(Conflict(STAGE, old, (new,)))
        return
    stages[new.value.index] = Known(joined, Stated(tuple(dict.fromkeys(old.spans() + new.spans()))))


def _joined(old: StageSpan, new: StageSpan) -> StageSpan | None:
    """One stage of two statements; None where they exclude each other.

    Other devices for the same layers are a further copy of the stage.
    """
    layers = old.layers or new.layers
    if layers != (new.layers or old.layers):
        return None
    devices = old.devices or new.devices
    if old.devices and new.devices and set(old.devices) != set(new.devices):
        if set(old.devices) & set(new.devices):
            return None
        devices = old.devices + new.devices
    return StageSpan(
        old.index, layers, devices, old.tp or new.tp, old.ep or new.ep, old.dp or new.dp, old.holds or new.holds
    )


def _distinct(known: Iterable[Known[T]]) -> tuple[Known[T], ...]:
    """Each value once, with all its places."""
    seen: dict[Any, Known[T]] = {}
    for each in known:
        first = seen.get(each.value)
        seen[each.value] = Known(each.value, Stated(first.spans() + each.spans())) if first else each
    return tuple(seen.values())
