"""How far the figures of a working were rounded, and what that leaves open of its result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal, Named, Term

if TYPE_CHECKING:
    from stratc.arith.unit import Unit

WHOLE = 1000.0  # below which a count with a fraction is one of thousands, millions or billions
COARSE = 0.05  # the most that rounded figures of a working are taken to explain


def rounding(working: Term) -> float:
    """By what fraction the last decimals of its figures may move a result: "1.2 MB ÷ 25 GB/s = 47 µs" of 1.18 MB."""
    written = (abs(value) / (unit.scale if unit else 1.0) for value, unit in written_figures(working))
    if only_adds(working) and working.value:
        return _rounded_off(working) / abs(working.value)
    decimals = ((value, repr(value).partition(".")[2]) for value in written if value % 1 and value < WHOLE)
    return min(sum(0.5 * 10.0 ** -len(places) / value for value, places in decimals), COARSE)


def _rounded_off(working: Term) -> float:
    """By how much the last decimals of its figures may move a sum; whole numbers count as exact."""
    scaled = [(abs(value), unit.scale if unit else 1.0) for value, unit in written_figures(working)]
    places = [(len(repr(round(value / scale, 9)).partition(".")[2].rstrip("0")), scale) for value, scale in scaled]
    return sum(0.5 * 10.0**-digits * scale for digits, scale in places if digits)


def written_figures(term: Term) -> Iterator[tuple[float, Unit | None]]:
    """The figures of a working with their units."""
    match term:
        case Apply(_, left, right):
            yield from (*written_figures(left), *written_figures(right))
        case Literal(value, unit):
            yield value, unit
        case Named(_, value, _, unit):
            yield value, unit


def only_adds(term: Term) -> bool:
    """Whether a working is a sum of bare numbers, which then have the unit of what they add up to."""
    match term:
        case Apply("+" | "-", left, right):
            return all(only_adds(each) if isinstance(each, Apply) else True for each in (left, right))
    return False
