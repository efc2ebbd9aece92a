"""Bubbles of several numbers of micro-batches: a table of both, "from 8 to 16 micro-batches … from 27 % to 16 %"."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.arith.unit import PERCENT
from stratc.frontends.markdown.blocks import Kind
from stratc.frontends.markdown.saying import relation_before, say
from stratc.frontends.markdown.vocabulary import words
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.figures import Figure
    from stratc.frontends.markdown.sentences import Sentence
    from stratc.frontends.markdown.tokens import Token
    from stratc.ir.statement import Statement

_OTHER = words(
    "interleaved interleave interleaving virtual zero zb zbv dualpipe chunk vpp size reduction saved measured"
)


def bubbles(said: Iterable[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, bubbles of other numbers of micro-batches as "counted.bubble" and no longer the plan's own."""
    found = {each.span: each for each in _bubbles(said)}
    return [*(each for each in statements if each.subject != "bubble" or each.span not in found), *found.values()]


def _bubbles(said: Iterable[Sentence]) -> Iterator[Statement]:
    """Statements "counted.bubble": an exact bubble, `index` the micro-batches, `cause` "other" for another schedule."""
    counted: dict[int, bool] = {}  # whether the first column of a table counts micro-batches
    for sentence in said:
        block = sentence.block
        if block.kind is Kind.CELL and block.label[0] in (block.start, 0):
            counted[block.group] = _count(sentence.header) and not _stems(sentence.header) & _OTHER
        elif block.kind is Kind.CELL and counted.get(block.group) and "bubble" in _stems(sentence.header):
            yield from _of_cell(sentence)
        elif sentence.has_digit and "bubble" in sentence.text.lower() and _count(sentence.tokens):
            yield from _of_change(sentence)


def _count(tokens: Sequence[Token]) -> bool:
    """Whether "micro-batches" stands there."""
    stems = [token.stem for token in tokens if token.stem]
    return "microbatch" in stems or any(pair == ("micro", "batch") for pair in pairwise(stems))


def _stems(tokens: Sequence[Token]) -> set[str]:
    return {token.stem for token in tokens}


def _of_cell(sentence: Sentence) -> Iterator[Statement]:
    counts = [token.figure for token in sentence.key if token.figure is not None]
    found = [(at, token.figure) for at, token in enumerate(sentence.tokens) if token.figure is not None]
    other = (_stems(sentence.header) | _stems(sentence.tokens)) & _OTHER
    if len(counts) == len(found) == 1 and counts[0].is_count:
        for each in _said(sentence, *found[0], counts[0].value):
            yield replace(each, cause="other" if other else "")


def _of_change(sentence: Sentence) -> Iterator[Statement]:
    """ "from 8 to 16 micro-batches", then "from 27 % to 16 %", or the other way round."""
    tokens = sentence.tokens
    found = [(at, token.figure) for at, token in enumerate(tokens) if token.figure is not None]
    counts = [each for each in found if each[1].is_count]
    shares = [each for each in found if each[1].quantity.unit == PERCENT]
    if len(shares) != 2 or len(counts) + 2 != len(found) or _stems(tokens) & _OTHER:
        return
    ends = [end for _, count in counts for end in dict.fromkeys((count.quantity.low, count.quantity.high))]
    if len(ends) == 2 and _is_change(tokens, counts) and _is_change(tokens, shares):
        for end, (at, share) in zip(ends, shares, strict=True):
            yield from _said(sentence, at, share, end)


def _is_change(tokens: Sequence[Token], figures: Sequence[tuple[int, Figure]]) -> bool:
    """Whether figures are told as "from … to …", as two or read as a range."""
    first, last = figures[0][0], figures[-1][0]
    begins = first > 0 and tokens[first - 1].stem == "from"
    return begins and (first == last or tokens[last - 1].stem == "to")


def _said(sentence: Sentence, at: int, share: Figure, count: float) -> Iterator[Statement]:
    exact = not share.quantity.is_range and relation_before(sentence.tokens, at) is Relation.IS
    if exact and share.quantity.unit == PERCENT and count == int(count) >= 1:
        said = say(sentence, "counted.bubble", share.value, (share.start, share.end), figure=share)
        yield replace(said, index=int(count))
