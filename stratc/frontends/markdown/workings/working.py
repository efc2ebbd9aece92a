"""Inline arithmetic: `16 heads × 64 dims × 2 bytes`, a result before or after its formula, chains of equations.

The words between figures are left out, but name the figures in the Term ("16 heads"); "TP4" and "TP(4)" are figures
too, "30% of" is a product, "distributed across" a quotient.
"""

from __future__ import annotations

from dataclasses import replace
from math import isclose
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.term import Apply, Literal, Named, Term
from stratc.arith.unit import COUNT, PERCENT
from stratc.frontends.markdown.document.tokens import is_times
from stratc.frontends.markdown.workings.brackets import is_no_formula
from stratc.frontends.markdown.workings.chains import is_new
from stratc.frontends.markdown.workings.device_factors import on_devices
from stratc.frontends.markdown.workings.joined import joined
from stratc.frontends.markdown.workings.operand import UNKNOWN, Item, Operand
from stratc.frontends.markdown.workings.operands import SPREAD, items_of
from stratc.frontends.markdown.workings.operators import SIGNS, degree_of
from stratc.frontends.markdown.workings.own_workings import is_part_of_unsaid, of_each, own_part, own_summand
from stratc.frontends.markdown.workings.regions import regions
from stratc.frontends.markdown.workings.scales import in_billions, is_counted_in_letter
from stratc.frontends.markdown.workings.summands import adds_to_rounded, is_mean
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence


_TOLD = frozenset(("of", "for", "over", "with", "at"))
_THINGS = frozenset(("layer", "expert", "head", "block", "stage", "gpu", "node", "replica"))
_WHOLES = frozenset(("total", "sum", "number", "product", "batch", "count"))


class Working(NamedTuple):
    """A figure of a sentence and the arithmetic beside it; `term` leaves know their places."""

    result: Figure
    at: int  # index of the result among the tokens of the sentence
    term: Term


class Place(NamedTuple):
    """Where a named figure of a working stands."""

    place: Span

    def spans(self) -> tuple[Span, ...]:
        """The place itself."""
        return (self.place,)


def literal_of(sentence: Sentence, figure: Figure) -> Literal:
    """A figure of a sentence as a term that knows its place."""
    return Literal(figure.value, figure.quantity.unit, Span(sentence.source, figure.start, figure.end))


def workings(sentence: Sentence) -> Iterator[Working]:
    """Every figure of a sentence that brings its arithmetic, in either direction."""
    tokens = sentence.tokens
    if sum(token.figure is not None or degree_of(token) is not None for token in tokens) < 2:
        return
    if not any(
        token.sign in SIGNS or token.stem in ("x", "of") or is_times(token) or token.stem in SPREAD for token in tokens
    ):
        return
    for start, end in regions(tokens):
        items, asides = items_of(tokens, start, end)
        yield from _of_chain(sentence, items)
        for before, first, last in asides:
            inner, _ = items_of(tokens, first, last)
            yield from _of_aside(sentence, before, inner, first)


def sides_of(sentence: Sentence) -> tuple[list[Operand | Apply | None], int]:
    """The sides of the equation that a text begins with, and the index after it; no sides where it begins in words."""
    tokens = sentence.tokens
    start, end = next(regions(tokens), (0, 0))
    opens = bool(tokens) and (tokens[0].figure is not None or tokens[0].sign == "(")
    if start or not opens:
        return [], end
    items, _ = items_of(tokens, start, end)
    return [_term(sentence, side) for side in _split(items, "=")], end


def _of_chain(sentence: Sentence, items: list[Item]) -> Iterator[Working]:
    """Every side of a chain of equations that is one figure, with the side before it as its working."""
    for part in _split(_cut_list(sentence, items), ";"):
        sides = [_term(sentence, side) for side in _split(in_billions(part), "=")]
        for index in range(1, len(sides)):
            result = sides[index]
            if isinstance(result, Operand):
                if is_counted_in_letter(sentence.tokens, result.at):
                    continue
                own = own_part(own_summand(_nearest(sides[:index]), result), result)
                working = of_each(sentence, own, result)
                if is_part_of_unsaid(sentence, working) or is_new(sentence, sides[index - 1], result):
                    continue
                if working is not None and _are_bytes(result, working):
                    continue
                if working is not None and adds_to_rounded(sides[index - 2 : index], result):
                    continue
                if working is not None and result.figure is not None and not is_mean(sentence, result, working):
                    yield Working(result.figure, result.at, on_devices(sentence, working, result.figure, result.at))
            elif isinstance(result, Apply) and isinstance(sides[index - 1], Operand) and index == 1:
                first = sides[0]
                if isinstance(first, Operand) and first.figure is not None and len(sides) == 2:
                    yield Working(first.figure, first.at, result)


