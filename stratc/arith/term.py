"""Arithmetic that can be read back.

A formula of the cost model is a plain function over numbers.  Called with numbers it returns a number, with numpy
columns a column, and with terms the working: which named quantities went in, in what order, and what came out.
The equations that plans write are parsed to the same terms.
"""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from math import ceil, floor, inf, nan
from typing import TYPE_CHECKING, Protocol, TypeAlias

from stratc.record import Record, dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from stratc.arith.unit import Dimension, Unit
    from stratc.text.span import Span


class HasSpans(Protocol):
    """Whatever can say on which places of the documents it rests."""

    def spans(self) -> tuple[Span, ...]: ...


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    return nan if not left else inf


def _ceil_divide(left: float, right: float) -> float:
    quotient = _divide(left, right)
    return float(ceil(quotient - 1e-9)) if abs(quotient) < 1e300 else quotient


def _floor_divide(left: float, right: float) -> float:
    quotient = _divide(left, right)
    return float(floor(quotient + 1e-9)) if abs(quotient) < 1e300 else quotient


class Term:
    """A number and how it came about; a plain class, as formulas ask of every number whether it is one."""

    __slots__ = ()

    @property
    def value(self) -> float:
        """The number, in SI units."""
        raise NotImplementedError

    @property
    def leaves(self) -> tuple[Named, ...]:
        """The named inputs, each once, in the order of the working."""
        raise NotImplementedError

    @property
    def dimension(self) -> Dimension:
        """What the number counts."""
        raise NotImplementedError

    def __add__(self, other: Number) -> Term:
        return _sum(self, lift(other))

    def __radd__(self, other: Number) -> Term:
        return _sum(lift(other), self)

    def __sub__(self, other: Number) -> Term:
        return _difference(self, lift(other))

    def __rsub__(self, other: Number) -> Term:
        return _difference(lift(other), self)

    def __mul__(self, other: Number) -> Term:
        return _product(self, lift(other))

    def __rmul__(self, other: Number) -> Term:
        return _product(lift(other), self)

    def __truediv__(self, other: Number) -> Term:
        divisor = lift(other)
        return self if _is(divisor, 1) else Apply("÷", self, divisor)

    def __rtruediv__(self, other: Number) -> Term:
        return Apply("÷", lift(other), self)


Number: TypeAlias = float | Term
_ROUNDED = ("⌈÷⌉", "⌊÷⌋")


@dataclass(frozen=True, repr=False)
class Literal(Record, Term):
    """A bare figure; `unit` is the one it was written in, `span` where a document writes it."""

    number: float
    unit: Unit | None = None
    span: Span | None = field(default=None, compare=False)

    @property
    def value(self) -> float:
        return self.number

    @property
    def leaves(self) -> tuple[Named, ...]:
        return ()

    @property
    def dimension(self) -> Dimension:
        from stratc.arith.unit import COUNT

        return self.unit.dimension if self.unit else COUNT

    def __str__(self) -> str:
        return _shown(self.number, self.unit)


@dataclass(frozen=True, repr=False)
class Named(Record, Term):
    """A figure with the name people read it by, and the fact that it is."""

    name: str
    number: float
    known: HasSpans | None = field(default=None, compare=False)
    unit: Unit | None = None

    @property
    def value(self) -> float:
        return self.number

    @property
    def leaves(self) -> tuple[Named, ...]:
        return (self,)

    @property
    def dimension(self) -> Dimension:
        from stratc.arith.unit import COUNT

        return self.unit.dimension if self.unit else COUNT

    def __str__(self) -> str:
        figure = _shown(self.number, self.unit)
        return figure if figure.endswith(self.name) else f"{figure} {self.name}"


