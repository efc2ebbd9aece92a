"""AR111: a figure that the lines around it do not multiply to."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import COUNT, PERCENT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

NEAR = 0.05  # of figures that were rounded before they were multiplied


@rule("AR111", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def product_mismatch(case: Case) -> Iterator[Finding]:
    """A figure is not what the plain lines of its section come to.

    ## What it finds
    GPU-hours that are not devices × hours, a cost that is not GPU-hours × price, a scaling efficiency that is not the
    gain over the ratio of devices (also in the rows of a table), storage that is not the size of a checkpoint × those
    kept.  Silent where a line counts with a discount, a reserve or a utilisation as well.

    ## Why it matters
    Budgets and capacity are approved by these figures; nobody multiplies the lines again.

    ## Example
    ```plan
    ## Budget
    - 128 GPUs for 10 days
    - GPU-hours: 12,800   <!-- AR111 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    for claim in case.claims("product"):
        if claim.working is None or claim.quantity.agrees(claim.working.value, NEAR):
            continue
        percent = claim.quantity.unit == PERCENT
        yield Finding(
            at=claim,
            message=f"{claim.quantity.show()} stated, but {claim.working} = {claim.quantity.show(claim.working.value)}",
            because=claim.working,
            stated=claim.value,
            unit=PERCENT if percent else COUNT,
            help="correct the figure, or name what else it counts with",
        )
