"""ME113: a share of the memory against the figure and the capacity."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.breakdown import TOTALS, by_section
from stratc.analysis.case import Case
from stratc.analysis.promise import promises
from stratc.arith.term import Named, Term
from stratc.arith.unit import BYTE, PERCENT, UNITS, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

CLOSE = 0.12  # shares are rounded, and capacities are given in GB for GiB


@rule("ME113", category=Category.MEMORY, severity=Severity.WARNING)
def capacity_share_mismatch(case: Case) -> Iterator[Finding]:
    """A share of the device's memory is not the stated use over the capacity.

    ## What it finds
    A percentage of the memory in a section that gives one use of a device, and a capacity; the three do not agree.

    ## Why it matters
    Headroom for longer sequences or larger batches is judged by the percentage.

    ## Example
    ```plan
    - **GPU memory**: 80 GB per GPU

    ### Memory per GPU
    - **Total memory per GPU**: 20 GB
    - **Memory utilization**: 50% of GPU memory   <!-- ME113 -->
    ```

    ## References
    - kwon-2023, section 3
    """
    capacity = case.known("hardware.memory")
    totals = [each for each in promises(case, *TOTALS) if each.per is Per.DEVICE and each.relation is Relation.IS]
    in_bytes = {each.context for each in case.claims("memory") if each.quantity.dimension == BYTE}
    sections = by_section(totals)
    for claim in case.claims("memory.share"):
        if claim.context in in_bytes:
            continue  # a share of that figure, which its working or its own claim settles
        beside = sections.get(claim.scope.path, ())
        said = claim.relation is Relation.IS and claim.working is None
        if said and capacity.value and len(beside) == 1 and not _agrees(claim, beside[0], capacity.value):
            yield _finding(claim, beside[0], Named("memory", capacity.value, capacity, UNITS["GB"]))


def _agrees(claim: Claim, total: Claim, capacity: float) -> bool:
    ends = (total.quantity.low / capacity, total.quantity.high / capacity)
    low, high = claim.quantity.low, claim.quantity.high
    return any(abs(share - end) <= max(CLOSE * end, claim.quantity.step) for share in (low, high) for end in ends)


def _finding(claim: Claim, total: Claim, capacity: Term) -> Finding:
    share = Named("used", total.value, total, UNITS["GB"]) / capacity
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} of the memory stated, but {total.quantity.show()} of "
        f"{show(capacity.value, BYTE)} is {show(share.value, PERCENT)}",
        because=share,
        stated=claim.value,
        unit=PERCENT,
        help="say what it is a share of",
        write=claim.quantity.corrected(share.value) if not total.quantity.is_range else "",
    )
