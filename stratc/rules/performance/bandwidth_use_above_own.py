"""PE118: more use of the bandwidth than the plan counts on."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import is_above, said
from stratc.arith.unit import PERCENT, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Topic
from stratc.rules.rule import Finding, rule


@rule("PE118", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def bandwidth_use_above_own(case: Case) -> Iterator[Finding]:
    """More of the memory bandwidth is said to be used than the plan counts on.

    ## What it finds
    A share of the bandwidth in a section on memory above the one that the hardware section gives.

    ## Why it matters
    Times that rest on the lower share and times that rest on the higher one do not belong into one plan.

    ## Example
    ```plan
    - **Bandwidth utilization**: 80%

    ## Memory access
    - **Prefetching**: achieve effective 95%+ bandwidth utilization   <!-- PE118 -->
    ```

    ## References
    - williams-2009, section 3
    """
    own = case.known("hardware.bandwidth_utilization")
    if not own.is_stated:
        return
    for claim in case.claims("utilisation.bandwidth"):
        about_memory = claim.scope.topics[:1] == (Topic.MEMORY,) and claim.goal is None
        if about_memory and claim.spans() != own.spans() and is_above(claim, own.value):
            yield Finding(
                at=claim,
                message=f"{said(claim)} of the bandwidth used, but the plan counts on {show(own.value, PERCENT)}",
                stated=claim.value,
                computed=own.value,
                unit=PERCENT,
                also=((own, "stated here"),),
                help="keep one of the two, and the times that follow from it",
            )
