"""PE231: a pass that is shorter than its layers or stages one after another."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

NEAR = 1.05  # of times that were rounded


@rule("PE231", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def pass_shorter_than_parts(case: Case) -> Iterator[Finding]:
    """A whole pass takes less time than its layers or stages, which run one after another.

    ## What it finds
    "64 layers, 0.5 ms each" and a forward pass below the product; "4 stages of 10 ms each" and the latency of a request
    below it.  A pipeline overlaps different requests, never the stages of one.

    ## Why it matters
    The latency of every request is that of all layers in turn; it is promised too short.

    ## Example
    ```plan
    ## Latency
    - 4 stages of 10 ms each
    - End-to-end latency: 10 ms   <!-- PE231 -->
    ```

    ## References
    - huang-2019, section 2.3
    """
    for claim in case.claims("time.serial"):
        if claim.working is not None and claim.quantity.high * NEAR < claim.working.value:
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} for the whole pass, but its parts run one after another: "
                f"{claim.working} = {show(claim.working.value, SECOND)}",
                because=claim.working,
                stated=claim.value,
                unit=SECOND,
                help="add up the parts, or say what of them runs at the same time",
            )
