"""DV218: ranges of devices that overlap, or go beyond the last one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("DV218", category=Category.GPU_COUNT, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def devices_of_two_parts(case: Case) -> Iterator[Finding]:
    """Two parts of a plan are given ranges of devices that overlap.

    ## What it finds
    Ranges of one section of which each has devices that the other has not, and some that both have: "prefill on GPUs
    0-16, decode on GPUs 16-31".  A range inside another one is a part of it, and the same range again the same part.

    ## Why it matters
    The device at the border is asked for twice, or the last range ends beyond the devices there are.

    ## Example
    ```plan
    The 32 GPUs are shared: training has GPUs 0-23, evaluation GPUs 23-31.   <!-- DV218 -->
    ```

    ## References
    - CUDA, environment variables
    """
    if case.strategy.stages or any(case.claims("group.member")):
        return  # which have rules of their own
    sections: dict[object, list[Claim]] = {}
    for claim in case.claims("devices.named"):
        sections.setdefault(claim.scope.path, []).append(claim)
    for claims in sections.values():
        ordered = sorted(claims, key=lambda each: (each.quantity.low, -each.quantity.high))
        found = tuple(_of_section(ordered))
        if len(found) == 1 or not _is_scale(ordered):
            yield from found or _beyond(case, ordered)


def _is_scale(claims: Sequence[Claim]) -> bool:
    """Whether every range begins where the one before ends: sizes of clusters, "8-16", "16-64", "64-256"."""
    return all(one.quantity.high == other.quantity.low for one, other in pairwise(claims))


def _of_section(claims: Sequence[Claim]) -> Iterator[Finding]:
    one = claims[0]
    for other in claims[1:]:
        if one.quantity.low < other.quantity.low <= one.quantity.high < other.quantity.high:
            late, early = sorted((one, other), key=lambda each: each.places[0].start, reverse=True)
            first, last = figures(other.quantity.low), figures(one.quantity.high)
            yield Finding(
                at=late,
                message=f"devices {_shown(late)} overlap with {_shown(early)}: "
                f"{'device ' + first if first == last else f'devices {first} to {last}'} in both",
                stated=other.quantity.low,
                also=((early, "the other range"),),
                help="let a range begin after the last device of the one before",
            )
        one = max(one, other, key=lambda each: each.quantity.high)


def _beyond(case: Case, claims: Sequence[Claim]) -> Iterator[Finding]:
    """Ranges, counted from 0, that end beyond the devices of the plan."""
    keys = ("strategy.device_count", "hardware.device_count")
    totals = [each for key in keys if isinstance(each := case.fact(key), Known) and each.is_stated]
    if not totals or claims[0].quantity.low or case.has_several(*keys) or case.is_one_of_several:
        return
    total = max(totals, key=lambda each: int(each.value))
    for claim in claims:
        if claim.quantity.high >= total.value:
            yield Finding(
                at=claim,
                message=f"devices {_shown(claim)}, but the last of {figures(total.value)} devices is "
                f"{figures(total.value - 1)}",
                stated=claim.quantity.high,
                computed=total.value - 1,
                also=((total, "devices in all"),),
                help="end the range at the last device",
            )


def _shown(claim: Claim) -> str:
    return f"{figures(claim.quantity.low)}-{figures(claim.quantity.high)}"
