"""ME101: a memory total against the parts listed with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import hypot

from stratc.analysis.case import Case
from stratc.analysis.memory.breakdown import EXACT, MISREAD, Breakdown, breakdowns, falls_short, is_of
from stratc.analysis.memory.setting import width_or_none
from stratc.arith.quantity import APPROXIMATE
from stratc.arith.term import Apply, Literal, plain
from stratc.arith.unit import BYTE, PERCENT, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import CEILINGS, Per
from stratc.rules.rule import Finding, contradicted, rule

ROUNDED = 1.5  # of what the last digits of all figures together leave open, as they seldom all err one way
SLACK = 0.05  # of prefixes
UNLISTED = 0.15  # of the total that plans do not itemise: workspaces, fragmentation
UNREAD = 1.8  # times the parts, above which more is likely listed than was understood


@rule("ME101", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def memory_sum_mismatch(case: Case) -> Iterator[Finding]:
    """A memory total is not the sum of the parts listed with it.

    ## What it finds
    A total and, before it in the same list, its parts; experts and attention are not added where the weights that
    hold them are listed too.  Both ends of a range must fit; a total may be a little more than what is listed, unless
    a reserve stands among its parts.  Also a total below the sum of all lines above it, whatever these count.

    ## Why it matters
    Either a part is missing, or one is counted twice; which of the two decides whether the plan fits the device.

    ## Example
    ```plan
    ### Memory per GPU
    - **Weights**: 12 GB
    - **KV cache**: 20 GB
    - **Activations**: 4 GB
    - **Total memory**: 48 GB per GPU   <!-- ME101 -->
    ```

    ## References
    - kwon-2023, section 3
    """
    told = set[object]()
    for found in breakdowns(case, width_or_none(case)):
        worked_out = _is_added_up(found.total) or _states_alone(found)
        if worked_out or not is_of(found, MISREAD) or found.high * UNREAD < found.total.quantity.low:
            continue
        if not _fits(found) and not _is_capacity(case, found):
            told.update(found.total.spans())
            yield _finding(found)
    for claim in case.claims("lines.bytes"):
        if claim.working is not None and told.isdisjoint(claim.spans()) and falls_short(claim):
            short = contradicted(claim, claim.working, "correct the total, or the part that is wrong", said="in all")
            yield replace(short, write=claim.quantity.corrected(claim.working.value))


def _is_added_up(total: Claim) -> bool:
    """Whether a total has a working of its own; a share of the capacity beside it adds nothing up."""
    match total.working:
        case Apply("×", Literal(_, unit), Literal(_, other)):
            return PERCENT not in (unit, other)
    return total.working is not None


def _is_capacity(case: Case, found: Breakdown) -> bool:
    """Whether the total is what a device has, of which something stays free: the last row of a table of shares."""
    return (
        found.total.per is not Per.DEVICE
        and found.high < found.total.quantity.low
        and case.has("hardware.memory")
        and found.total.quantity.agrees(plain(case.number("hardware.memory")))
    )


def _states_alone(found: Breakdown) -> bool:
    """Whether it totals training states, which may be listed one on top of the other."""
    return found.total.metric == "memory.training" and found.has("memory.gradients") and found.has("memory.optimizer")


def _fits(found: Breakdown) -> bool:
    """Whether the parts come to the total: those that count, or very nearly all listed; a bound may be wide."""
    total = found.total.quantity
    if found.total.relation in CEILINGS and found.high <= total.high:
        return True
    if found.open and found.high < total.low:
        return True  # a part of which no figure of the same kind was understood
    if any(abs(found.high + each - total.high) <= EXACT * total.high for each in found.unnamed):
        return True
    for listed in (found.parts, found.lines):
        ends = ((total.low, sum(part.low for part in listed)), (total.high, sum(part.high for part in listed)))
        if all(abs(end - summed) <= max(EXACT * summed, total.step / 2) for end, summed in ends):
            return True
    loose = total.approximate or any(part.claim.quantity.approximate for part in found.summands)
    prefixes = {part.claim.quantity.unit for part in found.summands} | {total.unit}
    slack = APPROXIMATE if loose else SLACK if len(prefixes) > 1 else EXACT
    rounding = ROUNDED * hypot(total.step, *(part.claim.quantity.step for part in found.summands)) / 2
    rest = found.has("memory.buffers") and found.has("memory.activations")  # what plans do not itemise is listed
    unlisted = slack if rest else UNLISTED
    return all(
        -max(slack * summed, rounding if len(prefixes) == 1 else total.step)
        <= end - summed
        <= max(unlisted * summed, total.step)
        for end, summed in ((total.low, found.low), (total.high, found.high))
    )


def _finding(found: Breakdown) -> Finding:
    total = found.total
    span = show(found.low, BYTE) if found.low == found.high else f"{show(found.low, BYTE)} to {show(found.high, BYTE)}"
    return Finding(
        at=total,
        message=f"{total.quantity.show()} in all, but the {len(found.summands)} parts add up to {span}",
        stated=total.value,
        computed=found.high,
        unit=BYTE,
        also=tuple((part.claim, show(part.high, BYTE)) for part in found.summands),
        help="list the part that is missing, or take out what is counted twice",
        write=total.quantity.corrected(found.high) if found.low == found.high else "",
    )
