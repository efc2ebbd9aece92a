"""Time a pipeline loses."""

from __future__ import annotations

from stratc.arith.term import Number
from stratc.arith.unit import Fraction


def bubble_share(p: Number, m: Number) -> Fraction:
    """Idle share of a step under GPipe or 1F1B without interleaving.

    (p - 1) / (m + p - 1)

    Holds for equal stages and transfers that cost nothing; a bound from below otherwise.

    >>> round(bubble_share(p=4, m=8), 4)
    0.2727

    Source: huang-2019, section 2.3.  narayanan-2021 (section 2.2) states the same loss relative to the ideal time,
    (p - 1) / m; mind which of the two a plan means.
    """
    return (p - 1) / (m + p - 1)
