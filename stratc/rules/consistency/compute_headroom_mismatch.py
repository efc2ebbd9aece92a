"""CN161: a headroom of compute that is its use."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import said
from stratc.arith.term import Literal, Named
from stratc.arith.unit import PERCENT, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import CEILINGS, FLOORS, Relation
from stratc.rules.rule import Finding, rule

NEAR = 0.04  # points that rounding may account for


@rule("CN161", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def compute_headroom_mismatch(case: Case) -> Iterator[Finding]:
    """The share of the compute that is said to be free is not what the stated use leaves.

    ## What it finds
    A compute headroom in per cent beside one utilisation of the devices below 100 %, whose rest it is not: often the
    utilisation itself, called what is left.

    ## Why it matters
    A headroom that is really the use hides that almost all of what is paid for stands idle, or that nothing is left.

    ## Example
    ```plan
    - **Compute utilization**: 3%
    - **Compute headroom**: 3%   <!-- CN161 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    uses = {round(each.value, 4): each for each in case.claims("utilisation") if _is_use(each)}
    if len(uses) != 1:
        return
    use = next(iter(uses.values()))
    left = Literal(1.0, PERCENT) - Named("used", use.value, use, PERCENT)
    for claim in case.claims("free.compute"):
        bound = claim.relation in FLOORS
        above = claim.quantity.low > left.value + NEAR and use.relation not in CEILINGS
        below = claim.quantity.high < left.value - NEAR and not bound
        if claim.working is None and claim.goal is None and (above or below):
            yield Finding(
                at=claim,
                message=f"{said(claim)} of the compute stated to be free, but {said(use)} is in use, which leaves "
                f"{show(left.value, PERCENT)}",
                because=left,
                stated=claim.value,
                unit=PERCENT,
                help="subtract the use from the whole",
            )
            return


def _is_use(claim: Claim) -> bool:
    known = claim.relation is Relation.IS or claim.relation in CEILINGS
    return claim.metric == "utilisation" and known and claim.goal is None and claim.quantity.high < 1
