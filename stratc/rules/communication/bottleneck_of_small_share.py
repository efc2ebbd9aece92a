"""CO108: a bottleneck that takes a few per cent of the time."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import said
from stratc.arith.unit import PERCENT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.statement import FLOORS
from stratc.rules.rule import Finding, rule

SMALL = 0.05


@rule("CO108", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def bottleneck_of_small_share(case: Case) -> Iterator[Finding]:
    """Communication is called the bottleneck, but its share of the time is a few per cent.

    ## What it finds
    "The bottleneck is communication" in a plan whose communication takes 5 % of the time at most by its own account.

    ## Why it matters
    Removing all of it would save those per cent and no more: the effort belongs elsewhere, or the share is wrong.

    ## Example
    ```plan
    - **Communication overhead**: 3% of the step time
    - **Main bottleneck**: communication across nodes   <!-- CO108 -->
    ```

    ## References
    - williams-2009, section 2
    """
    mention = next(case.mentions("communication_bottleneck"), None)
    small = [
        claim
        for claim in case.claims("share.communication")
        if claim.quantity.high <= SMALL and claim.relation not in FLOORS
    ]
    if mention and small and len(small) == len([*case.claims("share.communication")]):
        yield Finding(
            at=mention,
            message=f"communication called the bottleneck, but {said(small[0])} of the time is communication",
            stated=small[0].value,
            unit=PERCENT,
            label="said here",
            also=((small[0], "its share"),),
            help="name what takes the rest of the time, or correct the share",
        )
