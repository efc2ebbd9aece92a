"""PE131: fewer replicas than the load needs."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from stratc.analysis.case import Case
from stratc.analysis.figures.requests import figure, only, replica_count
from stratc.arith.term import Term, lift
from stratc.arith.unit import REQUEST_RATE, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule

ROUNDED = 0.01  # of rates that were rounded


@rule("PE131", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def replicas_below_load(case: Case) -> Iterator[Finding]:
    """There are fewer replicas than the load takes at what each of them serves.

    ## What it finds
    A number of replicas below the load over the rate of one, all three stated in one section, or the only ones of the
    plan.  Also one that the load takes in full, where a section says that it bears the loss of a replica.

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
    yield from _across(case)
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


def _across(case: Case) -> Iterator[Finding]:
    """The only load, rate and number of replicas of a plan, wherever they stand."""
    load, rate, count = only(case, "requests.arriving", needed=True), only(case, "requests.served"), replica_count(case)
    if load is None or rate is None or count is None or any(case.claims("replicas.needed")):
        return
    if any(case.mentions("load_missed")):
        return
    met = next(case.mentions("load_met"), None)
    stated = next((each for each in case.claims("replicas") if each.value == count.value), load)
    together = lift(count * figure(rate, "each"))
    if together.value * (1 + ROUNDED) < load.value:
        yield Finding(
            at=met or stated,
            message=f"{together} = {show(together.value, REQUEST_RATE)}, but the load is {load.quantity.show()}",
            because=together,
            stated=count.value,
            computed=ceil(load.value / rate.value),
            also=((load, "load"), *(((stated, "replicas"),) if met else ())),
            help="deploy as many, or lower the load that is promised",
        )


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
