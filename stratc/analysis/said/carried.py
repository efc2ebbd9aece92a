"""Bare figures of a working that the text before it gives a unit: "… = 520 GB, and 520 / 8 = 65 GB per GPU"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.analysis.said.factors import multiplied
from stratc.arith.term import Apply, Literal, Term
from stratc.arith.unit import COUNT, ONE, Dimension

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim
    from stratc.text.span import Span


def in_unit_before(case: Case, claim: Claim) -> Term | None:
    """The working of a claim with the unit of the claim on the figure that its section has said in it before.

    None where the working has units, is no product, or where no figure or several are such.
    """
    working, unit = claim.working, claim.quantity.unit
    if working is None or unit == ONE or unit.dimension == COUNT or working.dimension != COUNT:
        return None
    bare = (each for each in multiplied(working) if isinstance(each, Literal) and each.value > 1)
    found = [each for each in bare if _is_said(case, claim, each.value * unit.scale)]
    if len(found) != 1 or _has_unit(working):
        return None
    return _with(working, found[0], Literal(found[0].value * unit.scale, unit, found[0].span))


def _has_unit(term: Term) -> bool:
    match term:
        case Apply(_, left, right):
            return _has_unit(left) or _has_unit(right)
    return getattr(term, "unit", None) is not None


def _is_said(case: Case, claim: Claim, value: float) -> bool:
    """Whether the section gives this amount before the claim, as a figure of the same kind."""
    first = case.once(_first_places).get(_amount(claim, value))
    return first is not None and first < claim.places[0]


def _first_places(case: Case) -> dict[tuple[tuple[str, ...], Dimension, str], Span]:
    """Where each section first gives an amount of a kind."""
    found: dict[tuple[tuple[str, ...], Dimension, str], Span] = {}
    for each in case.plan.claims:
        key = _amount(each, each.value)
        found[key] = min(each.places[0], found.get(key, each.places[0]))
    return found


def _amount(claim: Claim, value: float) -> tuple[tuple[str, ...], Dimension, str]:
    return claim.scope.path, claim.quantity.dimension, f"{value:.8g}"


def _with(term: Term, old: Literal, new: Literal) -> Term:
    if term is old:
        return new
    match term:
        case Apply(op, left, right):
            return Apply(op, _with(left, old, new), _with(right, old, new))
    return term
