"""Values as the keys of the plan take them: whole numbers, fractions, words, switches, extents, placements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stratc.arith.unit import COUNT, ONE, Dimension, show
from stratc.diagnostics.fix import Applicability, Edit, Fix
from stratc.frontends.strat.faults import unknown, unusable
from stratc.frontends.strat.figures import LARGEST, Evaluator
from stratc.frontends.strat.names import CLOSED, LOWER_CASE, MAY_BE_ZERO, SWITCHES, Key, Sort, is_share
from stratc.ir.values import Extent
from stratc.syntax.print import show_value
from stratc.syntax.tree import About, Chain, Figure, Listing, Range, Text, Value, Word

if TYPE_CHECKING:
    from stratc.arith.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Settled:
    """A value in SI units and, where it is a figure, the figure as written."""

    value: int | float | str | bool | Extent
    quantity: Quantity | None = None


def settle(key: Key, value: Value, evaluator: Evaluator) -> Settled:
    """What a key takes from a value; raises Unusable where it cannot."""
    match key.sort:
        case Sort.WORD:
            return Settled(word(key, value, evaluator))
        case Sort.SWITCH:
            return Settled(_switch(key, value))
        case _:
            return _number(key, value, evaluator)


def word(key: Key, value: Value, evaluator: Evaluator) -> str:
    """A word or text; where the words of a key are a fixed set, one of them."""
    match value:
        case Text(text):
            found = text
        case Word(name):
            constant = evaluator.constants.get(name)
            found = constant if isinstance(constant, str) else name
        case _:
            raise unusable(f"`{key.name}` takes a word or a text in quotes, not {show_value(value)}", value.span)
    if not found.strip():
        raise unusable(f"`{key.name}` is empty", value.span)
    known = CLOSED.get(key.subject, ())
    same = next((each for each in known if each.casefold() == found.casefold()), "")
    if known and not same:
        raise unknown(key.name.replace("_", " "), Word(found, value.span), known)
    return same or (found.lower() if key.subject in LOWER_CASE else found)


def _switch(key: Key, value: Value) -> bool:
    name = value.name.lower() if isinstance(value, Word) else ""
    if name not in SWITCHES:
        raise unusable(f"`{key.name}` is `true` or `false`, not {show_value(value)}", value.span)
    return SWITCHES[name]


def _number(key: Key, value: Value, evaluator: Evaluator) -> Settled:
    quantity = evaluator.quantity(value)
    check_dimension(f"`{key.name}`", key.dimensions, key.example, quantity, value)
    check_share(key.subject, quantity, value)
    if quantity.low < 0 or (quantity.low == 0 and key.sort is not Sort.NUMBER and key.name not in MAY_BE_ZERO):
        raise unusable(f"`{key.name}` cannot be {quantity.show()}", value.span)
    if key.sort is Sort.EXTENT:
        return Settled(Extent(_whole(key, quantity.low, value), _whole(key, quantity.high, value)), quantity)
    if quantity.is_range:
        raise unusable(f"`{key.name}` is one figure, not the range {quantity.show()}", value.span)
    if key.sort is Sort.INTEGER:
        return Settled(_whole(key, quantity.value, value), quantity)
    return Settled(quantity.value, quantity)


def _whole(key: Key, number: float, value: Value) -> int:
    if abs(number - round(number)) > 1e-9 * max(1.0, abs(number)):
        raise unusable(f"`{key.name}` is a whole number, not {show(number, digits=6)}", value.span)
    return round(number)


def check_dimension(
    name: str, allowed: tuple[Dimension, ...] | None, example: str, quantity: Quantity, value: Value
) -> None:
    """Refuses figures that count something else; raises Unusable."""
    if allowed is None or quantity.dimension in allowed:
        return
    advice = f"write it like `{example}`" if example else ""
    if quantity.dimension == COUNT:
        raise unusable(f"{name} needs a unit: {quantity.show()} of what?", value.span, advice)
    wanted = str(allowed[0]) or "a bare number"
    raise unusable(
        f"{name} is counted in {wanted}, not in {quantity.dimension} ({quantity.show()})", value.span, advice
    )


def check_share(subject: str, quantity: Quantity, value: Value) -> None:
    """Refuses fractions far above one, which were meant as per cent; raises Unusable."""
    if not is_share(subject) or quantity.unit != ONE or quantity.high <= 2.0:
        return
    inner = value.value if isinstance(value, About) else value
    fix = None
    if isinstance(inner, Figure) and not inner.units:
        edit = Edit(inner.span, f"{inner.digits} %")
        fix = Fix("add `%`", (edit,), Applicability.UNSAFE)
    message = f"{quantity.show()} as a fraction is {show(quantity.value * 100, digits=4)} %"
    raise unusable(message, value.span, f"write {show(quantity.value, digits=4)} %", fix)


def whole(value: Value, evaluator: Evaluator, what: str) -> int:
    """A single whole number that is not negative; raises Unusable."""
    quantity = evaluator.quantity(value)
    if quantity.is_range or quantity.dimension != COUNT or quantity.value < 0 or quantity.value % 1:
        raise unusable(f"{what} is a whole number, not {quantity.show()}", value.span)
    return int(quantity.value)


def bounds(value: Value, evaluator: Evaluator, what: str) -> tuple[int, int]:
    """First and last of a range; a single number is both.  Raises Unusable."""
    if isinstance(value, Range):
        low, high = whole(value.low, evaluator, what), whole(value.high, evaluator, what)
        if low > high:
            raise unusable(f"the range goes down: {low} to {high}", value.span, "turn its ends round")
        return low, high
    if isinstance(value, Word | Chain):
        quantity = evaluator.quantity(value)
        if quantity.is_range and quantity.dimension == COUNT and quantity.low >= 0:
            return int(quantity.low), int(quantity.high)
    single = whole(value, evaluator, what)
    return single, single


def numbers(value: Value, evaluator: Evaluator, what: str) -> tuple[int, ...]:
    """All whole numbers of a list, a range or a single one, in the order written; raises Unusable."""
    parts = value.items if isinstance(value, Listing) else (value,)
    found: list[int] = []
    for part in parts:
        low, high = bounds(part, evaluator, what)
        if high - low + len(found) >= LARGEST:
            raise unusable(f"more than {LARGEST:,} {what}s in one list", value.span)
        found.extend(range(low, high + 1))
    return tuple(found)
