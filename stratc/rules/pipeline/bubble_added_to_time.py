"""PI113: a time lengthened by the bubble's share of the step."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.arith.term import Apply, Term, lift
from stratc.arith.unit import PERCENT, SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule

LEAST = 0.05  # below it both ways give the same time
ROUNDED = 0.006  # of a factor written with two decimals


@rule("PI113", category=Category.PIPELINE, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def bubble_added_to_time(case: Case) -> Iterator[Finding]:
    """A time is multiplied by one plus the bubble, though the bubble is a share of the longer time.

    ## What it finds
    "16 ms × 1.43" beside a bubble of 43 % that the plan computes as (p - 1) ÷ (m + p - 1).  Figures relative to the
    ideal time, (p - 1) ÷ m, may be added so and are left alone.

    ## Why it matters
    If devices wait for 43 % of the step, the work fills the other 57 %: the step is 1 ÷ 0.57 = 1.75 times as long, not
    1.43 times.

    ## Example
    ```plan
    - **Pipeline parallelism**: PP = 4
    - Bubble (4-1)/(4+4-1) = 43 %. Step = 16 ms × 1.43 = 23 ms   <!-- PI113 -->
    ```

    ## References
    - huang-2019, section 2.3
    """
    shares = [each for each in case.claims("bubble") if each.value >= LEAST and _is_of_step(each.working)]
    if not shares:
        return
    for claim in case.claims("equation", "latency"):
        bubble = next((each for each in shares if _adds(claim, each)), None)
        if bubble is not None and isinstance(claim.working, Apply):
            longer = lift(claim.working.left / (1 - bubble.value))
            yield Finding(
                at=claim,
                message=f"the time lengthened by {show(bubble.value, PERCENT)}, but a bubble of "
                f"{show(bubble.value, PERCENT)} of the step makes it 1 ÷ {1 - bubble.value:.2f} = "
                f"{1 / (1 - bubble.value):.2f} times as long: {show(longer.value, SECOND)}",
                stated=claim.value,
                computed=longer.value,
                unit=SECOND,
                also=((bubble, "the bubble"),),
                help="divide the time by the share in which the devices work",
            )


def _is_of_step(working: Term | None) -> bool:
    """Whether a share is computed over micro-batches and stages together."""
    return isinstance(working, Apply) and working.op == "÷" and isinstance(working.right, Apply)


def _adds(claim: Claim, bubble: Claim) -> bool:
    """Whether a claim of the same section multiplies a time by one plus that share."""
    working = claim.working
    if not isinstance(working, Apply) or working.op != "×" or working.left.dimension != SECOND:
        return False
    return claim.scope.path == bubble.scope.path and isclose(working.right.value, 1 + bubble.value, abs_tol=ROUNDED)
