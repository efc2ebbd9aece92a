"""Tables that count devices by groups: "| Pool | Instances | TP | GPUs |", "| Nodes | GPUs per node | GPUs |"."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import mul
from typing import TYPE_CHECKING

from stratc.arith.term import lift
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.notations import AXES
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_GROUPS = words("replica instance engine copy copie node server machine host box pod island")
_FILLING = words("number of count the total in all altogether sum used size")
_DEVICES = words("gpu rank")
_FACTORS = frozenset(("strategy.tp", "strategy.pp", "strategy.cp"))
_OTHERS = ("strategy.pp", "strategy.cp", "strategy.ep")  # which may multiply the devices of a group unseen


def row_products(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements "implied" of the devices of a row or a column, their working the groups times the devices of each."""
    lines: dict[object, list[Sentence]] = {}
    for each in said:
        if each.block.kind is Kind.CELL and each.header and len(each.figures) == 1 and _is_number(each):
            lines.setdefault((each.block.group, "row", each.block.label), []).append(each)
            lines.setdefault((each.block.group, "column", each.block.header), []).append(each)
    unseen = any(each.subject in _OTHERS and each.value != 1 for each in statements)
    for place, cells in lines.items():
        yield from _of_line(cells, place[1] == "row", unseen=unseen) if isinstance(place, tuple) else ()


def _is_number(cell: Sentence) -> bool:
    """Whether a cell is a count, with nothing behind it but what it counts."""
    figure = cell.value[0].figure if cell.value else None
    rest = [token for token in cell.value[1:] if token.stem not in _DEVICES and token.sign not in ("(", ")", "×")]
    return figure is not None and figure.is_count and not figure.quantity.is_range and not rest


def _of_line(cells: Sequence[Sentence], by_row: bool, *, unseen: bool) -> Iterator[Statement]:
    kinds: dict[str, list[Sentence]] = {}
    for cell in cells:
        if kind := _kind(cell.header if by_row else cell.key):
            kinds.setdefault(kind, []).append(cell)
    groups, totals = kinds.pop("groups", []), kinds.pop("devices", [])
    factors = [kinds[kind] for kind in sorted(kinds)]
    if len(groups) != 1 or len(totals) != 1 or not factors or any(len(each) != 1 for each in factors):
        return
    if "each" in kinds and len(factors) > 1:
        factors = [kinds["each"]]
    elif "each" not in kinds and unseen and "strategy.pp" not in kinds:
        return
    figure = totals[0].figures[0][1]
    terms = [literal_of(cell, cell.figures[0][1]) for cell in (groups[0], *(each[0] for each in factors))]
    said = say(totals[0], "implied", figure.value, (figure.start, figure.end), figure=figure, per=Per.TOTAL)
    yield replace(said, working=lift(reduce(mul, terms)))


def _kind(label: Sequence[Token]) -> str:
    """What a column or a row counts: groups, devices of each, all devices, or a degree; "" for anything else."""
    stems = [token.stem for token in label if token.stem]
    signs = {token.sign for token in label if token.sign}
    per = next((n for n, token in enumerate(label) if token.stem in ("per", "each", "a") or token.sign == "/"), None)
    if per is not None:
        counted = {token.stem for token in label[:per] if token.stem}
        whose = {token.stem for token in label[per + 1 :] if token.stem}
        each = label[per].stem == "each" and not whose
        return "each" if counted <= _DEVICES | _FILLING and counted & _DEVICES and (each or whose & _GROUPS) else ""
    if {*stems} <= _GROUPS | _FILLING and len({*stems} & _GROUPS) == 1 and not signs:
        return "groups"
    if {*stems} <= _DEVICES | _FILLING and {*stems} & _DEVICES:
        return "devices"
    axes = {axis for axis, _, _ in AXES.inside(label)} & _FACTORS
    return axes.pop() if len(axes) == 1 and len(stems) < 4 else ""
