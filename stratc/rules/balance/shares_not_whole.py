"""BA101: shares of all devices that do not make up the whole."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.balance import share_groups
from stratc.arith.unit import PERCENT, figures, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule

ROUNDING = 0.006  # what rounding to whole per cent may add up to, per share


@rule("BA101", category=Category.BALANCE, severity=Severity.WARNING)
def shares_not_whole(case: Case) -> Iterator[Finding]:
    """The shares of all devices do not add up to 100 %.

    ## What it finds
    Shares of the computation, of the experts' work or of the layers, given for every device or stage by number, whose
    sum is not the whole.  Shares of a device's own memory are left alone: they need not add up.

    ## Why it matters
    Work is counted twice or left out, and the balance that the shares are to show is not that of the plan.

    ## Example
    ```plan
    ## Load Balancing
    - **Total GPUs**: 3
    - GPU 0: 40% computation load <!-- BA101 -->
    - GPU 1: 40% computation load
    - GPU 2: 40% computation load
    ```

    ## References
    - huang-2019, section 2.2
    """
    for group in share_groups(case):
        total = sum(claim.value for claim in group)
        if group[0].metric == "share.memory" or abs(total - 1.0) <= max(case.tolerance, ROUNDING * len(group)):
            continue
        yield Finding(
            at=group[0],
            message=f"the shares of all {figures(len(group))} add up to {show(total, PERCENT)}, not to 100 %",
            stated=total,
            computed=1.0,
            also=tuple((claim, "and here") for claim in group[1:]),
            help="correct the shares so that they make up the whole",
        )
