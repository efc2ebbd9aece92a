"""Percentages that are added to what they are a share of: "100 GB + 10 % = 110 GB"."""

from __future__ import annotations

from stratc.arith.term import Apply, Literal, Named, Term
from stratc.arith.unit import PERCENT


def joined(sign: str, left: Term, right: Term) -> Apply:
    """Two sides of a working, where a percentage added to what is none is a share of it."""
    if sign in "+-" and _is_percent(right) and not _is_percent(left):
        right = Apply("×", left, right)
    return Apply(sign, left, right)


def _is_percent(term: Term) -> bool:
    match term:
        case Literal(_, unit) | Named(_, _, _, unit):
            return unit == PERCENT
        case Apply("+" | "-", left, _):
            return _is_percent(left)
    return False
