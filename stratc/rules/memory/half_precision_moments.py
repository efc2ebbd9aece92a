"""ME103: Adam's moments counted in half precision."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.amounts import model_weights, moments
from stratc.analysis.case import Case
from stratc.analysis.setting import element_bytes
from stratc.arith.term import Term
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule


@rule("ME103", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def half_precision_moments(case: Case) -> Iterator[Finding]:
    """The optimizer state is smaller than Adam's two moments in FP32.

    ## What it finds
    An optimizer state of the whole model in half precision that is two or three times its weights, as if the moments
    were kept in half precision.

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
    if element_bytes(case) != 2 or case.has("strategy.zero_stage"):
        return
    weights, needed = model_weights(case), moments(case)
    for claim in case.claims("memory.optimizer"):
        if claim.per in (Per.TOTAL, Per.UNSAID) and _is_multiple(claim, weights.value):
            yield _finding(claim, needed)


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
