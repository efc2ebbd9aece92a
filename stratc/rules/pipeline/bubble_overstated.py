"""PI116: a claimed bubble above the one of the schedule."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.schedule import bubble_readings
from stratc.arith.term import lift, plain
from stratc.arith.unit import PERCENT, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

NEAR = 0.13  # by which a reading may be rounded, or stages be uneven


@rule("PI116", category=Category.PIPELINE, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def bubble_overstated(case: Case) -> Iterator[Finding]:
    """The claimed bubble is larger than stages, micro-batches and chunks make it, by either way of counting.

    ## What it finds
    A bubble or an idle share of a plan with a pipeline that is neither (p - 1) ÷ (v m + p - 1) of the step nor
    (p - 1) ÷ (v m) of the ideal time, and above the smaller of them; v are the chunks of a stage, 1 without
    interleaving.  A plan that gives several bubbles may give those of the plain schedule beside those of the other.

    ## Why it matters
    A schedule is turned down, or a batch made larger, for a loss that is not there.

    ## Example
    ```plan
    # Training
    - **Pipeline Parallelism**: 8-way
    - **Virtual pipeline stages**: 4
    - **Micro-batches**: 32
    - **Pipeline bubble**: 11%   <!-- PI116 -->
    ```

    ## References
    - narayanan-2021, sections 2.2.1 and 2.2.2
    """
    found = [each for each in case.claims("bubble", "idle") if each.metric in ("bubble", "idle")]
    exact = [each for each in found if each.relation is Relation.IS and not each.quantity.is_range]
    several = len({each.value for each in found}) > 1
    readings = bubble_readings(case, plainly=several) if exact else ()
    fitting = {each.context for each in exact if any(each.quantity.agrees(plain(one), NEAR) for one in readings)}
    for claim in exact if readings else ():
        if claim.working is not None or claim.context in fitting:
            continue
        share = min(readings, key=plain)
        if claim.value > plain(share):
            computed = show(plain(share), PERCENT)
            yield Finding(
                at=claim,
                message=f"a bubble of {claim.quantity.show()} stated, but {lift(share)} = {computed}",
                because=lift(share),
                stated=claim.value,
                unit=PERCENT,
                help=f"correct the bubble: {computed} of the step, or a little more of the ideal time",
            )
