"""Placements that a uniform grid of ranks cannot hold."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.backends.notices import CANNOT_EXPRESS, remark
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.ir.origin import Known, Unknown
from stratc.ir.values import StageSpan


def uneven(case: Case, target: str) -> Iterator[Diagnostic | None]:
    """A remark on the first stage that shares a device with another, and on the first that has a degree of its own."""
    yield _shared_device(case.strategy.stages, target)
    yield _own_degree(case, target)


def _shared_device(stages: tuple[Known[StageSpan], ...], target: str) -> Diagnostic | None:
    owner: dict[int, Known[StageSpan]] = {}
    for stage in stages:
        for device in stage.value.devices or ():
            if device in owner:
                message = f"device {device} holds two pipeline stages; {target} gives every stage ranks of its own"
                return remark(CANNOT_EXPRESS, message, stage, owner[device], labels=("again here", "held here"))
        owner |= dict.fromkeys(stage.value.devices or (), stage)
    return None


def _own_degree(case: Case, target: str) -> Diagnostic | None:
    tp = case.fact("strategy.tp")
    if isinstance(tp, Unknown):
        return None
    for stage in case.strategy.stages:
        if stage.value.tp not in (None, tp.value):
            message = f"stage {stage.value.index} has tp {stage.value.tp}, the strategy {tp.value}; {target} has one tp"
            return remark(CANNOT_EXPRESS, message, stage, tp, labels=("this stage", "the strategy"))
    return None
