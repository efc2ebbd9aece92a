"""PE204: a backward pass that takes less time than the forward pass."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import given_once, promises, said
from stratc.arith.term import Named
from stratc.arith.unit import SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("PE204", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def backward_faster_than_forward(case: Case) -> Iterator[Finding]:
    """The backward pass is given less time than the forward pass.

    ## What it finds
    Times of both passes, counted alike, where the backward pass is the shorter one.  Silent where a section gives
    either of them several times.

    ## Why it matters
    It computes the gradients of inputs and of weights, twice the operations of the forward pass.

    ## Example
    ```plan
    - **Forward Pass**: 100 ms per micro-batch
    - **Backward Pass**: 60 ms per micro-batch   <!-- PE204 -->
    ```

    ## References
    - kaplan-2020, section 2.1
    - narayanan-2021, appendix
    """
    forwards, backwards = (given_once(promises(case, f"latency.{each}")) for each in ("forward", "backward"))
    for forward in forwards:
        for claim in backwards:
            if claim.per == forward.per and claim.relation == forward.relation and claim.value < forward.value:
                usual = 2 * Named("forward", forward.value, forward, forward.quantity.unit)
                yield Finding(
                    at=claim,
                    message=f"{said(claim)} for the backward pass, but the forward pass takes "
                    f"{said(forward)}, and backward is twice the work: {show(usual.value, SECOND)}",
                    because=usual,
                    stated=claim.value,
                    unit=SECOND,
                )
