"""PE131: fewer replicas than the load needs."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from stratc.analysis.case import Case
from stratc.arith.term import Term
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule

ROUNDED = 0.01  # of rates that were rounded


@rule("PE131", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def replicas_below_load(case: Case) -> Iterator[Finding]:
    """There are fewer replicas than the load takes at what each of them serves.

    ## What it finds
    A number of replicas below the load over the rate of one, all three stated in one section.  Also one that the load
    takes in full, where a section says that it bears the loss of a replica.

    ## Why it matters
    Queues grow without end as soon as more arrives than is served; replicas that may fail come on top.

    ## Example
    ```plan
    ## Capacity
    - Each replica serves 12 requests/s
    - Peak load: 100 requests/s
    - 8 replicas are deployed   <!-- PE131 -->
    ```

    ## References
    - beyer-2016, chapter 6
    """
    for claim in case.claims("replicas.needed"):
        if claim.working is None or claim.value * (1 + ROUNDED) >= claim.working.value:
            continue
        needed = ceil(claim.working.value)
        yield Finding(
            at=claim,
            message=f"{figures(claim.value)} replicas, but the load takes {claim.working} = "
            f"{figures(claim.working.value)}, so at least {figures(needed)}",
            because=claim.working,
            stated=claim.value,
            computed=needed,
            help="deploy as many, or lower the load that is promised",
        )
    for claim in case.claims("replicas.spare"):
        enough = claim.working is not None and claim.value * (1 + ROUNDED) >= claim.working.value
        if claim.working is not None and enough and (claim.value - 1) * (1 + ROUNDED) < claim.working.value:
            yield _without_spare(claim, claim.working)


def _without_spare(claim: Claim, working: Term) -> Finding:
    left, needed = claim.value - 1, ceil(working.value) + 1
    return Finding(
        at=claim,
        message=f"{figures(claim.value)} replicas, of which one may be lost, but the load takes {working} = "
        f"{figures(working.value)} of them: {figures(left)} cannot carry it",
        because=working,
        stated=claim.value,
        computed=needed,
        label="said here",
        help=f"deploy {figures(needed)}, or say how far the service degrades",
    )
