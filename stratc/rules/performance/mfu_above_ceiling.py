"""PE102: claimed model FLOPs utilisation against what the plan itself counts on."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import is_above, promises, said
from stratc.arith.term import HasSpans
from stratc.arith.unit import PERCENT, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

CASES = 4  # utilisations that differ: those of several runs or models, none of which bounds another


@rule("PE102", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def mfu_above_ceiling(case: Case) -> Iterator[Finding]:
    """More model FLOPs utilisation is claimed than the plan counts on or its own time allows.

    ## What it finds
    A utilisation of the peak FLOPs above the one that the hardware section gives, or above the share of the time that
    the plan says is computation.  Where only the upper end of a range is above, the finding is an information.
    Four different ones are taken for several runs, and what was reached bounds no other degree.

    ## Why it matters
    Throughput and times are derived from the lower figure; the higher one cannot hold beside them.

    ## Example
    ```plan
    - **Computing Power**: 400 TFlops per GPU with 60% MFU
    - **Achieved MFU**: 75%   <!-- PE102 -->
    ```

    ## References
    - chowdhery-2022, appendix B
    """
    ceilings: list[tuple[HasSpans, float, str]] = [
        (share, share.value, "of the time is computation")
        for share in promises(case, "share.compute_time")
        if share.relation is Relation.IS
    ]
    fact = case.fact("hardware.mfu")
    measured = {claim.value for claim in promises(case, "utilisation.mfu")}
    reached = {span for claim in promises(case, "utilisation.mfu") for span in claim.spans()}
    if isinstance(fact, Known) and len(measured) < CASES:
        ceilings.append((fact, fact.value, "is what the plan counts on"))
    for claim in promises(case, "utilisation.mfu"):
        for place, limit, text in ceilings:
            if place.spans() == claim.spans() or not is_above(claim, limit, whole=False):
                continue
            if claim.cause and not reached.isdisjoint(place.spans()):
                continue  # another degree reached something else
            entirely = is_above(claim, limit)
            if not entirely and claim.goal is not None:
                continue  # its requirement is the better place to complain of
            yield Finding(
                at=claim,
                message=f"{said(claim)} MFU claimed, but {show(limit, PERCENT)} {text}",
                stated=claim.value,
                computed=limit,
                unit=PERCENT,
                also=((place, "stated here"),),
                severity=None if entirely else Severity.INFO,
                certainty=None if entirely else Certainty.JUDGEMENT,
            )
            break