def _are_bytes(result: Operand, working: Term) -> bool:
    """Whether a capital B stands for bytes, not for billions: "2 + 4 + 12 / 16 = 6.75 B" of each parameter."""
    unit = result.unit
    return unit is not None and unit.symbol == "B" and isclose(working.value * unit.scale, result.value, rel_tol=0.01)


def _cut_list(sentence: Sentence, items: list[Item]) -> list[Item]:
    """The items with ";" for a "+" that only joins two equations: "4 × 8 = 32 MB + 2 × 6 = 12 MB"."""
    at = next((n for n in range(2, len(items) - 1) if items[n] == "+" and items[n - 2] == "="), None)
    if at is None or "=" not in items[at:]:
        return items
    end = at + items[at:].index("=")
    result, whole, last = (
        items[end + 1 : end + 2],
        _term(sentence, items[at - 1 : end]),
        _term(sentence, items[at + 1 : end]),
    )
    if not (result and isinstance(result[0], Operand) and result[0].figure and whole and last):
        return items
    agrees = result[0].figure.quantity.agrees
    joins = agrees(last.value) and not agrees(whole.value)
    return [*items[:at], ";", *items[at + 1 :]] if joins else items


def _nearest(sides: list[Operand | Apply | None]) -> Apply | None:
    """The last side that calculates, unless something unread stands between."""
    for side in reversed(sides):
        if isinstance(side, Apply) or side is None:
            return side
    return None


def _of_aside(sentence: Sentence, before: Operand | None, items: list[Item], at: int) -> Iterator[Working]:
    """What stands in brackets after a figure, from the token at an index: its formula, or an equation of its own."""
    if "=" in items:
        yield from _of_chain(sentence, items)
        yield from _of_share(sentence, before, items)
        sides = _split(_split(items, ";")[0], "=")
        last = _term(sentence, sides[-1])
        first = _term(sentence, sides[0])
        equal = isinstance(last, Operand) and before is not None and last.value == before.value
        if equal and before is not None and before.figure and isinstance(first, Apply):
            yield Working(before.figure, before.at, first)
        return
    term = None if is_no_formula(sentence, before, items, at) else _term(sentence, items)
    if before is not None and (_takes_up(sentence, before, term) or _is_range(term)):
        return
    if isinstance(term, Apply) and before is not None and before.figure is not None:
        part = _part_of(sentence, before.at)
        if part is not None and part[0].quantity.agrees(term.value) and not before.figure.quantity.agrees(term.value):
            yield Working(*part, term)
            return
        if not _is_of_other_figure(sentence, before, term):
            yield Working(before.figure, before.at, term)


def _is_of_other_figure(sentence: Sentence, before: Operand, term: Apply) -> bool:
    """Whether brackets work out an earlier figure of the sentence: "$0.48 a million on 150B (72,576 / 150,000)"."""
    if before.figure is None or before.figure.quantity.agrees(term.value):
        return False
    earlier = (token.figure for token in sentence.tokens[: before.at] if token.figure is not None)
    return any(each.quantity.agrees(term.value) and each.quantity.digits > 1 for each in earlier)


def _is_range(term: Operand | Apply | None) -> bool:
    """Whether brackets only reach from a smaller to a larger figure: "(7B - 20B)"."""
    return isinstance(term, Apply) and term.op == "-" and 0 < term.left.value < term.right.value


def _takes_up(sentence: Sentence, before: Operand, term: Operand | Apply | None) -> bool:
    """Whether brackets go on from a count that tells of what: "the logits of 4096 tokens (4096 × 32000 × 4)"."""
    words = [token.stem for token in sentence.tokens[max(0, before.at - 2) : before.at]]
    while isinstance(term, Apply) and term.op == "×" and isinstance(term.left, Apply):
        term = term.left
    goes_on = isinstance(term, Apply) and term.op == "×" and term.left.value == before.value
    return goes_on and words[-1:] != [] and words[-1] in _TOLD and words[0] not in _WHOLES


