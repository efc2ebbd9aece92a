"""PE107: more throughput than the devices can compute."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.promise import foremost, is_above, promises, said
from stratc.analysis.throughput import rate_bound
from stratc.arith.term import lift, plain
from stratc.arith.unit import TOKEN_RATE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

NEAR = 1.1  # parameters are declared in round figures


@rule("PE107", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def throughput_above_peak(case: Case) -> Iterator[Finding]:
    """More tokens a second are claimed than the devices can compute.

    ## What it finds
    A throughput above peak × stated utilisation ÷ operations a token, counting only the parameters that a token must
    use at least.

    ## Why it matters
    No schedule and no batch size gets above the roof; the promise cannot be kept on these devices.

    ## Example
    ```plan
    - **Parameters**: 10B
    - **Computing Power**: 400 TFLOPS per GPU with 60% MFU
    - **Total GPUs**: 8
    - **Throughput**: 120 tokens/ms per GPU   <!-- PE107 -->
    ```

    ## References
    - williams-2009, section 3
    - kaplan-2020, section 2.1
    """
    for claim in foremost(promises(case, "throughput.tokens")):
        bound = rate_bound(case, claim)
        if is_above(claim, plain(bound) * NEAR):
            yield Finding(
                at=claim,
                message=f"{said(claim)} claimed, but {bound} = {claim.quantity.show(plain(bound))} at most",
                because=lift(bound),
                stated=claim.value,
                unit=TOKEN_RATE,
                help="count the operations of a token again, or lower the promise",
            )
