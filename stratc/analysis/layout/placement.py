"""Stages and experts as the plan places them one by one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from stratc.ir.origin import Known, Unknown
from stratc.ir.values import ExpertSpan, StageSpan

if TYPE_CHECKING:
    from stratc.analysis.case import Case

Stage: TypeAlias = Known[StageSpan]


def layered(case: Case) -> tuple[Stage, ...]:
    """The stages whose layers the plan lists, by first layer; a stage listed twice alike counts once."""
    stages = {stage.value.layers: stage for stage in reversed(case.strategy.stages) if stage.value.layers}
    return tuple(sorted(stages.values(), key=lambda stage: stage.value.layers or (0, 0)))


def seated(case: Case) -> tuple[Stage, ...]:
    """The stages whose devices the plan lists, by index; a stage listed twice alike counts once."""
    stages = {(stage.value.index, stage.value.devices): stage for stage in reversed(case.strategy.stages)}
    return tuple(
        sorted((stage for stage in stages.values() if stage.value.devices), key=lambda stage: stage.value.index)
    )


def is_complete(case: Case, stages: tuple[Stage, ...]) -> bool:
    """Whether these are all stages: as many as the plan says, with indices that leave no gap."""
    fact = case.fact("strategy.pp")
    indices = sorted({stage.value.index for stage in stages})
    whole = bool(indices) and all(right - left == 1 for left, right in pairwise(indices)) and indices[0] in (0, 1)
    return whole and (isinstance(fact, Unknown) or fact.value == len(indices))


def base_of(lowest: int) -> int | None:
    """Whether a plan counts from 0 or from 1; None where its first number tells neither."""
    return lowest if lowest in (0, 1) else None


def stage_of(case: Case, span: Known[ExpertSpan]) -> Stage | None:
    """The stage that a group of experts stands in: the one it is listed under, or the one that has its devices."""
    held = set(span.value.devices or ())
    for stage in case.strategy.stages:
        if span.value.stage is not None and span.value.stage == stage.value.index:
            return stage
        if span.value.stage is None and held and held <= set(stage.value.devices or ()):
            return stage
    return None
