"""ME113: a share of the memory against the figure and the capacity."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.breakdown import TOTALS, by_section
from stratc.analysis.said.promise import promises
from stratc.arith.functions import total
from stratc.arith.term import Named, Term, lift, plain
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
    in_bytes = {each.context for each in case.claims("memory", "equation") if each.quantity.dimension == BYTE}
    sections = by_section(totals)
    whole = Named("memory", capacity.value, capacity, UNITS["GB"])
    for claim in case.claims("memory.share"):
        if claim.relation is not Relation.IS or claim.working is not None or claim.context in in_bytes:
            continue  # a bound, or a share whose figure stands beside it, which the working or its own claim settles
        beside = sections.get(claim.scope.path, ())
        if beside:
            if len(beside) == 1 and capacity.value and not _agrees(claim, beside[0], capacity.value):
                yield _beside_total(claim, beside[0], whole)
        elif claim.goal is None and claim.value:
            yield from _of_others(case, claim, totals, whole)


def _of_others(case: Case, claim: Claim, totals: list[Claim], capacity: Term) -> Iterator[Finding]:
    """Where neither the share nor what it leaves is that of a total elsewhere, or of the parts listed before it."""
    if used := _elsewhere(case, totals):
        apart = _is_far(claim, plain(used / capacity))
    elif not totals and (used := _listed(case, claim)):
        apart = _is_neither(claim, plain(used / capacity))
    else:
        return
    if apart:
        share = lift(used / capacity)
        yield Finding(
            at=claim,
            message=f"{claim.quantity.show()} of the memory stated, but {share} = {show(share.value, PERCENT, 2)}",
            because=share,
            stated=claim.value,
            unit=PERCENT,
            certainty=Certainty.LIKELY,
            help="say what it is a share of",
        )


def _elsewhere(case: Case, totals: list[Claim]) -> Term | None:
    """The one use of a device that the plan gives elsewhere, or its share of the one total of the whole plan."""
    whole = [each for each in promises(case, "memory.total") if each.per is Per.TOTAL and each.relation is Relation.IS]
    if len({each.value for each in totals}) == 1:
        return Named("used", totals[0].value, totals[0], UNITS["GB"])
    if totals or len({each.value for each in whole}) != 1 or not case.has("strategy.device_count"):
        return None
    if whole[0].value <= case.known("hardware.memory").value:
        return None  # perhaps the total of a device
    return Named("in all", whole[0].value, whole[0], UNITS["GB"]) / case.number("strategy.device_count")


def _listed(case: Case, claim: Claim) -> Term | None:
    """What the parts of a device come to that the lines before a share list, where the plan names no other parts."""
    if claim.value >= WHOLE or claim.quantity.is_range:
        return None
    parts = [each for each in case.claims(*PARTS) if each.relation is Relation.IS and each.value >= LEAST]
    metrics = {each.metric for each in parts}
    if len(parts) < 2 or len(metrics) < len(parts) or "memory.weights" not in metrics:
        return None
    if len({each.scope.path for each in parts}) > 1 or any(each.per not in (Per.DEVICE, Per.UNSAID) for each in parts):
        return None
    far = claim.places[0].start - max(each.places[0].start for each in parts)
    return lift(total(Named("", each.value, each, UNITS["GB"]) for each in parts)) if 0 < far < NEAR else None


def _is_far(claim: Claim, share: float) -> bool:
    """Whether neither a share nor what it leaves is near; other sections may count more than this one."""
    ends = (claim.value / share, (1 - claim.value) / share) if share else ()
    return bool(ends) and all(end > FAR or end * FAR < 1 for end in ends)


def _is_neither(claim: Claim, share: float) -> bool:
    """Whether a share is neither what the parts take nor what they leave."""
    return 0 < share <= 1 and all(abs(claim.value - each) > APART for each in (share, 1 - share))


def _agrees(claim: Claim, total: Claim, capacity: float) -> bool:
    ends = (total.quantity.low / capacity, total.quantity.high / capacity)
    low, high = claim.quantity.low, claim.quantity.high
    return any(abs(share - end) <= max(CLOSE * end, claim.quantity.step) for share in (low, high) for end in ends)


def _beside_total(claim: Claim, total: Claim, capacity: Term) -> Finding:
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
