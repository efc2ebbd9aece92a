"""ME115: a total that adds up, of parts that do not."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.breakdown import Breakdown, Part, breakdowns
from stratc.analysis.case import Case
from stratc.analysis.setting import width_or_none
from stratc.analysis.workings import doubtful
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule

FAR = 1.5  # a smaller correction leaves the conclusion as it was


@rule("ME115", category=Category.MEMORY, severity=Severity.WARNING)
def total_of_wrong_parts(case: Case) -> Iterator[Finding]:
    """A memory total adds up, but at least two of its parts contradict their own workings.

    ## What it finds
    A list of parts with workings, and a total; with the parts as their workings give them, the total is far off.

    ## Why it matters
    The sum hides that its summands are wrong, and the total is what decides whether the plan fits.

    ## Example
    ```plan
    ### Memory per GPU
    - **Attention weights**: 6 GB (4 × 2048 × 2048 × 4 layers × 2 bytes)
    - **Expert weights**: 10 GB (2 experts × 2 × 2048 × 4096 × 4 layers × 2 bytes)
    - **Total memory**: 16 GB per GPU   <!-- ME115 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    doubted = doubtful(case)
    for found in breakdowns(case, width_or_none(case)):
        wrong = [part for part in found.summands if part.claim in doubted]
        computed = sum(_computed(part, doubted) for part in found.summands)
        far = max(computed, found.total.value) > FAR * min(computed, found.total.value)
        if len(wrong) >= 2 and far:
            yield _finding(found, wrong, computed)


def _computed(part: Part, doubted: frozenset[Claim]) -> float:
    working = part.claim.working
    return working.value if working is not None and part.claim in doubted else part.high


def _finding(found: Breakdown, wrong: list[Part], computed: float) -> Finding:
    return Finding(
        at=found.total,
        message=f"{found.total.quantity.show()} in all, but with {len(wrong)} parts as their workings give them the "
        f"sum is {show(computed, BYTE)}",
        stated=found.total.value,
        computed=computed,
        unit=BYTE,
        also=tuple((part.claim, "contradicts its working") for part in wrong),
        help="correct the workings of the parts",
        write=found.total.quantity.corrected(computed),
    )
