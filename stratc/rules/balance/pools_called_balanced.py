"""BA109: pools of prefill and decode called balanced, with other rates or loads."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

NEAR = {"pool.rate": 1.25, "pool.use": 1.5}  # the larger over the smaller that may still be called balanced


@rule("BA109", category=Category.BALANCE, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def pools_called_balanced(case: Case) -> Iterator[Finding]:
    """The pools of prefill and decode are called balanced, but one serves or is used clearly more than the other.

    ## What it finds
    Such a sentence in a plan whose own figures for the two pools, in requests a second or as a share of their use, lie
    a quarter or, of shares, a half apart.

    ## Why it matters
    Every request passes both pools: the slower one sets the rate, and the devices of the other wait for it.

    ## Example
    ```plan
    - Prefill rate: 6 requests/s
    - Decode rate: 15 requests/s
    - Both pools are well balanced   <!-- BA109 -->
    ```

    ## References
    - splitwise-2023, section 4
    """
    said = next(case.mentions("pools_balanced", roles=(Role.PLAN, Role.TARGET)), None)
    if said is None:
        return
    for metric, near in NEAR.items():
        loads = {claim.cause: claim for claim in case.claims(metric)}
        if len(loads) < 2:
            continue
        low, high = sorted(loads.values(), key=lambda claim: claim.value)
        if low.value > 0 and high.value / low.value >= near:
            yield Finding(
                at=said,
                message=f"pools called balanced, but {high.cause} has {high.quantity.show()} and {low.cause} "
                f"{low.quantity.show()}: {figures(round(high.value / low.value, 2))} times as much",
                computed=high.value / low.value,
                label="said here",
                also=((high, high.cause), (low, low.cause)),
                help="move devices from one pool to the other",
            )
            return
