"""AR103: a change in a table that its row does not bear out."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Apply, Literal, Term, lift
from stratc.arith.unit import PERCENT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

ROLES = (Role.PLAN, Role.TARGET, Role.EARLIER)
NEAR = 0.02  # changes are rounded freely


@rule("AR103", category=Category.ARITHMETIC, severity=Severity.WARNING)
def change_misstated(case: Case) -> Iterator[Finding]:
    """A change stated in the row of a table is not that of the two figures before it.

    ## What it finds
    An improvement, gain or change in per cent or times beside an old and a new figure.  A gain may be counted from
    either of the two, as a rise or as a saving, or in percentage points; what none of these gives is flagged.  A
    percentage that is the ratio of the two counts the old figure as gained.  Cells with bounds, ranges or several
    changes are left alone.

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
    ratio = _ratio(claim).value
    counted = (ratio - 1, 1 / ratio - 1, 1 - ratio, 1 - 1 / ratio)
    whole = () if claim.quantity.unit == PERCENT else (ratio, 1 / ratio)
    return any(claim.quantity.agrees(value, tolerance) for value in (*counted, *whole, *_points(_ratio(claim))))


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
    gained = ratio.value - 1 if ratio.value > 1 else 1 - ratio.value
    shown = claim.quantity.show(gained)
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} stated, but {ratio} is a change of {shown}"
        + (": the ratio counts the old figure as well" if is_ratio else ""),
        because=ratio,
        stated=claim.value,
        computed=gained,
        unit=claim.quantity.unit,
        certainty=None if is_ratio else Certainty.LIKELY,
        help="correct the change, or one of the two figures",
    )