@dataclass(frozen=True, repr=False)
class Apply(Record, Term):
    """Two terms joined by one of OPERATORS."""

    op: str
    left: Term
    right: Term

    @cached_property
    def value(self) -> float:
        return OPERATORS[self.op].compute(self.left.value, self.right.value)

    @property
    def leaves(self) -> tuple[Named, ...]:
        return tuple(dict.fromkeys(self.left.leaves + self.right.leaves))

    @property
    def dimension(self) -> Dimension:
        match self.op:
            case "×":
                return self.left.dimension * self.right.dimension
            case "÷" | "⌈÷⌉" | "⌊÷⌋":
                return self.left.dimension / self.right.dimension
            case _:
                return self.left.dimension

    def __str__(self) -> str:
        if self.op in ("max", "min"):
            return f"{self.op}({self.left}, {self.right})"
        if self.op in _ROUNDED:
            return f"{self.op[0]}{self._side(self.left)} ÷ {self._side(self.right, right=True)}{self.op[-1]}"
        return f"{self._side(self.left)} {self.op} {self._side(self.right, right=True)}"

    def _side(self, term: Term, right: bool = False) -> str:
        if not isinstance(term, Apply) or term.op in ("max", "min", *_ROUNDED):
            return str(term)
        rank, inner = OPERATORS[self.op].rank, OPERATORS[term.op].rank
        loose = inner < rank or (inner == rank and right and self.op in ("-", "÷", *_ROUNDED))
        return f"({term})" if loose else str(term)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Operator(Record):
    """How tightly an operator binds, and what it does to numbers."""

    rank: int
    compute: Callable[[float, float], float]


OPERATORS = {
    "+": Operator(1, lambda a, b: a + b),
    "-": Operator(1, lambda a, b: a - b),
    "×": Operator(2, lambda a, b: a * b),
    "÷": Operator(2, _divide),
    "⌈÷⌉": Operator(2, _ceil_divide),
    "⌊÷⌋": Operator(2, _floor_divide),
    "max": Operator(3, max),
    "min": Operator(3, min),
}


class Counted(int):
    """A whole number that is an int to every comparison and its working to whoever asks (`working`).

    >>> tp = Counted(Named("tp", 8))
    >>> tp > 1, str(lift(4096) / tp)
    (True, '4,096 ÷ 8 tp')
    """

    term: Term

    def __new__(cls, term: Term) -> Counted:
        made = super().__new__(cls, int(term.value))
        made.term = term
        return made


class Measured(float):
    """The same for a number with fractions."""

    term: Term

    def __new__(cls, term: Term) -> Measured:
        made = super().__new__(cls, term.value)
        made.term = term
        return made


def working(number: Number) -> Number:
    """The working of a number that carries one; any other as it is."""
    return number.term if isinstance(number, (Counted, Measured)) else number


def lift(number: Number) -> Term:
    """A term of any number."""
    if isinstance(number, Term):
        return number
    return number.term if isinstance(number, (Counted, Measured)) else Literal(number)


def _sum(left: Term, right: Term) -> Term:
    """The sum; a bare zero leaves no trace in the working."""
    if _is(left, 0):
        return right
    return left if _is(right, 0) else Apply("+", left, right)


def _difference(left: Term, right: Term) -> Term:
    """The difference; what is taken from itself leaves nothing."""
    if left == right:
        return Literal(0.0)
    return left if _is(right, 0) else Apply("-", left, right)


def _product(left: Term, right: Term) -> Term:
    """The product; a bare one leaves no trace, a bare zero leaves nothing else."""
    if _is(left, 0) or _is(right, 0):
        return Literal(0.0)
    if _is(left, 1):
        return right
    return left if _is(right, 1) else Apply("×", left, right)


def _is(term: Term, number: float) -> bool:
    return isinstance(term, Literal) and term.number == number and term.unit is None and term.span is None


def plain(number: Number) -> float:
    """The bare value of any number."""
    return number.value if isinstance(number, Term) else number


def _shown(number: float, unit: Unit | None) -> str:
    from stratc.arith.unit import PERCENT, figures, show

    if unit is None:
        return figures(number, 4)
    return show(number, unit if unit == PERCENT else unit.dimension, 4)
