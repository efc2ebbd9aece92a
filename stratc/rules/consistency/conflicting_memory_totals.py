"""CN115: two totals of a device's memory."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import BYTE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import value_or
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

APART = 1.2  # times; rounding and binary prefixes explain less
NEAR = 0.02  # of the capacity


@rule("CN115", category=Category.CONSISTENCY, severity=Severity.INFO, certainty=Certainty.LIKELY)
def conflicting_memory_totals(case: Case) -> Iterator[Finding]:
    """The memory used on a device has two totals.

    ## What it finds
    Two figures for all memory that a device uses, in two sections and a fifth apart or more, in a plan that gives no
    third.  The capacity of a device, bounds, and figures of a phase or a strategy of their own are no such total.

    ## Why it matters
    Batch and length are chosen by what is left; by one of the two figures it is another amount.

    ## Example
    ```plan
    ### Model
    - **Total memory per GPU**: 28 GB

    ### Result
    - **Total memory per GPU**: 19 GB   <!-- CN115 -->
    ```

    ## References
    - ieee-29148-2018, consistency of requirements
    """
    capacity = value_or(case.plan.hardware.memory, 0.0)
    totals = [each for each in case.claims("memory.total") if _is_total(each, capacity)]
    if len({each.value for each in totals}) != 2:
        return
    first, second = (next(each for each in totals if each.value == value) for value in _values(totals))
    apart = max(first.value, second.value) > APART * min(first.value, second.value) > 0
    if apart and first.scope.path != second.scope.path:
        yield Finding(
            at=second,
            message=f"{second.quantity.show()} in all on a device, but {first.quantity.show()} elsewhere",
            stated=second.value,
            computed=first.value,
            unit=BYTE,
            also=((first, "another total"),),
            help="keep one of the two, or say what each is for",
        )


def _values(totals: list[Claim]) -> tuple[float, ...]:
    """The values in the order of the text."""
    return tuple(dict.fromkeys(each.value for each in sorted(totals, key=lambda each: each.places[0])))


def _is_total(claim: Claim, capacity: float) -> bool:
    whole = claim.metric == "memory.total" and claim.per is Per.DEVICE and claim.relation is Relation.IS
    alone = claim.index is None and not claim.cause and not claim.scope.strategy and not claim.quantity.is_range
    return whole and alone and abs(claim.value - capacity) > NEAR * capacity
