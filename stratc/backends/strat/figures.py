"""Figures, workings and words as values of the strategy language that read back as the same."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isclose, isfinite, log10

from stratc.arith.quantity import Quantity
from stratc.arith.term import OPERATORS, Apply, Literal, Named, Term
from stratc.arith.unit import COUNT, ONE, UNITS, Dimension, Unit, unit_named
from stratc.syntax.tree import About, Call, Chain, Figure, Group, Range, Signed, Text, Value, Word
from stratc.text.span import Span

NOWHERE = Span("", 0, 0)
_WORD = re.compile(r"(?:1[fF]1[bB]|[^\W\d]\w*)(?:-[^\W\d_]\w*)*")
_SIGNS = {"+": "+", "-": "-", "×": "*", "÷": "/"}
LARGE = 1e15  # from here on a float is no longer every whole number


def words(text: str) -> Word | Text:
    """A bare word where the text is one, else a text in quotes."""
    return Word(text, NOWHERE) if _WORD.fullmatch(text) else Text(text, NOWHERE)


def number(value: float, unit: Unit = ONE, step: float = 0.0, label: str = "") -> Value:
    """A value in SI units as a figure of a unit, with as many digits as its step says."""
    if value < 0:
        return Signed("-", number(-value, unit, step, label), NOWHERE)
    named = _writable(unit)
    symbols = tuple(named.symbol.split()) if named.symbol else ()
    return Figure(_digits(value, named.scale, step), symbols, label, NOWHERE)


def _writable(unit: Unit) -> Unit:
    """The unit, where its symbol reads back as it; else one of the same dimension that does."""
    parts = unit.symbol.split()
    found = [unit_named(part) for part in parts]
    if len(parts) == 1 and found[0] == unit:
        return unit
    if len(parts) == 2 and found[0] and found[1]:
        joined = found[0].dimension == COUNT and found[0].scale * found[1].scale == unit.scale
        if joined and found[1].dimension == unit.dimension:
            return unit
    return si_unit(unit.dimension)


def si_unit(dimension: Dimension) -> Unit:
    """The smallest decimal unit of a dimension that has a name; a bare number where there is none."""
    if dimension == COUNT:
        return ONE
    named = [unit for unit in UNITS.values() if unit.dimension == dimension and unit.scale >= 1]
    return min(named, key=lambda unit: unit.scale, default=ONE)


def _digits(value: float, scale: float, step: float) -> str:
    exact = Decimal(repr(float(value)))
    power = round(log10(scale))
    in_units = exact.scaleb(-power) if 10.0**power == scale else Decimal(repr(value / scale))
    if step > 0:
        places = max(0, -round(log10(step / scale)))
        rounded = f"{in_units:.{places}f}"
        if isclose(float(rounded), float(in_units), rel_tol=1e-9, abs_tol=1e-300):
            return rounded
    return f"{in_units.normalize():f}" if abs(in_units) < Decimal("1e15") and in_units else f"{float(in_units):g}"


def quantity(written: Quantity) -> Value:
    """A figure as it was written, ranges and `~` included."""
    unit, step = written.unit, written.step
    high = number(written.high, unit, step)
    shown: Value = Range(_bare(number(written.low, unit, step)), high, NOWHERE) if written.is_range else high
    return About(shown, NOWHERE) if written.approximate else shown


def _bare(value: Value) -> Value:
    """A figure without its unit, for the low end of a range."""
    match value:
        case Figure(digits):
            return Figure(digits, (), "", NOWHERE)
        case Signed(sign, inner):
            return Signed(sign, _bare(inner), NOWHERE)
        case _:
            return value


def working(term: Term) -> Value | None:
    """A working as arithmetic; None where one of its figures is no number."""
    if not all(isfinite(each) for each in _figures(term)):
        return None
    return _arithmetic(term)


def _figures(term: Term) -> tuple[float, ...]:
    return (*_figures(term.left), *_figures(term.right)) if isinstance(term, Apply) else (term.value,)


def _arithmetic(term: Term) -> Value:
    match term:
        case Named(name, figure, _, unit):
            return _grouped(number(figure, unit or ONE, label=name))
        case Literal(figure, unit):
            return _grouped(number(figure, unit or ONE))
        case Apply("max" | "min" as name, left, right):
            return Call(name, (_arithmetic(left), _arithmetic(right)), NOWHERE)
        case Apply("⌈÷⌉" | "⌊÷⌋" as op, left, right):
            quotient = Chain(_operand(left, 2), (("/", _operand(right, 3)),), NOWHERE)
            return Call("ceil" if op == "⌈÷⌉" else "floor", (quotient,), NOWHERE)
        case Apply(op):
            return _chain(term, OPERATORS[op].rank)
        case _:
            return number(term.value)


def _grouped(value: Value) -> Value:
    return Group(value, (), NOWHERE) if isinstance(value, Signed) else value


def _chain(term: Apply, rank: int) -> Chain:
    rest: list[tuple[str, Value]] = []
    left: Term = term
    while isinstance(left, Apply) and left.op in _SIGNS and OPERATORS[left.op].rank == rank:
        rest.append((_SIGNS[left.op], _operand(left.right, rank + 1)))
        left = left.left
    return Chain(_operand(left, rank), tuple(reversed(rest)), NOWHERE)


def _operand(term: Term, rank: int) -> Value:
    """A part of a chain, in brackets where it binds more loosely than its place."""
    inner = _arithmetic(term)
    loose = isinstance(term, Apply) and term.op in _SIGNS and OPERATORS[term.op].rank < rank
    return Group(inner, (), NOWHERE) if loose else inner
