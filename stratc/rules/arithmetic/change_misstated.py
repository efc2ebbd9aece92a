"""AR103: a change that the two figures beside it do not bear out."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Apply, Literal, Term, lift
from stratc.arith.unit import PERCENT, figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

ROLES = (Role.PLAN, Role.TARGET, Role.EARLIER)
NEAR = 0.02  # changes are rounded freely


@rule("AR103", category=Category.ARITHMETIC, severity=Severity.WARNING)
def change_misstated(case: Case) -> Iterator[Finding]:
    """A stated change is not that of the two figures beside it.

    ## What it finds
    An improvement, gain or change in per cent or times beside an old and a new figure, or a figure and its goal, in
    the row of a table or in a sentence.  A gain may be counted from either of the two, or in percentage points; what
    none of these gives is flagged.  A percentage that is the ratio of the two counts the old figure as gained.
    A change of a result in a summary is held to the figures that the plan gives for it before and now.
    Bounds, ranges, several changes, and what rounding of the two figures explains are left alone.

    ## Why it matters
    The last column is what readers take away.

    ## Example
    ```plan
    | Metric | Before | After | Improvement |
    |--------|--------|-------|-------------|
    | GPUs in use | 4 | 64 | 1,600% | <!-- AR103 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    rows: dict[object, list[Claim]] = {}
    for claim in case.claims("change.ratio", roles=ROLES):
        rows.setdefault(claim.places, []).append(claim)
    for claims in rows.values():
        if any(_holds(claim, 0.0) for claim in claims):
            continue
        named = [claim for claim in claims if _is_ratio(claim)]
        if named or (len(claims) == 1 and not _holds(claims[0], NEAR)):
            yield _finding((named or claims)[0], bool(named))


def _holds(claim: Claim, tolerance: float) -> bool:
    """Whether the change is one of those that the two figures give."""
    return any(claim.quantity.agrees(value, tolerance) for value in (*_gains(claim), *_points(_ratio(claim))))


def _gains(claim: Claim) -> tuple[float, ...]:
    """What the change may be: counted from either figure where the words leave it open, of a factor also the ratio."""
    ratio = _ratio(claim).value
    more = max(ratio, 1 / ratio)
    rise, fall = more - 1, 1 - 1 / more
    if claim.quantity.unit != PERCENT:
        return (more, rise, fall, 1 / more)
    return {"fall": (fall,), "rise": (rise,)}.get(claim.cause, (rise, fall))


def _is_ratio(claim: Claim) -> bool:
    """Whether a percentage is the one figure over the other."""
    ratio = _ratio(claim).value
    return claim.quantity.unit == PERCENT and any(claim.quantity.agrees(value) for value in (ratio, 1 / ratio))


def _ratio(claim: Claim) -> Term:
    return lift(1.0) if claim.working is None else claim.working


def _points(ratio: Term) -> tuple[float, ...]:
    """The difference in percentage points, where both figures are per cent."""
    match ratio:
        case Apply("÷", Literal(new, unit), Literal(old, _)) if unit == PERCENT:
            return (abs(new - old),)
    return ()


def _finding(claim: Claim, is_ratio: bool) -> Finding:
    ratio = _ratio(claim)
    gained = (_gains(claim) if claim.cause or claim.quantity.unit != PERCENT else (abs(ratio.value - 1),))[0]
    counted = ": the ratio is what is left" if claim.cause == "fall" else ": the ratio counts the old figure as well"
    change = (
        f"a factor of {figures(gained)}"
        if claim.quantity.unit != PERCENT
        else f"a change of {claim.quantity.show(gained)}"
    )
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} stated, but {ratio} is {change}" + (counted if is_ratio else ""),
        because=ratio,
        stated=claim.value,
        computed=gained,
        unit=claim.quantity.unit,
        certainty=None if is_ratio else Certainty.LIKELY,
        help="correct the change, or one of the two figures",
    )
