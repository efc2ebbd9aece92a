"""Bare numbers of tables in the unit that their column, their row or a column of units names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import COUNT, ONE
from stratc.frontends.markdown.blocks import Kind
from stratc.frontends.markdown.looks import unit_of_heading, with_unit
from stratc.frontends.markdown.tokens import tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.arith.unit import Unit
    from stratc.frontends.markdown.sentences import Sentence

_UNITS = (["unit"], ["单位"])
_SIGNS = frozenset("~≈<>≤≥≲≳")


def lent_units(said: Iterable[Sentence]) -> Iterator[Sentence]:
    """The sentences, each cell that holds a number alone with the unit that stands beside or above it."""
    sentences = list(said)
    units: dict[tuple[int, int], Unit] = {}  # by table and row
    for each in sentences:
        of_units = each.block.kind is Kind.CELL and each.key and [token.stem for token in each.header] in _UNITS
        if of_units and (unit := _written(each.text)):
            units[each.block.group, each.block.label[0]] = unit
    for each in sentences:
        unit = _unit(each, units) if each.block.kind is Kind.CELL and each.header and each.figures else None
        yield _in(each, unit) if unit else each


def _written(text: str) -> Unit | None:
    """The unit that a text is."""
    tokens = tokens_of(f"1 {text.strip()}", 0)
    figure = tokens[0].figure if len(tokens) == 1 else None
    return figure.quantity.unit if figure and figure.quantity.dimension != COUNT else None


def _unit(cell: Sentence, units: dict[tuple[int, int], Unit]) -> Unit | None:
    """The unit of a bare number; the column's before the row's."""
    if len(cell.figures) != 1 or any(
        token.stem or token.sign not in _SIGNS for token in cell.value if not token.figure
    ):
        return None
    quantity = cell.figures[0][1].quantity
    if quantity.unit != ONE or cell.figures[0][1].times:
        return None
    row = units.get((cell.block.group, cell.block.label[0]))
    return unit_of_heading(cell.header) or row or unit_of_heading(cell.key)


def _in(cell: Sentence, unit: Unit) -> Sentence:
    figure = cell.figures[0][1]
    lent = figure._replace(quantity=with_unit(figure.quantity, unit))
    value = tuple(token._replace(figure=lent) if token.figure else token for token in cell.value)
    return cell._replace(value=value, tokens=value)
