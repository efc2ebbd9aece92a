"""Values of the strategy language as quantities, words and terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite, log10
from typing import TypeAlias

from stratc.arith.functions import maximum, minimum
from stratc.arith.quantity import Quantity
from stratc.arith.term import Apply, Literal, Named, Term, lift
from stratc.arith.unit import COUNT, ONE, UNITS, Dimension, Unit, unit_named
from stratc.frontends.strat.faults import UNKNOWN_UNIT, Unusable, fault, unknown, unusable
from stratc.frontends.strat.names import meant
from stratc.syntax.print import show_value
from stratc.syntax.tree import About, Call, Chain, Figure, Group, Listing, Range, Signed, Text, Value, Word
from stratc.text.span import Span

Constants: TypeAlias = Mapping[str, "Quantity | str"]
FUNCTIONS = {"ceil": 1, "floor": 1, "max": 2, "min": 2}
_ROUNDED = {"ceil": "⌈÷⌉", "floor": "⌊÷⌋"}
LARGEST = 1 << 17  # devices that a listing may spell out
LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Computes values under the constants named so far; raises Unusable for a value that cannot be computed."""

    constants: Constants

    def quantity(self, value: Value) -> Quantity:
        """The value as a figure or a range of figures."""
        match value:
            case Figure():
                return figure(value)
            case Word():
                return self._constant(value)
            case Range():
                return self._range(value)
            case About(inner):
                return replace(self.quantity(inner), approximate=True)
            case Signed(sign, inner):
                found = self.quantity(inner)
                return found if sign == "+" else replace(found, low=-found.high, high=-found.low)
            case Group(inner, units):
                return self._with_units(self.quantity(inner), units, value.span)
            case Chain():
                return self._chain(value)
            case Call():
                return self._call(value)
            case Text() | Listing():
                raise unusable(f"{show_value(value)} is no figure", value.span)

    def _constant(self, word: Word) -> Quantity:
        found = self.constants.get(word.name)
        if found is None:
            raise unknown("constant", word, tuple(self.constants))
        if isinstance(found, str):
            raise unusable(f"`{word.name}` is the text `{found}` and no figure", word.span)
        return found

    def _range(self, value: Range) -> Quantity:
        low, high = self.quantity(value.low), self.quantity(value.high)
        if low.unit == ONE and high.unit != ONE:
            low = scaled(low, high.unit)
        if low.dimension != high.dimension:
            raise unusable(f"a range cannot go from {low.show()} to {high.show()}", value.span)
        if low.low > high.high:
            raise unusable(f"the range goes down: {low.show()} to {high.show()}", value.span, "turn its ends round")
        return Quantity(low.low, high.high, high.unit, low.approximate or high.approximate, high.step)

    def _with_units(self, inner: Quantity, units: tuple[str, ...], span: Span) -> Quantity:
        if not units:
            return inner
        if inner.unit != ONE:
            raise unusable(f"{inner.show()} has a unit already", span)
        return scaled(inner, unit_of(units, span))

    def _chain(self, value: Chain) -> Quantity:
        total = self.quantity(value.first)
        for sign, operand in value.rest:
            total = _combined(sign, total, self.quantity(operand), value.span)
        return total

    def _call(self, value: Call) -> Quantity:
        arguments = [self.quantity(each) for each in value.arguments]
        _check_call(value)
        first = arguments[0]
        if value.name in _ROUNDED:
            return Quantity.of(float((ceil if value.name == "ceil" else floor)(first.value)), first.unit)
        other = arguments[1]
        if first.dimension != other.dimension:
            raise unusable(f"{first.show()} and {other.show()} cannot be compared", value.span)
        choose = max if value.name == "max" else min
        return Quantity.of(choose(first.value, other.value), first.unit)

    def term(self, value: Value) -> Term:
        """The value as a working that can be read back."""
        match value:
            case Figure(label=label):
                found = figure(value)
                unit = None if found.unit == ONE else found.unit
                return Named(label, found.value, None, unit) if label else Literal(found.value, unit, value.span)
            case Group(inner, ()):
                return self.term(inner)
            case Chain(first, rest):
                total = self.term(first)
                for sign, operand in rest:
                    total = _joined(sign, total, self.term(operand))
                return total
            case Call():
                return self._term_of_call(value)
            case Word(name):
                found = self._constant(value)
                return Named(name, found.value, None, None if found.unit == ONE else found.unit)
            case _:
                found = self.quantity(value)
                return Literal(found.value, None if found.unit == ONE else found.unit, value.span)

    def _term_of_call(self, value: Call) -> Term:
        _check_call(value)
        if value.name not in _ROUNDED:
            left, right = (self.term(each) for each in value.arguments)
            return lift(maximum(left, right) if value.name == "max" else minimum(left, right))
        match value.arguments[0]:
            case Chain(first, (("/", divisor),)):
                return Apply(_ROUNDED[value.name], self.term(first), self.term(divisor))
            case other:
                return Apply(_ROUNDED[value.name], self.term(other), Literal(1.0))


