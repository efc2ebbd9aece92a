"""BA102: the stated difference of the shares."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.balance import share_groups
from stratc.arith.unit import PERCENT, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("BA102", category=Category.BALANCE, severity=Severity.WARNING)
def difference_misstated(case: Case) -> Iterator[Finding]:
    """The largest difference stated is not that of the shares stated.

    ## What it finds
    A largest difference between devices, beside shares of every device of which no kind differs by that much.

    ## Why it matters
    The imbalance is larger than the plan says, and the slowest device sets the pace.

    ## Example
    ```plan
    ## Load Balancing
    - **Total GPUs**: 2
    - GPU 0: 45% computation load
    - GPU 1: 55% computation load
    - **Maximum difference**: 2% <!-- BA102 -->
    ```

    ## References
    - huang-2019, section 2.2
    """
    spreads = {max(c.value for c in group) - min(c.value for c in group): group for group in share_groups(case)}
    for claim in case.claims("balance.difference"):
        if not spreads or any(claim.quantity.agrees(spread, case.tolerance) for spread in spreads):
            continue
        spread, group = min(spreads.items(), key=lambda item: abs(item[0] - claim.value))
        if claim.value > spread:
            continue  # an upper bound holds
        yield Finding(
            at=claim,
            message=f"a difference of {claim.quantity.show()} stated, but the shares differ by {show(spread, PERCENT)}",
            stated=claim.value,
            computed=spread,
            unit=PERCENT,
            also=tuple((each, "share") for each in group),
            help="correct the shares",
            write=claim.quantity.corrected(spread),
        )
