"""ME115: a total that adds up, of parts that do not."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import doubtful
from stratc.analysis.memory.breakdown import Breakdown, Part, breakdowns
from stratc.analysis.memory.oversplit import oversplit_caches
from stratc.analysis.memory.setting import width_or_none
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

FAR = 1.5  # a smaller correction leaves the conclusion as it was


@rule("ME115", category=Category.MEMORY, severity=Severity.WARNING)
def total_of_wrong_parts(case: Case) -> Iterator[Finding]:
    """A memory total adds up, but of parts that are wrong by their own workings.

    ## What it finds
    A list of parts with workings, and a total; with at least two of the parts as their workings give them, the total
    is far off.  One wrong part is enough, a cache divided by too many devices too, where the right sum does not fit the
    device and the stated one does.

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
    doubted = {claim: claim.working.value for claim in doubtful(case) if claim.working is not None}
    right = doubted | {each.cache.claim: each.share for each in oversplit_caches(case) if not each.asked}
    memory = case.fact("hardware.memory")
    room = memory.value if isinstance(memory, Known) else inf
    for found in breakdowns(case, width_or_none(case)):
        wrong = [part for part in found.summands if part.claim in right]
        computed = sum(right.get(part.claim, part.high) for part in found.summands)
        far = max(computed, found.total.value) > FAR * min(computed, found.total.value)
        turns = found.total.per is Per.DEVICE and found.total.value <= room < computed
        if (len(wrong) >= 2 and far) or (wrong and turns):
            yield _finding(found, wrong, computed, frozenset(doubted), room if turns else inf)


def _finding(found: Breakdown, wrong: list[Part], computed: float, doubted: frozenset[Claim], room: float) -> Finding:
    parts = f"{len(wrong)} parts as their workings give them" if len(wrong) > 1 else "one part as it should be"
    beyond = f", more than the {show(room, BYTE)} of a device" if room < computed else ""
    return Finding(
        at=found.total,
        message=f"{found.total.quantity.show()} in all, but with {parts} the sum is {show(computed, BYTE)}{beyond}",
        stated=found.total.value,
        computed=computed,
        unit=BYTE,
        also=tuple(
            (part.claim, "contradicts its working" if part.claim in doubted else "divided too often") for part in wrong
        ),
        help="correct the workings of the parts",
        write=found.total.quantity.corrected(computed),
    )
