"""PE129: a utilisation above the share of the time that the plan computes."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.factors import terms_of_sum
from stratc.analysis.said.promise import is_above, said
from stratc.arith.term import Named, Term
from stratc.arith.unit import PERCENT, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Topic
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

NEAR = 0.1  # by which the parts may miss the whole
SLACK = 1.25
WHOLES = ("latency.ttft", "latency.step", "latency.forward", "latency.prefill", "latency.unsaid")


@rule("PE129", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def utilisation_above_own_times(case: Case) -> Iterator[Finding]:
    """The devices are said to be busier than the plan's own times of computation and communication leave them.

    ## What it finds
    A time that adds up its computation and the communication after it, and a utilisation of the devices clearly above
    the share that is computation.  Times that overlap do not add up and are left alone; where the plan does not say
    what the rest of a sum is, the finding is a remark.

    ## Why it matters
    While data travels, devices wait.  A utilisation that takes only the bubble off hides what costs most.

    ## Example
    ```plan
    ### TTFT
    - **Compute time**: 0.3 s
    - **Communication time**: 1.2 s
    - **TTFT**: 1.5 s
    - **GPU utilization**: 85%   <!-- PE129 -->
    ```

    ## References
    - chowdhery-2022, appendix B
    """
    shares = [each for each in case.claims("utilisation") if each.metric == "utilisation" and _is_of_devices(each)]
    if not shares:
        return
    found = next(_computed(case), None)
    if found is None:
        return
    part, whole, apart = found
    share: Term = Named("computation", part.value, part, part.quantity.unit) / Named(
        "in all", whole.value, whole, whole.quantity.unit
    )
    for claim in shares:
        if is_above(claim, share.value * SLACK):
            yield Finding(
                at=claim,
                message=f"{said(claim)} of the devices in use, but {share} = {show(share.value, PERCENT)}",
                because=share,
                stated=claim.value,
                unit=PERCENT,
                severity=None if apart else Severity.INFO,
                certainty=None if apart else Certainty.JUDGEMENT,
                help="count the time that devices wait for data",
            )


def _is_of_devices(claim: Claim) -> bool:
    """Whether a utilisation is a result, and not one of a link or a memory among the given hardware."""
    return (
        claim.relation in (Relation.IS, Relation.AT_LEAST, Relation.MORE) and Topic.HARDWARE not in claim.scope.topics
    )


def _computed(case: Case) -> Iterator[tuple[Claim, Claim, bool]]:
    """Times of computation with the whole that adds to them, and whether communication is said to be what it adds."""
    parts = [each for each in case.claims("time.compute", "latency.prefill") if each.relation is Relation.IS]
    moved = [each for each in case.claims("communication.time") if each.relation is Relation.IS]
    for whole in case.claims(*WHOLES):
        if whole.relation is not Relation.IS or whole.quantity.is_range:
            continue
        for part in parts:
            apart = any(_adds_up(whole, part, one) for one in moved)
            if 0 < part.value < whole.value and (apart or _adds(whole, part)):
                yield part, whole, apart


def _adds(whole: Claim, part: Claim) -> bool:
    """Whether the working of a time is a sum of which another time is one part."""
    terms = terms_of_sum(whole.working) if whole.working is not None else ()
    scale = part.quantity.unit.scale
    return len(terms) > 1 and any(
        part.quantity.agrees(each.value) or part.quantity.agrees(each.value * scale) for each in terms
    )


def _adds_up(whole: Claim, part: Claim, moved: Claim) -> bool:
    """Whether computation and communication of one section come to its time, with little beside them."""
    together = part.value + moved.value
    return part.scope.path == whole.scope.path == moved.scope.path and abs(together - whole.value) < NEAR * whole.value
