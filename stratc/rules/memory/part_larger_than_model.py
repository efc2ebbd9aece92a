"""ME114: weights of a component on a device larger than the component of the whole model."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import doubtful
from stratc.analysis.memory.amounts import component_weights, model_weights
from stratc.arith.term import Term
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

FAR = 1.5  # biases, norms and shared experts explain less


@rule("ME114", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def part_larger_than_model(case: Case) -> Iterator[Finding]:
    """The weights of attention or experts are more than all layers of the model have of them.

    ## What it finds
    A figure for attention, feed-forward or expert weights, on a device or in all, above what the architecture gives
    the whole model in the widest reading.

    ## Why it matters
    A device cannot hold more of a component than the model has; the figure was not computed from the dimensions.

    ## Example
    ```plan
    - **Layers**: 16
    - **Hidden size**: 1024
    - **Attention heads**: 16
    - **FFN hidden size**: 4096
    - **Precision**: FP16
    - **Attention weights**: 0.9 GB per GPU   <!-- ME114 -->
    ```

    ## References
    - vaswani-2017, section 3.2.2
    """
    doubted = doubtful(case)
    for metric in ("memory.attention", "memory.mlp", "memory.experts"):
        claims = tuple(case.claims(metric))
        whole = _whole(case, metric) if claims else None
        for claim in claims if whole and whole.value > 0 else ():
            counted = claim.per in (Per.STAGE, Per.TOTAL, Per.UNSAID) or (
                claim.per is Per.DEVICE and not _is_counted(case, metric)
            )
            if whole and counted and claim.quantity.low > whole.value * FAR and claim not in doubted:
                yield _finding(claim, whole)


def _is_counted(case: Case, metric: str) -> bool:
    """Whether the plan says how many experts the device holds, which tells more."""
    return metric == "memory.experts" and case.has("strategy.experts_per_device")


def _whole(case: Case, metric: str) -> Term:
    """The part in all layers; experts may be most of a model whose size is stated wrongly."""
    whole = component_weights(case, metric.partition(".")[2])
    if metric == "memory.attention" or not case.has("model.parameters"):
        return whole
    return max(whole, model_weights(case), key=lambda term: term.value)


def _finding(claim: Claim, whole: Term) -> Finding:
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} stated, but all layers of the model together have {show(whole.value, BYTE)}",
        because=whole,
        stated=claim.value,
        unit=BYTE,
        help="compute the part from layers, widths and bytes, then divide by the degrees that split it",
    )
