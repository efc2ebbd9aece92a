"""ME123: experts of a device against the number that it holds."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import doubtful
from stratc.analysis.memory.setting import element_bytes
from stratc.analysis.model.parameters import held_experts
from stratc.arith.term import Named, Number, lift, plain
from stratc.arith.unit import BYTE, PARAMETER, Dimension, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

FAR = 2.0  # shared experts, routers and padding explain less


@rule("ME123", category=Category.MEMORY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def held_experts_mismatch(case: Case) -> Iterator[Finding]:
    """The experts of a device are given another size than the number of them that it holds.

    ## What it finds
    Memory or parameters of the experts on a device, more than twice those that the plan gives it in all layers, or less
    than half of those in one layer.

    ## Why it matters
    Experts are most of a model; a device that is planned with a wrong share is nearly empty, or does not start.

    ## Example
    ```plan
    - **Layers**: 12
    - **Hidden size**: 1024
    - **Attention heads**: 16
    - **Experts per layer**: 32
    - **MoE hidden size**: 2048
    - **Precision**: FP16
    - **Experts per GPU**: 4
    - **Expert weights**: 6 GB per GPU   <!-- ME123 -->
    ```

    ## References
    - shazeer-2017, section 2
    - megatron-core, expert parallelism
    """
    claims = [each for each in case.claims("memory.experts", "parameters.experts") if each.per is Per.DEVICE]
    few, most = held_experts(case) if claims else (0, 0)
    doubted = doubtful(case)
    for claim in claims:
        least, largest = few, most
        if claim.quantity.dimension == BYTE:
            width = Named("bytes a parameter", element_bytes(case))
            least, largest = few * width, most * width
        if claim in doubted or _is_above_device(case, claim):
            continue
        if claim.quantity.low > plain(largest) * FAR:
            yield _finding(claim, largest, "at most")
        elif claim.quantity.high * FAR < plain(least):
            yield _finding(claim, least, "at least")


def _is_above_device(case: Case, claim: Claim) -> bool:
    """Whether the figure is already refuted by what the device holds in all."""
    return any(each.quantity.high < claim.quantity.low for each in case.claims("parameters.device"))


def _finding(claim: Claim, computed: Number, end: str) -> Finding:
    unit: Dimension = BYTE if claim.quantity.dimension == BYTE else PARAMETER
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} of experts on a device, but {computed} = {show(plain(computed), unit)} {end}",
        because=lift(computed),
        stated=claim.value,
        unit=unit,
        help="count experts of the device × layers × matrices × hidden size × expert size",
        rival=True,
    )
