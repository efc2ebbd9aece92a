"""ME153: weights, gradients or optimizer state of a device against what the degrees and ZeRO leave it."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import doubtful
from stratc.analysis.memory.divided import divided_amounts
from stratc.analysis.memory.setting import is_training
from stratc.analysis.memory.states import ways_of_sharding
from stratc.analysis.said.values import number_of
from stratc.arith.term import Named, Term, lift
from stratc.arith.unit import BYTE, UNITS
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, contradicted, rule

NEAR = 0.06  # of a figure that one slip parts from the right one
FAR = 1.25  # embeddings of the end stages, buckets and prefixes in powers of two explain less
LEAST = 64  # bytes; fewer are those of a parameter


class _State(NamedTuple):
    """What is kept: its name, the stage of ZeRO from which it is divided, and bytes a parameter, the usual first."""

    word: str
    stage: int
    widths: tuple[float, ...]


STATES = {
    "memory.weights": _State("weights", 3, (2, 4, 1)),
    "memory.gradients": _State("gradients", 2, (2, 4)),
    "memory.optimizer": _State("optimizer state", 1, (12, 8, 6, 4, 2)),  # with or without a master copy, or in 8 bits
    "memory.master": _State("master weights", 1, (4,)),
}


@rule("ME153", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def training_state_mismatch(case: Case) -> Iterator[Finding]:
    """Weights, gradients or optimizer state of a device are not what its degrees and ZeRO leave it.

    ## What it finds
    In the training of a dense model, a part of the model states that is neither the bytes usual for it × the
    parameters that tensor and pipeline parallelism leave a device, nor that over the replicas where ZeRO divides it,
    but is off by just one degree: optimizer state is divided from stage 1, gradients from stage 2, weights from stage
    3.  A figure that does not say what it is counted for may be of all devices too.  Silent with adapters or
    offloading, and where no degree tells the share.

    ## Why it matters
    What is divided too often does not fit when the job starts; what is not divided makes a layout look too large that
    would do.

    ## Example
    ```plan
    # Training
    - **Model size**: 8B parameters
    - **Data Parallel (DP)**: 16, ZeRO stage 1
    - **Tensor Parallel (TP)**: 1
    - **Pipeline Parallel (PP)**: 1
    - **Gradients per GPU**: 1 GB   <!-- ME153 -->
    ```

    ## References
    - rajbhandari-2020, section 5
    - megatron-core, distributed optimizer
    """
    if not is_training(case) or case.has("model.experts") or any(case.mentions("adapters", "offload")):
        return
    blamed, divided = doubtful(case), divided_amounts(case)
    for metric, state in STATES.items():
        if metric == "memory.weights" and case.has("model.precision"):
            continue  # weights-mismatch knows it better
        for claim in case.claims(metric):
            if claim in blamed or claim.value in divided or claim.metric != metric or not _is_held(case, claim):
                continue
            fair = [*_fair(case, claim, state)]
            due = next((each for each in fair if _is_slip(case, claim, each)), None)
            if due is not None and not any(1 / FAR <= claim.value / each.value <= FAR for each in fair):
                yield _finding(claim, state, due)


def _is_held(case: Case, claim: Claim) -> bool:
    """Whether a figure is that of all devices or of any one, and exact, and its line does not work it out."""
    exact = claim.relation is Relation.IS and not claim.quantity.is_range and claim.value >= LEAST
    counted = claim.per in (Per.DEVICE, Per.UNSAID, Per.TOTAL) and claim.index is None
    return exact and counted and not _is_worked_out(case, claim)


def _is_worked_out(case: Case, claim: Claim) -> bool:
    """Whether a line tells itself what its figures count: by a working, or by the same state once more as divided."""
    beside = (each for each in case.claims(claim.metric) if each.context == claim.context)
    return (claim.working is not None and claim.metric != "memory.weights") or len([*beside]) > 1


def _is_slip(case: Case, claim: Claim, due: Term) -> bool:
    """Whether one degree too many, or one left out, makes the figure of what is due."""
    ratio = claim.value / due.value
    sizes = [number_of(case, f"strategy.{name}") for name in ("tp", "pp", "dp", "cp")]
    degrees = [
        each for each in (*sizes, prod(filter(None, sizes[:2])), number_of(case, "strategy.device_count")) if each
    ]
    return any(abs(max(ratio, 1 / ratio) / each - 1) <= NEAR for each in degrees if each > FAR)


def _fair(case: Case, claim: Claim, state: _State) -> Iterator[Term]:
    """What the figure may be, the most usual first."""
    for share in ways_of_sharding(
        case, state.stage, whole=claim.per is not Per.DEVICE, device=claim.per is not Per.TOTAL
    ):
        for width in state.widths:
            yield lift(share * Named("a parameter", width, None, UNITS["bytes"]))


def _finding(claim: Claim, state: _State, computed: Term) -> Finding:
    advice = f"divide by tensor and pipeline parallelism, and by the replicas from stage {state.stage} of ZeRO on"
    return contradicted(claim, computed, advice, said=f"of {state.word} stated", unit=BYTE)
