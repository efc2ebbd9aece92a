"""CO111: gradients that a device exchanges against those that it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stratc.analysis.case import Case
from stratc.arith.term import lift, plain
from stratc.arith.unit import BYTE, PARAMETER, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.mention import Mention
from stratc.ir.scope import Topic
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

LEAST, MOST = 1.0, 8.0  # bytes of a gradient, from FP8 to FP32 sent there and back
SLACK = 1.15


@rule("CO111", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def gradient_volume_mismatch(case: Case) -> Iterator[Finding]:
    """The gradients that a device reduces with its replicas are not those of the parameters it holds.

    ## What it finds
    A size of gradients in the communication of replicas that is that of the whole model, though tensor and pipeline
    parallelism divide it, or less than a byte for each parameter of a device.  Adapters, which train few parameters,
    are left alone.

    ## Why it matters
    Replicas exchange the gradients of the parameters that they share: the model divided by tp and pp, two to four
    bytes each.  The time of the reduction follows from it, and whether the backward pass can hide it.

    ## Example
    ```plan
    # Training of a 34B model
    - **TP**: 8, **PP**: 4, **DP**: 8

    ## Communication
    - **DP gradient all-reduce**: 34B × 4 bytes = 136 GB   <!-- CO111 -->
    ```

    ## References
    - narayanan-2021, section 3.3.1
    """
    if any(case.mentions("adapters")):
        return
    held = lift(case.number("model.parameters") / (case.number_or("strategy.tp", 1) * case.number_or("strategy.pp", 1)))
    least = held.value / plain(case.number_or("strategy.ep", 1))
    whole = plain(case.number("model.parameters"))
    exchanged = tuple(case.mentions("gradient_exchange"))
    for claim in case.claims("memory.gradients", "communication.volume"):
        if not _is_exchanged(claim, exchanged):
            continue
        large = claim.value > held.value * MOST * SLACK and claim.value >= whole * LEAST
        if large or claim.value * SLACK < least * LEAST:
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} of gradients to exchange, but a device holds {held} = "
                f"{show(held.value, PARAMETER)}: {show(held.value * 2, BYTE)} to {show(held.value * 4, BYTE)}",
                because=held,
                stated=claim.value,
                unit=BYTE,
                help="count the parameters of one device, two bytes each in 16 bits and four in FP32",
            )


def _is_exchanged(claim: Claim, mentions: Sequence[Mention]) -> bool:
    """Whether a size is what replicas send one another, not what the memory of one holds."""
    if claim.per in (Per.TOTAL, Per.LAYER, Per.MICRO_BATCH, Per.TOKEN, Per.SEQUENCE):
        return False
    named = any(place in claim.context for each in mentions for place in each.places)
    if claim.metric == "memory.gradients":
        return claim.cause == "dp" and (named or Topic.COMMUNICATION in claim.scope.topics)
    return claim.cause == "dp" and named
