"""Bare numbers in the unit beside them: of a column, of a row, of what they are compared with ("28 > 20 tokens/s")."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.arith.unit import COUNT, ONE
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.tokens import tokens_of
from stratc.frontends.markdown.facts.looks import unit_of_heading, with_unit
from stratc.frontends.markdown.words.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from stratc.arith.unit import Unit
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_UNITS = (["unit"], ["单位"])
_SIGNS = frozenset("~≈<>≤≥≲≳")
_COMPARING = frozenset("<>≤≥≪≫")
_ASKED = words("target requirement required goal limit slo sla min max")
_TIES = frozenset(":：<>≤≥=")


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
        if _is_bare(one) and other.quantity.dimension != COUNT and _is_sign(sentence.tokens[at + 1 : then]):
            found[one.start] = other.quantity.unit
        elif _is_bare(other) and one.quantity.dimension != COUNT and _asks(sentence.tokens[at + 1 : then + 2]):
            found[other.start] = one.quantity.unit
    return found


def _is_bare(figure: Figure) -> bool:
    return figure.quantity.unit == ONE and not figure.times


def _is_sign(between: Sequence[Token]) -> bool:
    """Whether two figures have only a sign of comparison between them: "28 > 20", "6000 >> 100"."""
    signs = {token.sign for token in between}
    return 0 < len(between) <= len(">>") and len(signs) == 1 and signs <= _COMPARING


def _asks(following: Sequence[Token]) -> bool:
    """Whether brackets that hold a bare number call it a requirement: "850 tokens/ms (requirement: 100)"."""
    opened = next((at for at, token in enumerate(following) if token.sign in ("(", "（")), None)
    if opened is None or following[-1].sign not in (")", "）"):
        return False
    inside = following[opened + 1 : -2]
    return bool(inside) and inside[0].stem in _ASKED and all(each.sign in _TIES for each in inside[1:])


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
