"""ME113: a share of the memory against the figure and the capacity."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.breakdown import TOTALS, by_section
from stratc.analysis.case import Case
from stratc.analysis.promise import promises
from stratc.arith.term import Named, Term, lift
from stratc.arith.unit import BYTE, PERCENT, UNITS, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

FAR = 5.0  # times the share by a figure of another section
NEAR = 400  # characters from the last part of a list to what is said of all of them
APART = 0.08  # points; what a list leaves out, and binary prefixes
WHOLE = 0.97  # a share of all is that of a breakdown
LEAST = 1e8  # bytes of a part
PARTS = ("memory.weights", "memory.kv_cache", "memory.activations", "memory.buffers", "memory.optimizer")
CLOSE = 0.12  # shares are rounded, and capacities are given in GB for GiB


@rule("ME113", category=Category.MEMORY, severity=Severity.WARNING)
def capacity_share_mismatch(case: Case) -> Iterator[Finding]:
    """A share of the device's memory is not the stated use over the capacity.

    ## What it finds
    A percentage of the memory in a section that gives one use of a device, and a capacity; the three do not agree.
    Also a share right after a list of what a device holds that is neither the parts together nor what they leave, and
    a percentage more than five times off what the only total elsewhere in the plan comes to.

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
        whole = Named("memory", capacity.value, capacity, UNITS["GB"])
        if not beside and (total := _elsewhere(case, claim, totals)):
            yield from _far(claim, total, whole)
        elif not totals and (listed := _listed(case, claim)):
            yield from _of_listed(claim, listed, whole)
        said = claim.relation is Relation.IS and claim.working is None
        if said and capacity.value and len(beside) == 1 and not _agrees(claim, beside[0], capacity.value):
            yield _finding(claim, beside[0], whole)


def _listed(case: Case, claim: Claim) -> Term | None:
    """What the parts of a device come to that the lines before a share list, where the plan names no other parts."""
    said = claim.relation is Relation.IS and claim.working is None and claim.goal is None and claim.value < WHOLE
    parts = [each for each in case.claims(*PARTS) if each.relation is Relation.IS and each.value >= LEAST]
    names = {each.metric for each in parts}
    alike = len(names) == len(parts) > 1 and "memory.weights" in names and len({each.scope.path for each in parts}) == 1
    near = parts and 0 < claim.places[0].start - max(each.places[0].start for each in parts) < NEAR
    if (
        not said
        or claim.quantity.is_range
        or not alike
        or not near
        or any(each.per not in (Per.DEVICE, Per.UNSAID) for each in parts)
    ):
        return None
    return lift(sum((Named("", each.value, each, UNITS["GB"]) for each in parts[1:]), start=_named(parts[0])))


def _named(part: Claim) -> Term:
    return Named("", part.value, part, UNITS["GB"])


def _of_listed(claim: Claim, used: Term, capacity: Term) -> Iterator[Finding]:
    """Where a share is neither what the parts take nor what they leave."""
    share = lift(used / capacity)
    if not 0 < share.value <= 1 or any(abs(claim.value - each) <= APART for each in (share.value, 1 - share.value)):
        return
    yield Finding(
        at=claim,
        message=f"{claim.quantity.show()} of the memory stated, but {share} = {show(share.value, PERCENT, 2)}",
        because=share,
        stated=claim.value,
        unit=PERCENT,
        severity=Severity.WARNING,
        certainty=Certainty.LIKELY,
        help="say what it is a share of",
    )


def _elsewhere(case: Case, claim: Claim, totals: list[Claim]) -> Term | None:
    """The one use of a device that the plan gives elsewhere, or its share of the one total of the whole plan."""
    if claim.relation is not Relation.IS or claim.working is not None or claim.goal is not None or not claim.value:
        return None
    whole = [each for each in promises(case, "memory.total") if each.per is Per.TOTAL and each.relation is Relation.IS]
    if len({each.value for each in totals}) == 1:
        return Named("used", totals[0].value, totals[0], UNITS["GB"])
    if totals or len({each.value for each in whole}) != 1 or not case.has("strategy.device_count"):
        return None
    if whole[0].value <= case.known("hardware.memory").value:
        return None  # perhaps the total of a device
    return Named("in all", whole[0].value, whole[0], UNITS["GB"]) / case.number("strategy.device_count")


def _far(claim: Claim, used: Term, capacity: Term) -> Iterator[Finding]:
    """Where neither the share nor what it leaves is near; other sections may count more than this one."""
    share = used / capacity
    ends = (claim.value / share.value, (1 - claim.value) / share.value) if share.value else ()
    if ends and all(end > FAR or end * FAR < 1 for end in ends):
        yield Finding(
            at=claim,
            message=f"{claim.quantity.show()} of the memory stated, but {share} = {show(share.value, PERCENT, 2)}",
            because=share,
            stated=claim.value,
            unit=PERCENT,
            certainty=Certainty.LIKELY,
            help="say what it is a share of",
        )


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
