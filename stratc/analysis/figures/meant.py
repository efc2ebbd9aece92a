"""What a working may mean beside what it says: whole sums divided, bare numbers in another's unit, turned units."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.said.factors import terms_of_sum
from stratc.analysis.said.rounding import written_figures
from stratc.arith.quantity import Quantity
from stratc.arith.term import Apply, Literal, Term
from stratc.arith.unit import SECOND

BITS = 8  # of a byte
TURNED = {86400.0: (24.0, 86400.0), 3600.0: (60.0, 3600.0), 60.0: (60.0,)}  # a time's unit, and what turns it


def sum_first(term: Term) -> float | None:
    """What a sum comes to that is divided as a whole, though no brackets say so: "256 + 32 experts / 144 = 2"."""
    match term:
        case Apply("+", left, Apply("÷", right, divisor)) if left.dimension == right.dimension and divisor.value:
            return (left.value + right.value) / divisor.value
    return None


def with_bare_summands(stated: Quantity, working: Term) -> float | None:
    """What a sum comes to whose bare summands are meant in the unit of its result: "81.7 GB + 19.0 = 100.7 GB"."""
    summands = terms_of_sum(working)
    bare = [_is_without_unit(each) for each in summands]
    kinds = {each.dimension.uncounted for each, is_bare in zip(summands, bare, strict=True) if not is_bare}
    if kinds != {stated.dimension.uncounted} or not any(bare):
        return None
    scales = [stated.unit.scale if is_bare else 1.0 for is_bare in bare]
    return sum(each.value * scale for each, scale in zip(summands, scales, strict=True))


def _is_without_unit(working: Term) -> bool:
    """Whether no figure of a working has a unit or prefix: "3 × 1.34", not "8 × 25.2 M"."""
    return all(unit is None for _, unit in written_figures(working))


def turns_bits(working: Term) -> bool:
    """Whether a working divides by the bits of a byte."""
    match working:
        case Apply("÷", left, Literal(value, None)):
            return value == BITS or turns_bits(left)
        case Apply("×" | "÷", left, _):
            return turns_bits(left)
    return False


def is_in_prefix(working: Term) -> bool:
    """Whether a working of numbers without units has fractions, as one in thousands or millions does."""
    leaves = tuple(written_figures(working))
    return all(unit is None for _, unit in leaves) and any(value % 1 for value, _ in leaves)


def restated(working: Term) -> Iterator[float]:
    """Numbers that only turn a time into another unit, as its own unit does already: the 24 of "10 days × 24"."""
    leaves = tuple(written_figures(working))
    bare = {value for value, unit in leaves if unit is None}
    for scale, numbers in TURNED.items():
        if any(unit is not None and unit.dimension == SECOND and unit.scale == scale for _, unit in leaves):
            yield from bare.intersection(numbers)
