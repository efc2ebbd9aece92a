"""The ground of one figure, for a person who wants to check it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from stratc.arith.unit import BYTE, PARAMETER, SECOND, Dimension, Unit, show
from stratc.ir.origin import Assumed, Derived, Given, Known
from stratc.reporters.estimate import RATES, table
from stratc.reporters.inspection import value_shown
from stratc.reporters.style import Style

if TYPE_CHECKING:
    from stratc.ir.explanation import Explanation

WIDE = 100  # columns of a working
UNITS: dict[str, Dimension | Unit] = {"parameters": PARAMETER, "memory": BYTE, "communication": BYTE}


def render(told: Explanation, where: Callable[[Known[Any]], str], *, colour: bool = False) -> str:
    """The figure, its working or parts, the laws with their sources, and the facts and assumptions under it."""
    style = Style(colour)
    blocks = [
        list(_figure(told, style)),
        list(_parts(told, style)),
        list(_laws(told, style)),
        list(_ground(told, where, style)),
    ]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


def _unit(item: str) -> Dimension | Unit | None:
    group, _, name = item.partition(".")
    return RATES.get(
        name,
        PARAMETER if name == "parameters" else UNITS.get(group, SECOND if group in ("training", "inference") else None),
    )


def _shown(item: str, value: float) -> str:
    unit = _unit(item)
    return show(value, unit, 4) if unit is not None else show(value, digits=4)


def _figure(told: Explanation, style: Style) -> Iterator[str]:
    stage = "" if told.stage is None else f" on a device of stage {told.stage}"
    yield style.bold(f"{told.item}{stage}: {_shown(told.item, told.value)}")
    if told.working is not None:
        lines = wrap(str(told.working), WIDE, break_long_words=False, break_on_hyphens=False)
        yield from (f"  {'=' if n == 0 else ' '} {line}" for n, line in enumerate(lines))


def _parts(told: Explanation, style: Style) -> Iterator[str]:
    if told.parts:
        yield style.bold("made of")
        yield from table([[name.replace("_", " "), _shown(told.item, amount)] for name, amount in told.parts])


def _laws(told: Explanation, style: Style) -> Iterator[str]:
    if told.laws:
        yield style.bold("by the laws")
    for law in told.laws:
        yield f"  {law.name}: {law.sentence}"
        yield from (f"    {line}" for line in wrap(law.formula, WIDE))
        yield from [f"    source: {', '.join(law.sources)}"] if law.sources else []


def _ground(told: Explanation, where: Callable[[Known[Any]], str], style: Style) -> Iterator[str]:
    rows = [[each.key, value_shown(each.known.value, each.unit), _origin(each.known, where)] for each in told.stated]
    rows += [[each.key, value_shown(each.value, each.unit), f"assumed: {each.because}"] for each in told.assumed]
    if rows:
        yield style.bold("rests on")
    yield from table(rows)


def _origin(known: Known[Any], where: Callable[[Known[Any]], str]) -> str:
    place = where(known)
    match known.origin:
        case Given(by, _):
            return f"{by}{f', named at {place}' if place else ''}"
        case Derived(by, _):
            return f"derived: {by}{f', from {place}' if place else ''}"
        case Assumed(because):
            return f"assumed: {because}"
    return place
