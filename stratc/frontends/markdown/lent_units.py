"""Bare numbers in the unit beside them: of a column, of a row, of what they are compared with ("28 > 20 tokens/s")."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.arith.unit import COUNT, ONE
from stratc.frontends.markdown.blocks import Kind
from stratc.frontends.markdown.looks import unit_of_heading, with_unit
from stratc.frontends.markdown.tokens import tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stratc.arith.unit import Unit
    from stratc.frontends.markdown.sentences import Sentence
    from stratc.frontends.markdown.tokens import Token

_UNITS = (["unit"], ["单位"])
_SIGNS = frozenset("~≈<>≤≥≲≳")
_COMPARING = frozenset("<>≤≥")


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
        lent = dict.fromkeys((figure.start for _, figure in each.figures[:1]), unit) if unit else _compared(each)
        yield _in(each, lent) if lent else each


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


def _compared(sentence: Sentence) -> dict[int, Unit]:
    """The units of bare numbers that are held against a figure with one, by where they start."""
    found = {}
    for (at, one), (then, other) in pairwise(sentence.figures):
        bare = one.quantity.unit == ONE and not one.times and other.quantity.dimension != COUNT
        if bare and then == at + 2 and sentence.tokens[at + 1].sign in _COMPARING:
            found[one.start] = other.quantity.unit
    return found


def _in(sentence: Sentence, units: Mapping[int, Unit]) -> Sentence:
    """The sentence, its figures that start there in these units."""
    value = tuple(_with(token, units) for token in sentence.value)
    same = sentence.block.kind is Kind.CELL
    return sentence._replace(
        value=value, tokens=value if same else tuple(_with(each, units) for each in sentence.tokens)
    )


def _with(token: Token, units: Mapping[int, Unit]) -> Token:
    figure = token.figure
    if figure is None or figure.start not in units:
        return token
    return token._replace(figure=figure._replace(quantity=with_unit(figure.quantity, units[figure.start])))
