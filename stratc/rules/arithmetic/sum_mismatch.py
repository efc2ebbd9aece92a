"""AR106: a total that is not the sum of what stands above it."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import Verdict, checked_workings
from stratc.arith.term import Apply, Literal, Term
from stratc.arith.unit import BYTE, COUNT, PARAMETER, SECOND
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

ROLES = (Role.PLAN, Role.TARGET, Role.EARLIER, Role.ALTERNATIVE)
NEAR = 0.03  # of figures that were rounded before they were added
FAR = 3.0  # times the sum: a total of something else
CATEGORIES = {
    SECOND: Category.LATENCY,
    COUNT: Category.GPU_COUNT,
    BYTE: Category.MEMORY,
    PARAMETER: Category.PARAMETERS,
}


@rule("AR106", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def sum_mismatch(case: Case) -> Iterator[Finding]:
    """The total of a column or a list is not the sum of the figures above it.

    ## What it finds
    Times, operations, parameters, devices or shares below one another, and a total that is off by more than rounding.
    Silent where words speak of overlap, maxima or requirements, and where the total is a multiple of the sum: it may
    count layers or devices.

    ## Why it matters
    The total goes into the plan's other figures; either it or one of its parts is wrong.

    ## Example
    ```plan
    | Phase | Time |
    |-------|------|
    | Attention | 12 ms |
    | MLP | 25 ms |
    | All-reduce | 8 ms |
    | Total | 55 ms | <!-- AR106 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    blamed = {span for claim in case.claims("row.share", roles=ROLES) for span in claim.spans()}
    for claim in case.claims("sum", roles=ROLES):
        if claim.working is None or _holds(claim, claim.working) or blamed & {*_spans(claim.working)}:
            continue
        if not _is_told(case, claim):
            percent = claim.quantity.dimension == COUNT and claim.quantity.unit.scale != 1
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} in all, but {claim.working} = "
                f"{claim.quantity.show(claim.working.value)}",
                because=claim.working,
                stated=claim.value,
                unit=claim.quantity.unit,
                category=None if percent else CATEGORIES.get(claim.quantity.dimension),
                help="correct the total, or the part that is wrong",
            )


def _is_told(case: Case, claim: Claim) -> bool:
    """Whether the same figure is held against a working of its own."""
    wrong = (each.claim for each in checked_workings(case) if each.verdict is Verdict.FALSE)
    return any(each.places[:1] == claim.places[:1] for each in wrong)


def _holds(claim: Claim, working: Term) -> bool:
    """Whether the total is the sum, a multiple or a part of it, or of something else."""
    total, added = claim.value, working.value
    if not total or not added:
        return True
    low, high = sorted((total, added))
    ratio = high / low
    rounding = sum(_steps(working)) + claim.quantity.step / 2
    exact = _are_alike(claim, working) and not claim.quantity.approximate
    if high - low <= max(NEAR * high, rounding) or (not exact and claim.quantity.agrees(added)):
        return True
    return ratio > FAR or (ratio > 1 + NEAR and abs(ratio - round(ratio)) <= NEAR * ratio and round(ratio) > 1)


def _are_alike(claim: Claim, term: Term) -> bool:
    """Whether all parts are written in the unit of the total, so that no prefix is read in two ways."""
    match term:
        case Apply(_, left, right):
            return _are_alike(claim, left) and _are_alike(claim, right)
        case Literal(_, unit):
            return unit == claim.quantity.unit
    return False


def _spans(term: Term) -> Iterator[object]:
    """Where the parts stand; one that is wrong itself is found there."""
    match term:
        case Apply(_, left, right):
            yield from (*_spans(left), *_spans(right))
        case Literal(_, _, span):
            yield span


def _steps(term: Term) -> Iterator[float]:
    """Half of the last digit of every part, as far as its unit tells."""
    match term:
        case Apply(_, left, right):
            yield from (*_steps(left), *_steps(right))
        case Literal(_, unit):
            yield (unit.scale / 20 if unit else 0.0)
