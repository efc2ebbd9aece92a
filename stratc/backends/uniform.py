"""Placements that a uniform grid of ranks cannot hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stratc.analysis.case import Case
from stratc.backends.notices import CANNOT_EXPRESS, remark
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.ir.origin import Known


def uneven(case: Case, target: str) -> Iterator[Diagnostic | None]:
    """A remark for every stage that shares a device with another, or has degrees of its own."""
    owner: dict[int, Known[Any]] = {}
    tp = case.fact("strategy.tp")
    for stage in case.strategy.stages:
        shared = next((d for d in stage.value.devices or () if d in owner), None)
        if shared is not None:
            message = f"device {shared} holds two pipeline stages; {target} gives every stage ranks of its own"
            yield remark(CANNOT_EXPRESS, message, stage, owner[shared], labels=("again here", "held here"))
        owner |= {device: stage for device in stage.value.devices or () if device not in owner}
        if stage.value.tp is not None and isinstance(tp, Known) and stage.value.tp != tp.value:
            message = f"stage {stage.value.index} has tp {stage.value.tp}, the others {tp.value}; {target} has one tp"
            yield remark(CANNOT_EXPRESS, message, stage, tp, labels=("this stage", "the strategy"))
