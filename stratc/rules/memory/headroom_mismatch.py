"""ME128: a headroom against the memory in use."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.breakdown import TOTALS
from stratc.analysis.said.promise import promises
from stratc.arith.term import Literal, Named, Term
from stratc.arith.unit import PERCENT, UNITS, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

NEAR = 0.04  # points that rounding, and GB for GiB, may account for


@rule("ME128", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def headroom_mismatch(case: Case) -> Iterator[Finding]:
    """The share of the memory that is said to be free is not what the use leaves.

    ## What it finds
    A headroom in per cent beside one use of a device's memory, in per cent or in bytes with the capacity, that is not
    the rest: often the used share itself, called what is left.  What is left may also be given as a share of the use.

    ## Why it matters
    Longer sequences and larger batches are planned into the headroom.

    ## Example
    ```plan
    - **Memory utilization**: 64% of GPU memory
    - **Memory headroom**: 64% <!-- ME128 -->
    ```

    ## References
    - kwon-2023, section 3
    """
    for claim in case.claims("free.memory", "free.share"):
        if claim.relation is not Relation.IS or claim.working is not None or claim.goal is not None:
            continue
        used = {round(each.value, 2): each for each in _uses(case, claim)}
        if len(used) == 1 and not _agrees(claim, share := next(iter(used.values()))):
            yield _finding(claim, share)


def _uses(case: Case, claim: Claim) -> Iterator[Term]:
    """The shares of a device's memory that are in use, by the section of the claim where it does not name memory."""
    capacity = case.fact("hardware.memory")
    for each in promises(case, "memory.share", *TOTALS):
        near = claim.metric == "free.memory" or each.scope.path == claim.scope.path
        if not near or each.relation is not Relation.IS or each.quantity.is_range:
            continue
        if each.metric == "memory.share" and each.per in (Per.DEVICE, Per.UNSAID):
            yield Named("used", each.value, each, PERCENT)
        elif each.metric != "memory.share" and each.per is Per.DEVICE and isinstance(capacity, Known):
            yield Named("used", each.value, each, UNITS["GB"]) / Named("memory", capacity.value, capacity, UNITS["GB"])


def _agrees(claim: Claim, used: Term) -> bool:
    free = 1 - used.value
    fair = (free, free / used.value) if used.value else (free,)
    ends = (claim.quantity.low, claim.quantity.high)
    slack = NEAR + claim.quantity.step + (0.1 * claim.value if claim.quantity.approximate else 0)
    inside = any(ends[0] <= each <= ends[1] for each in fair)
    return inside or any(abs(end - each) <= slack for end in ends for each in fair)


def _finding(claim: Claim, used: Term) -> Finding:
    free = Literal(1.0, PERCENT) - used
    inverted = abs(claim.value - used.value) <= NEAR
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} stated to be free, but "
        + ("" if isinstance(used, Named) else f"{used} = ")
        + f"{show(used.value, PERCENT)} is in use"
        + (", which is the figure stated" if inverted else f" and {show(free.value, PERCENT)} is left"),
        because=free,
        stated=claim.value,
        computed=free.value,
        unit=PERCENT,
        help="subtract the use from the whole",
        write=claim.quantity.corrected(free.value),
    )
