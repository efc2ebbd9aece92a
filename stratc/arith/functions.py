"""Operations that numbers, terms and numpy columns all understand; a formula never asks which it was given."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Number, Term, lift

if TYPE_CHECKING:
    from collections.abc import Iterable


def ceil_div(left: Number, right: Number) -> Number:
    """The quotient rounded up.

    >>> ceil_div(13, 4)
    4
    """
    if isinstance(left, Term) or isinstance(right, Term):
        return Apply("⌈÷⌉", lift(left), lift(right))
    if _plain(left) and _plain(right):
        return ceil(left / right - 1e-9)  # 0.9 × 3 ÷ 0.1 is 27, not a hair more
    import numpy

    return numpy.ceil(left / right - 1e-9)  # type: ignore[no-any-return]  # a column in, a column out


def maximum(left: Number, right: Number) -> Number:
    """The larger of two.

    >>> maximum(2, 3)
    3
    """
    if isinstance(left, Term) or isinstance(right, Term):
        return Apply("max", lift(left), lift(right))
    if _plain(left) and _plain(right):
        return max(left, right)
    import numpy

    return numpy.maximum(left, right)  # type: ignore[no-any-return]  # a column in, a column out


def minimum(left: Number, right: Number) -> Number:
    """The smaller of two.

    >>> minimum(2, 3)
    2
    """
    if isinstance(left, Term) or isinstance(right, Term):
        return Apply("min", lift(left), lift(right))
    if _plain(left) and _plain(right):
        return min(left, right)
    import numpy

    return numpy.minimum(left, right)  # type: ignore[no-any-return]  # a column in, a column out


def total(numbers: Iterable[Number]) -> Number:
    """The sum of what counts; zero when there is nothing to add.

    >>> total([1, 2, 0, 3])
    6
    """
    result: Number | None = None
    for number in numbers:
        if isinstance(number, (int, float)) and not number:
            continue
        result = number if result is None else result + number
    return 0 if result is None else result


def counts(number: Number) -> bool:
    """Whether an amount is worth a place in a sum: a plain zero is not; a working or a column always is.

    >>> counts(0), counts(lift(0))
    (False, True)
    """
    return not isinstance(number, (int, float)) or bool(number)


def product(numbers: Iterable[Number]) -> Number:
    """The product; one when there is nothing to multiply.

    >>> product([2, 3, 4])
    24
    """
    result: Number = 1
    for index, number in enumerate(numbers):
        result = number if index == 0 else result * number
    return result


def _plain(number: Number) -> bool:
    return isinstance(number, (int, float))
