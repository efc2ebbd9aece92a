"""What a working multiplies and divides by, with the words its figures carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from stratc.arith.term import Apply, Literal, Named, Term
from stratc.arith.unit import BYTE


class Factor(NamedTuple):
    """One figure of a product; `word` is the name or unit beside it in lower case, perhaps empty."""

    value: float
    word: str = ""
    is_bytes: bool = False


class Product(NamedTuple):
    """A working as a product over a product."""

    over: tuple[Factor, ...]
    under: tuple[Factor, ...]

    def multiplies(self, *values: float) -> bool:
        """Whether all these figures are among those multiplied, each at its own place."""
        return are_among(values, (factor.value for factor in self.over))

    def without(self, *values: float) -> tuple[Factor, ...]:
        """The multiplied factors that remain when these figures are taken away once each."""
        left = list(self.over)
        for value in values:
            match = next((factor for factor in left if factor.value == value), None)
            if match is not None:
                left.remove(match)
        return tuple(left)


def are_among(values: Iterable[float], figures: Iterable[float]) -> bool:
    """Whether all these values are among some figures, each at its own place.

    >>> are_among((2, 8), (8, 2, 128)), are_among((2, 2), (8, 2, 128))
    (True, False)
    """
    return Counter(values) <= Counter(figures)


def product_of(term: Term) -> Product | None:
    """The working as a product; None where it adds or subtracts, or holds one figure alone."""
    over: list[Factor] = []
    under: list[Factor] = []
    if not _collect(term, over, under) or len(over) + len(under) < 2:
        return None
    return Product(tuple(over), tuple(under))


def _collect(term: Term, over: list[Factor], under: list[Factor]) -> bool:
    match term:
        case Apply("×", left, right):
            return _collect(left, over, under) and _collect(right, over, under)
        case Apply("÷", left, right):
            return _collect(left, over, under) and _collect(right, under, over)
        case Named(name, number):
            over.append(Factor(number, name.lower(), term.dimension == BYTE))
            return True
        case Literal(number, unit):
            over.append(Factor(number, unit.symbol.lower() if unit else "", term.dimension == BYTE))
            return True
    return False


def multiplied(term: Term) -> tuple[Term, ...]:
    """What a working multiplies; what it is divided by is left out."""
    match term:
        case Apply("×", left, right):
            return (*multiplied(left), *multiplied(right))
        case Apply("÷" | "⌈÷⌉" | "⌊÷⌋", left, _):
            return multiplied(left)
    return (term,)


def terms_of_sum(term: Term) -> tuple[Term, ...]:
    """What a working adds; itself where it adds nothing."""
    match term:
        case Apply("+", left, right):
            return (*terms_of_sum(left), *terms_of_sum(right))
    return (term,)


def figures_of(term: Term) -> tuple[Term, ...]:
    """The figures of a working, from left to right."""
    match term:
        case Apply(_, left, right):
            return (*figures_of(left), *figures_of(right))
    return (term,)
