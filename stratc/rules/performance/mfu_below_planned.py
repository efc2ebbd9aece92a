"""PE119: less utilisation expected than counted on."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import is_below, said
from stratc.arith.unit import PERCENT, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import CEILINGS
from stratc.rules.rule import Finding, rule

FAR = 0.85  # of what is counted on


@rule("PE119", category=Category.CONSISTENCY, severity=Severity.INFO, certainty=Certainty.LIKELY)
def mfu_below_planned(case: Case) -> Iterator[Finding]:
    """Less model FLOPs utilisation is expected than the plan counts on.

    ## What it finds
    An expected utilisation of the peak, all of it clearly below the one that the hardware section gives.  Where a
    range comes close to it, the finding asks which of the two the figures were worked out with.

    ## Why it matters
    Times and rates that were worked out with the higher share come too good by the ratio of the two.

    ## Example
    ```plan
    - **Computing Power**: 400 TFlops per GPU with 60% MFU
    - **Expected MFU**: 35-45%   <!-- PE119 -->
    ```

    ## References
    - chowdhery-2022, appendix B
    """
    planned = case.known("hardware.mfu")
    if not planned.is_stated:
        return
    for claim in case.claims("utilisation.mfu"):
        low = is_below(claim, planned.value) and is_below(claim, planned.value * FAR, whole=False)
        if low and _is_free(claim) and claim.spans() != planned.spans():
            yield Finding(
                at=claim,
                message=f"{said(claim)} MFU expected, but the plan counts on {show(planned.value, PERCENT)}",
                stated=claim.value,
                computed=planned.value,
                unit=PERCENT,
                also=((planned, "counted on"),),
                certainty=None if is_below(claim, planned.value * FAR) else Certainty.JUDGEMENT,
                help="work the times out again with what is expected",
            )


def _is_free(claim: Claim) -> bool:
    """Whether no floor is named beside a figure, whose rule would speak; "within the 60 % target" is none."""
    return claim.goal is None or claim.goal.relation in CEILINGS
