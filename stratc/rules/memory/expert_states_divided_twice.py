"""ME155: optimizer state or gradients of which all devices together hold less than the model has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod
from typing import NamedTuple

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import doubtful
from stratc.analysis.memory.breakdown import breakdowns
from stratc.analysis.memory.setting import is_training
from stratc.analysis.model.parameters import count_parameters
from stratc.analysis.said.factors import product_of
from stratc.analysis.said.values import number_of
from stratc.arith.term import Named, lift, plain
from stratc.arith.unit import BYTE, UNITS
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, contradicted, rule

FAR = 1.25  # stages that differ, embeddings and rounded sizes explain less
USUAL = 12.0  # bytes a parameter: a master copy and two moments in FP32
LEAST = 2.0  # two moments in eight bits
MOST = 16.0
MANY = 1e6  # parameters


class _State(NamedTuple):
    """What is kept: its name, bytes a parameter as usual and at least, and what may hold a part of it."""

    word: str
    usual: float
    least: float
    metrics: tuple[str, ...]


STATES = (
    _State("optimizer state", USUAL, LEAST, ("memory.optimizer", "memory.master")),
    _State("gradients", 2.0, 2.0, ("memory.gradients",)),
)


@rule("ME155", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def expert_states_divided_twice(case: Case) -> Iterator[Finding]:
    """The optimizer state of a device is so small that all devices together hold less than the model has.

    ## What it finds
    In the training of a model with experts, optimizer state or gradients of a device that are, times all devices, less
    than the bytes of each parameter × the parameters: those that the figure's own working multiplies, else the fewest
    that Adam keeps.  ZeRO cuts the state over the devices that hold the same parameters.  An expert has
    DP / EP of these (none beside itself where EP = DP), not DP as attention has: to divide the whole share of a device
    by DP counts expert parallelism twice.  Silent with adapters or offloading.

    ## Why it matters
    The experts are most of the parameters: their state comes out several times too small, and the first step of the
    optimizer runs out of memory.

    ## Example
    ```plan
    # Training
    - **Model**: 240B parameters
    - **Experts**: 64
    - **Parallelism**: TP1, PP8, DP16, EP16, ZeRO stage 1
    - **GPUs**: 128
    - **Optimizer states per GPU (AdamW)**: 1.41 GB   <!-- ME155 -->
    ```

    ## References
    - rajbhandari-2020, section 5
    - megatron-core, distributed optimizer
    - megatron-core, mixture of experts
    """
    if not is_training(case) or not case.has("model.experts") or any(case.mentions("adapters", "offload")):
        return
    if case.has_several("strategy.device_count", "model.parameters"):
        return
    for state in STATES:
        for claim in case.claims(state.metrics[0]):
            if _is_held(claim) and claim not in doubtful(case) and _is_too_little(case, claim, state):
                yield _finding(case, claim, state)


def _is_too_little(case: Case, claim: Claim, state: _State) -> bool:
    """Whether all devices together hold less of a state than the fewest parameters that the plan may have need."""
    said, counted = plain(case.number("model.parameters")), count_parameters(case).total
    fewest = min(said, counted or said) / _devices(case)
    return FAR * _in_section(case, claim, state) < fewest * (_bytes_of_each(claim) or state.least)


def _devices(case: Case) -> float:
    """The most devices that the plan may have, by its degrees too."""
    degrees = prod(number_of(case, f"strategy.{name}") or 1 for name in ("tp", "pp", "dp", "cp"))
    return max(plain(case.number("strategy.device_count")), number_of(case, "hardware.device_count"), degrees)


def _finding(case: Case, claim: Claim, state: _State) -> Finding:
    width = Named("a parameter", _bytes_of_each(claim) or state.usual, None, UNITS["bytes"])
    share = case.number("model.parameters") / case.number("strategy.device_count") * width
    advice = "divide the state of experts by their own replicas alone, of which there are DP / EP, and the rest by DP"
    found = contradicted(claim, lift(share), advice, said=f"of {state.word} stated for each device", unit=BYTE)
    totals = (each.total for each in breakdowns(case, None) if any(part.claim is claim for part in each.summands))
    return replace(found, also=tuple((total, "adds it up") for total in totals))


def _is_held(claim: Claim) -> bool:
    """Whether a figure is what one device holds."""
    exact = claim.relation is Relation.IS and not claim.quantity.is_range and claim.quantity.dimension == BYTE
    return exact and claim.per is Per.DEVICE and claim.index is None


def _in_section(case: Case, claim: Claim, state: _State) -> float:
    """All that the section of a figure gives a device of the same state, which may stand in several rows."""
    rows = (each for each in case.claims(*state.metrics) if each.scope.path == claim.scope.path and _is_held(each))
    return sum({(each.metric, each.value): each.value for each in rows}.values())


def _bytes_of_each(claim: Claim) -> float | None:
    """The bytes of a parameter that the figure's own working multiplies, with their unit or beside parameters alone."""
    factors = product_of(claim.working) if claim.working is not None else None
    over = factors.over if factors is not None else ()
    alone = len(over) == 2 and max(each.value for each in over) >= MANY
    found = [each.value for each in over if (each.is_bytes or alone) and 1 < each.value <= MOST]
    return found[0] if len(found) == 1 else None
