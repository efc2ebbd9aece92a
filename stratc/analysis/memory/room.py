"""Whether training fits its devices however it runs: the least that a plan can need, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from stratc.analysis.memory.memory import StageMemory, memory_setting, stages_memory, worst_of
from stratc.analysis.memory.setting import Setting, opened
from stratc.cost.allowance import PEAK_SPREAD

if TYPE_CHECKING:
    from stratc.analysis.case import Case

FRUGAL_SHARDING = (1, 3)  # ZeRO stages of which one is the most frugal: the third gathers weights in buffers


class Standing(Enum):
    """How an estimate with an interval stands against a bound that it must not exceed."""

    WITHIN = "within"
    DOUBTFUL = "its middle is beyond"
    BEYOND = "all of it is beyond"


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes that the fullest device of a training plan needs at least: the estimate, and the interval around it."""

    stage: StageMemory
    low: float
    middle: float
    high: float

    def against(self, bound: float) -> Standing:
        """How the need stands against a bound in bytes."""
        if self.middle <= bound:
            return Standing.WITHIN
        return Standing.BEYOND if self.low > bound else Standing.DOUBTFUL


def need_of(stage: StageMemory) -> Need | None:
    """The peak of a stage in training with its interval; None where the plan does not say enough."""
    if not stage.peak or not stage.gradients:
        return None
    low, high = (stage.peak * end for end in PEAK_SPREAD)
    return Need(stage, low, stage.peak, high)


def least_need(case: Case) -> Need | None:
    """The need with everything that the plan leaves open chosen for the least memory; raises Missing.

    Unsaid recomputation is full, unsaid sharding whichever of ZeRO's stages needs least, unsaid sequence parallelism
    used, an unsaid micro-batch one sequence.
    """
    case = case.silent
    setting = memory_setting(case, opened(case)[0], [])
    worst = (worst_of(stages_memory(each)) for each in _frugal(case, setting))
    needs = [need for stage in worst if stage is not None and (need := need_of(stage)) is not None]
    return min(needs, key=lambda need: need.middle) if needs else None


def _frugal(case: Case, setting: Setting) -> Iterator[Setting]:
    kept, divided = setting.kept, setting.division
    if not case.has("strategy.recompute"):
        kept = replace(kept, recompute="full")
    if not case.has("strategy.sp") and divided.tp > 1:
        kept = replace(kept, sequence_parallel=True)
    chosen = (divided.zero,) if case.has("strategy.zero_stage") or divided.dp == 1 else FRUGAL_SHARDING
    for zero in chosen:
        yield replace(setting, kept=kept, division=replace(divided, zero=zero))