def _of_share(sentence: Sentence, before: Operand | None, items: list[Item]) -> Iterator[Working]:
    """The figure that a share in brackets leaves of the one before them: "400 TFLOPS (60 % MFU = 240 TFLOPS)"."""
    match items:
        case [Operand() as share, "=", Operand() as result] if before is not None and before.unit is not None:
            measured = result.unit is not None and result.unit.dimension == before.unit.dimension != COUNT
            if share.unit == PERCENT and result.figure is not None and measured:
                yield Working(result.figure, result.at, Apply("×", _leaf(sentence, before), _leaf(sentence, share)))


def _part_of(sentence: Sentence, at: int) -> tuple[Figure, int] | None:
    """The figure before "of" and its index: "61 GB of 80 GB (85 % of the 72 GB budget)" speaks of 61 GB."""
    if at < 2 or sentence.tokens[at - 1].stem != "of":
        return None
    figure = sentence.tokens[at - 2].figure
    return (figure, at - 2) if figure is not None else None


def _split(items: list[Item], sign: str) -> list[list[Item]]:
    parts: list[list[Item]] = [[]]
    for item in items:
        if item == sign:
            parts.append([])
        else:
            parts[-1].append(item)
    return parts


def _term(sentence: Sentence, items: list[Item]) -> Operand | Apply | None:
    """One side of an equation; None where it is no arithmetic, or holds a range, or one factor after no sign ("8x")."""
    items = _in_last_unit(items)
    operands = [item for item in items if isinstance(item, Operand)]
    if len(items) == 1 and operands:
        return operands[0]
    ranged = any(item.figure and item.figure.quantity.is_range for item in operands)
    loose = any(
        isinstance(item, Operand) and item.figure and item.figure.times and before != "×"
        for before, item in zip(("", *items), items, strict=False)
    )
    factors = all(item.figure is not None and item.figure.times for item in operands)
    if len(operands) < 2 or ranged or (loose and not factors) or _adds_unlike(items) or not _well_formed(items):
        return None
    found = joined(items, lambda operand: _leaf(sentence, operand))
    return found if isinstance(found, Apply) else None


def _adds_unlike(items: list[Item]) -> bool:
    """Whether a sum has things that are only counted beside amounts: "96 layers + embedding 1.6 B"."""
    if not set(map(str, items[1::2])) <= {"+", "-"}:
        return False
    operands = [item for item in items if isinstance(item, Operand)]
    measured = any(item.unit is not None and item.unit != PERCENT for item in operands)
    return measured and any(item.unit is None and _THINGS & {word.stem for word in item.words} for item in operands)


def _in_last_unit(items: list[Item]) -> list[Item]:
    """A sum of bare numbers with the unit that only its last one is written with: "5.2 + 2.1 GB"."""
    operands = [item for item in items if isinstance(item, Operand)]
    last = operands[-1] if len(operands) > 1 and set(map(str, items[1::2])) <= {"+", "-"} else None
    unit = last.unit if last else None
    if unit is None or unit.symbol == PERCENT.symbol or unit.dimension == COUNT:
        return items
    if any(item.unit is not None or item.words or item.name for item in operands[:-1]):
        return items
    return [
        replace(item, value=item.value * unit.scale, unit=unit)
        if isinstance(item, Operand) and item is not last
        else item
        for item in items
    ]


def _well_formed(items: list[Item]) -> bool:
    """Whether figures and signs take turns, as the grammar has it."""
    expects, depth = True, 0
    for item in items:
        if item == "(":
            if not expects:
                return False
            depth += 1
        elif item == ")":
            depth -= 1
            if expects or depth < 0:
                return False
        elif isinstance(item, Operand) != expects or item in (";", "=", UNKNOWN):
            return False
        else:
            expects = not expects
    return not expects and depth == 0


def _leaf(sentence: Sentence, operand: Operand) -> Term:
    span = Span(sentence.source, *operand.span)
    name = operand.name or " ".join(sentence.written(token).lower() for token in operand.words)
    if name:
        return Named(name, operand.value, Place(span), operand.unit)
    return Literal(operand.value, operand.unit, span)
