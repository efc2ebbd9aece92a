"""Whether a plan trains or serves, as far as its words say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.ir.mention import Mention
from stratc.ir.origin import Known
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from stratc.analysis.case import Case

SERVING = ("target.ttft", "target.tpot")
ONLY_TRAINING = ("backward_pass", "gradients", "optimizer", "weight_updates", "recompute")
COUNTED = ("memory.gradients", "memory.optimizer", "latency.backward")  # what only training has, with a figure
HERE = (Role.PLAN, Role.TARGET)


def trains(case: Case) -> bool:
    """Whether the document itself says that it trains."""
    phase = case.fact("workload.phase")
    return isinstance(phase, Known) and phase.is_stated and phase.value == "training"


def serves(case: Case) -> bool:
    """Whether the plan speaks of serving: it says so, or it sets goals that only serving has."""
    phase = case.fact("workload.phase")
    if isinstance(phase, Known) and phase.is_stated:
        return bool(phase.value == "inference")
    goals = any(isinstance(fact := case.fact(key), Known) and fact.is_stated for key in SERVING)
    latencies = any(case.claims("latency.ttft", "latency.tpot", roles=HERE))
    said = ("inference",) if any(case.claims(*COUNTED)) else ("inference", "deployment")  # a job is deployed as well
    return goals or latencies or any(case.mentions(*said, roles=HERE))


def training_words(case: Case) -> tuple[Mention, ...]:
    """Places that name what only training has."""
    return tuple(case.mentions(*ONLY_TRAINING, roles=HERE))