def figure(value: Figure) -> Quantity:
    """A figure as written, its last digit remembered."""
    digits = value.digits.replace("_", "")
    if len(digits) > LONGEST_NUMBER:
        raise unusable("the number has more digits than any figure of a plan", value.span)
    mantissa, _, exponent = digits.lower().partition("e")
    number = float(digits)
    places = len(mantissa.partition(".")[2])
    if not isfinite(number) or abs(int(exponent or 0)) > 300:
        raise unusable("the number is too large", value.span)
    unit = unit_of(value.units, value.span) if value.units else ONE
    exact = _in_units(mantissa, int(exponent or 0), unit)
    return Quantity(exact, exact, unit, step=10.0 ** (int(exponent or 0) - places) * unit.scale)


def _in_units(mantissa: str, exponent: int, unit: Unit) -> float:
    """So many of a unit in SI units; for powers of ten the nearest float there is, as if written out."""
    power = round(log10(unit.scale))
    if 10.0**power == unit.scale:
        return float(f"{mantissa}e{exponent + power}")
    return float(f"{mantissa}e{exponent}") * unit.scale


def scaled(quantity: Quantity, unit: Unit) -> Quantity:
    """A bare number taken as so many of a unit."""
    low, high = (
        _in_units(repr(end), 0, unit) if "e" not in repr(end) else end * unit.scale
        for end in (quantity.low, quantity.high)
    )
    return Quantity(low, high, unit, quantity.approximate, quantity.step * unit.scale)


def unit_of(words: tuple[str, ...], span: Span) -> Unit:
    """The unit of one word (`GB`) or two (`B parameters`)."""
    found = [unit_named(word) for word in words]
    match found:
        case [Unit() as unit]:
            return unit
        case [Unit() as many, Unit() as unit] if many.dimension == COUNT and unit.scale == 1.0:
            return Unit(f"{many.symbol} {unit.symbol}", many.scale, unit.dimension)
    bad = next((word for word, unit in zip(words, found, strict=True) if unit is None), " ".join(words))
    near = meant(bad, tuple(UNITS))
    advice = f"did you mean `{near[0]}`?" if near else "units are those of data sheets: GB, TB/s, TFLOP/s, ms, %, B"
    raise Unusable(fault(UNKNOWN_UNIT, f"no unit `{bad}`", span, "not known", advice))


def unit_for(dimension: Dimension, *candidates: Unit) -> Unit:
    """The first candidate of the dimension, else its SI unit."""
    return next((unit for unit in candidates if unit.dimension == dimension), Unit(str(dimension), 1.0, dimension))


def _combined(sign: str, left: Quantity, right: Quantity, span: Span) -> Quantity:
    if left.is_range or right.is_range:
        raise unusable("ranges cannot be computed with", span)
    unit = left.unit
    if sign in "+-":
        if left.dimension != right.dimension:
            raise unusable(f"{left.show()} and {right.show()} cannot be {_PAST[sign]}", span)
        result = left.value + right.value if sign == "+" else left.value - right.value
    elif sign == "*":
        unit = unit_for(left.dimension * right.dimension, left.unit, right.unit)
        result = left.value * right.value
    else:
        if not right.value:
            raise unusable("division by zero", span)
        unit = unit_for(left.dimension / right.dimension, left.unit)
        result = left.value / right.value
    if not isfinite(result):
        raise unusable("the number is too large", span)
    return Quantity(result, result, unit, left.approximate or right.approximate)


_PAST = {"+": "added", "-": "subtracted"}


def _joined(sign: str, left: Term, right: Term) -> Term:
    return Apply({"*": "×", "/": "÷"}.get(sign, sign), left, right)


def _check_call(value: Call) -> None:
    if value.name not in FUNCTIONS:
        span = Span(value.span.source, value.span.start, value.span.start + len(value.name))
        raise unknown("function", Word(value.name, span), tuple(FUNCTIONS))
    if len(value.arguments) != FUNCTIONS[value.name]:
        raise unusable(f"`{value.name}` takes {FUNCTIONS[value.name]} values", value.span)
