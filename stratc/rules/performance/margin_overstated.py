"""PE234: requirements said to be exceeded by far, one of which is only just met."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import more_is_better, only_target
from stratc.arith.quantity import Quantity
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

KINDS = ("latency", "throughput")
LITTLE = 0.05  # by which nobody exceeds a requirement "by far"
NEAR = 0.8  # of a stated number of times; what comes nearer may be rounded


@rule("PE234", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def margin_overstated(case: Case) -> Iterator[Finding]:
    """All requirements are said to be exceeded by far, or several times, but one of them is only just met.

    ## What it finds
    "Exceeds all targets with significant headroom" beside a latency or throughput within 5 % of its target; "twice as
    good as required" beside one that is better by less than 80 % of that.  Of figures that miss their targets others
    speak.

    ## Why it matters
    The smallest margin decides how much more load the system takes, and the praise hides it.

    ## Example
    ```plan
    - **TTFT**: 300 ms (target: 900 ms)
    - **Throughput**: 20.4 requests/s (target: 20 requests/s)

    The deployment exceeds all performance targets with significant headroom.   <!-- PE234 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    for said in case.claims("margin.requirements"):
        held = [each for kind in said.cause.split() or KINDS for each in _held(case, kind)]
        if not held:
            continue
        margin, figure, goal = min(held, key=lambda each: each[0])
        most = NEAR * said.value if said.value > 1 else 1 + LITTLE
        if 1 <= margin < most:
            far = f"{figures(said.value)} times better than required" if said.value > 1 else "far better than required"
            yield Finding(
                at=said,
                message=f"said to be {far}, but {figure.quantity.show()} is {figures(100 * (margin - 1), 2)} % better "
                f"than the {goal.show()} required",
                stated=said.value if said.value > 1 else None,
                computed=margin,
                also=((figure, "the figure"),),
                help="name the margin of each requirement, or the smallest of them",
            )


def _held(case: Case, kind: str) -> Iterator[tuple[float, Claim, Quantity]]:
    """How many times better than its requirement each exact figure is, the figure, and the requirement."""
    for each in case.claims(kind):
        goal = each.goal or only_target(case, each)
        if goal is None or each.relation is not Relation.IS or each.quantity.is_range or goal.quantity.is_range:
            continue
        if each.value > 0 and goal.quantity.value > 0 and each.quantity.dimension == goal.quantity.dimension:
            ratio = each.value / goal.quantity.value
            yield (ratio if more_is_better(each) else 1 / ratio), each, goal.quantity
