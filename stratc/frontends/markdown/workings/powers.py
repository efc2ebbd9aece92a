"""Exponents of inline arithmetic: "2560²", "2^20", "(1e5)²"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.workings.operand import Item, Operand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.tokens import Token

_POWERS = {"²": 2, "³": 3}
_WRITTEN_OUT = 3  # a higher power is worked out at once
_HIGHEST = 65


def power_at(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """The exponent that stands at an index, right behind a figure or a bracket, and the index after it."""
    if (
        not at
        or tokens[at].start != tokens[at - 1].end
        or (tokens[at - 1].figure is None and tokens[at - 1].sign != ")")
    ):
        return None
    if tokens[at].stem in _POWERS:
        return _POWERS[tokens[at].stem], at + 1
    exponent = tokens[at + 1].figure if tokens[at].sign == "^" and at + 1 < len(tokens) else None
    whole = exponent is not None and exponent.is_single and exponent.value in range(2, _HIGHEST)
    return (int(exponent.value), at + 2) if exponent and whole else None


def raise_last(items: list[Item], power: int) -> None:
    """The last figure or bracket to a power; a square or cube is written out, but not that of a result."""
    base = items[-1] if items else None
    result = items[-2:-1] == ["="]
    if base == ")":
        first = _opening(items)
        items[first:] = _written_out(items[first:], power)
    elif isinstance(base, Operand) and base.unit is None and power <= _WRITTEN_OUT and not result:
        base.words = ()
        items[-1:] = _written_out([base], power)
    elif isinstance(base, Operand):
        base.value **= power
        base.figure = None  # which is the base alone


def _written_out(group: list[Item], power: int) -> list[Item]:
    return ["(", *([*group, "×"] * (power - 1)), *group, ")"]


def _opening(items: list[Item]) -> int:
    """The index of the bracket that the last item closes."""
    depth = 0
    for at in range(len(items) - 1, -1, -1):
        depth += (items[at] == ")") - (items[at] == "(")
        if depth == 0:
            return at
    return 0
