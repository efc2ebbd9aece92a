"""PI110: bubbles of several numbers of micro-batches."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.schedule import idle_with
from stratc.arith.term import Named, lift
from stratc.arith.unit import PERCENT, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

ROLES = (Role.PLAN, Role.TARGET, Role.EARLIER, Role.ALTERNATIVE)
NEAR = 0.02  # points that rounding may account for


@rule("PI110", category=Category.PIPELINE, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def bubble_of_count_mismatch(case: Case) -> Iterator[Finding]:
    """A bubble that is given for a number of micro-batches is not the one that these leave.

    ## What it finds
    Tables of micro-batches and bubbles, and "from 8 to 16 micro-batches" with the bubble before and after, where a
    bubble is smaller than the idle share of GPipe and 1F1B.  Interleaved and zero-bubble schedules are left alone.

    ## Why it matters
    The number of micro-batches is chosen by such a table: what it promises beyond the formula will not come.

    ## Example
    ```plan
    - **Pipeline Parallelism**: 4-way

    | Micro-batches | Bubble |
    |---------------|--------|
    | 8 | 27% |
    | 16 | 5% | <!-- PI110 -->
    ```

    ## References
    - huang-2019, section 2.3
    """
    stages = case.known("strategy.pp")
    if not stages.is_stated or value_or(case.strategy.vpp, 1) > 1:
        return
    for claim in case.claims("counted.bubble", roles=ROLES):
        if claim.index is None or claim.index < 1 or claim.cause:
            continue
        count = Named("micro-batches", float(claim.index), claim)
        least = lift(idle_with(case, count))
        if claim.quantity.high < least.value * (1 - NEAR) - max(NEAR, claim.quantity.step):
            yield Finding(
                at=claim,
                message=f"a bubble of {claim.quantity.show()} with {claim.index} micro-batches stated, but on "
                f"{figures(stages.value)} stages these leave {show(least.value, PERCENT)} of the step idle",
                because=least,
                stated=claim.value,
                unit=PERCENT,
                help="correct the bubble, or take more micro-batches",
                write=claim.quantity.corrected(least.value),
            )
