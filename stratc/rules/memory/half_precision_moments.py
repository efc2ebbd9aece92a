"""ME103: Adam's moments counted in half precision."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from stratc.analysis.case import Case
from stratc.analysis.memory.amounts import model_weights, moments, moments_of
from stratc.analysis.memory.setting import element_bytes
from stratc.arith.term import Named, Term
from stratc.arith.unit import BYTE, UNITS, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

HALF = 2  # bytes of an element, or fewer
SHARE = 0.1  # an even share may be rounded by so much


@rule("ME103", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def half_precision_moments(case: Case) -> Iterator[Finding]:
    """The optimizer state is smaller than Adam's two moments in FP32.

    ## What it finds
    An optimizer state of the whole model, in a precision of two bytes or one, that is two or three times its weights,
    as if the moments were kept in that precision; or one against the weights listed beside it, where no sharding over
    the plan's replicas comes to the same.

    ## Why it matters
    Moments in half precision lose small updates; frameworks keep them and a master copy of the weights in FP32, which
    is 12 bytes a parameter.

    ## Example
    ```plan
    - **Model size**: 20B parameters
    - **Precision**: FP16
    - **Weights**: 40 GB
    - **Adam optimizer states**: 40 GB × 2 = 80 GB   <!-- ME103 -->
    ```

    ## References
    - rajbhandari-2020, section 3.1
    - micikevicius-2018, section 3.1
    """
    if element_bytes(case) > HALF or case.has("strategy.zero_stage"):
        return
    for claim in case.claims("memory.optimizer"):
        weights, needed = _beside(case, claim) or _declared(case, claim) or (None, None)
        if weights is not None and needed is not None and _is_multiple(claim, weights):
            yield _finding(claim, needed)


def _declared(case: Case, claim: Claim) -> tuple[float, Term] | None:
    """Bytes of the declared weights and of their moments, for a figure of the whole model."""
    if claim.per not in (Per.TOTAL, Per.UNSAID) or not case.has("model.parameters"):
        return None
    return model_weights(case).value, moments(case)


def _beside(case: Case, claim: Claim) -> tuple[float, Term] | None:
    """Bytes of the weights in the same list and of their moments; a replica may keep a part of the moments only."""
    same = (each for each in case.claims("memory.weights") if each.scope.path == claim.scope.path)
    weights = next((each for each in same if each.per is claim.per), None)
    if weights is None or not (_without_replicas(case) or _unlike_a_share(case, claim, weights)):
        return None
    named = Named("weights", weights.value, weights, UNITS["GB"])
    return weights.value, moments_of(named, Named("bytes a parameter", element_bytes(case)))


def _without_replicas(case: Case) -> bool:
    """Whether the plan has one replica, by its word or because the other degrees take all devices."""
    if case.has("strategy.dp"):
        return bool(case.known("strategy.dp").value == 1)
    if not case.has("strategy.device_count"):
        return False
    others = ("strategy.tp", "strategy.pp", "strategy.ep", "strategy.cp")
    taken = prod(case.known(key).value for key in others if case.has(key))
    return bool(taken == case.known("strategy.device_count").value)


def _unlike_a_share(case: Case, claim: Claim, weights: Claim) -> bool:
    """Whether a replica's even share of moments, alone or with master weights, is far from the figure."""
    if not case.has("strategy.dp") or not weights.value:
        return False
    held = claim.value * element_bytes(case) / weights.value * case.known("strategy.dp").value  # bytes a parameter
    return all(abs(held - whole) > SHARE * whole for whole in (8, 12))


def _is_multiple(claim: Claim, weights: float) -> bool:
    """Two moments of the weights' own width, alone or with the weights; anything else may be another optimizer."""
    return any(abs(claim.value - times * weights) <= 0.03 * claim.value for times in (2, 3))


def _finding(claim: Claim, needed: Term) -> Finding:
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} of optimizer state, but Adam's two moments in FP32 are {needed} = "
        f"{show(needed.value, BYTE)}, master weights not counted",
        because=needed,
        stated=claim.value,
        unit=BYTE,
        help="count 12 bytes a parameter: FP32 master weights and two moments",
    )
