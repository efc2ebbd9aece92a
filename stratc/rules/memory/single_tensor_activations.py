"""ME106: the activations of a layer counted as one tensor."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.amounts import hidden_state, kept_by_layer
from stratc.arith.term import Term
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule


@rule("ME106", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def single_tensor_activations(case: Case) -> Iterator[Finding]:
    """The activation memory of a layer in training is that of one hidden state.

    ## What it finds
    A figure for one layer that is sequences × tokens × hidden size × bytes, in a plan that trains and does not
    recompute everything.

    ## Why it matters
    For its backward pass a layer keeps the inputs of every matrix, norm and activation function: about 34 bytes a
    token and channel, not 2.

    ## Example
    ```plan
    - **Hidden size**: 2048
    - **Precision**: FP16
    - **Batch size**: 32 sequences
    - **Sequence length**: 4096 tokens
    - **Backward pass**: gradients are accumulated in FP16
    - **Activation memory per layer**: 32 × 4096 × 2048 × 2 bytes = 537 MB   <!-- ME106 -->
    ```

    ## References
    - korthikanti-2022, equation 6
    """
    if not any(case.mentions("gradients", "optimizer", "backward_pass")) and not any(case.claims("memory.training")):
        return
    recomputed = getattr(case.fact("strategy.recompute"), "value", "") == "full"
    if recomputed and not any(case.claims("reduction.memory")):  # a saving is of the figure before recomputation
        return
    tensor = hidden_state(case)
    for claim in case.claims("memory.activations"):
        if claim.per is Per.LAYER and abs(claim.value - tensor.value) <= max(0.01 * tensor.value, claim.quantity.step):
            yield _finding(claim, kept_by_layer(case))


def _finding(claim: Claim, kept: Term) -> Finding:
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} is one hidden state, but a layer in training keeps about "
        f"{kept} = {show(kept.value, BYTE)}",
        because=kept,
        stated=claim.value,
        unit=BYTE,
        help="count what the backward pass needs, or say that layers are recomputed",
    )
