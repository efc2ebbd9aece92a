"""ME132: a risk of running out of memory that is not what the plan's own use of it makes it."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import PERCENT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.mention import Mention
from stratc.ir.scope import Role
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

LITTLE = 0.5  # of the memory; nobody runs out of it before its use doubles
RISKS = (Role.PLAN, Role.TARGET)


@rule("ME132", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def shortage_misjudged(case: Case) -> Iterator[Finding]:
    """Memory is said to be likely to run out where most of it is free, or that it may where it already has.

    ## What it finds
    "High risk of OOM" in a plan that uses less than half of the memory by its own account, and "may cause OOM" in one
    that needs more than there is.

    ## Why it matters
    Measures against a shortage cost throughput, and a shortage that is certain is no risk to be watched.

    ## Example
    ```plan
    - **Memory utilization**: 12% of 80 GB

    ## Risks
    - **Severity**: HIGH, may cause OOM errors   <!-- ME132 -->
    ```

    ## References
    - iso-80000-1, quantities and units
    """
    uses = [each for each in case.claims("memory.share") if each.metric == "memory.share" and each.index is None]
    stated = [each for each in uses if each.relation in (Relation.IS, Relation.LESS)]
    if not stated:
        return
    most = max(stated, key=lambda each: each.quantity.high)
    if most.quantity.high < LITTLE:
        yield from _told(case, "shortage_expected", most, "a high risk of running out of memory")
    elif min(each.quantity.low for each in stated) > 1 and most.relation is Relation.IS:
        yield from _told(case, "shortage_possible", most, "memory that may run out")


def _told(case: Case, concept: str, use: Claim, what: str) -> Iterator[Finding]:
    said: Mention | None = next(case.mentions(concept, roles=RISKS), None)
    if said is not None:
        yield Finding(
            at=said,
            message=f"{what}, but the plan puts its use at {use.quantity.show()}",
            computed=use.value,
            unit=PERCENT,
            also=((use, "stated here"),),
            label="said here",
            help="say under what load memory runs out"
            if use.value < 1
            else "plan with less memory, or with more devices",
        )
