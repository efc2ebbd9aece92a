"""Bubbles of several numbers of micro-batches: a table of both, "from 8 to 16 micro-batches … from 27 % to 16 %"."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.unit import PERCENT
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.document.tokens import stem
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.statement import Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_OTHER = words(
    "interleaved interleave interleaving virtual zero zb zbv dualpipe chunk vpp size reduction saved measured"
)


_GAIN = r"(?P<gain>\d+(?:\.\d+)?) ?(?:%|[x×](?!\s?\d))"
_WON = r"(?:gain|throughput|faster|speed-?up|speed|improvement|提升|吞吐|加速)"
_WINS = "gain|throughput|faster|speed|improvement|提升|吞吐|加速"
_GIVES = r"\b(?:explains?|accounts? for|gives?|yields?|brings?|makes?)\b"
_FROM = r"\b(?:entirely|only|alone|all|due|thanks|explained|comes?|through|by)\b"
_GAINS = (
    Pattern(
        rf"(?i)\bbubble\b[^.;]{{0,60}}?{_GIVES}[^.;]{{0,30}}?\b{_WON}\b[^.;\d]{{0,24}}?{_GAIN}",
        *("explain|account|give|yield|bring|make", _WINS),
    ),
    Pattern(
        rf"(?i)\b{_WON}\b[^.;\d]{{0,30}}?{_GAIN}[^.;\d]{{0,30}}?{_FROM}[^.;\d]{{0,30}}?\bbubble\b",
        *("bubble", _WINS),
    ),
    Pattern(
        rf"(?i){_WON}[^.;。；\d]{{0,10}}{_GAIN}[^.;。；\d]{{0,6}}(?:全部|完全|都|主要)?来自[^.;。；\d]{{0,6}}气泡",
        "来自",
    ),
)
_SCHEDULES = ("strategy.schedule", "strategy.vpp")
_PLAIN_SCHEDULES = words("without no plain gpipe 1f1b not")
_OTHER_SCHEDULES = words("interleaved interleave interleaving virtual zb zbv dualpipe vpp")


def bubbles(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, bubbles of other numbers of micro-batches as "counted.bubble" and no longer the plan's own.

    A gain that a sentence credits to a smaller bubble is "gain.bubble"; a bubble of another schedule than the plan's is
    one that is only weighed.
    """
    spoken = [each for each in said if each.has_digit and ("bubble" in each.text.lower() or "气泡" in each.text)]
    found = {each.span: each for each in (*_bubbles(said), *(gain for each in spoken for gain in _gains(each)))}
    kept = [each for each in statements if each.subject != "bubble" or each.span not in found]
    if not any(each.subject in _SCHEDULES and each.value not in ("1f1b", "gpipe", 1) for each in statements):
        by_place = {each.span: each for each in spoken if _stems(each.tokens) & _OTHER_SCHEDULES}
        kept = [_weighed(each) if _is_of_other(each, by_place.get(each.context)) else each for each in kept]
    return [*kept, *found.values()]


def _is_of_other(statement: Statement, sentence: Sentence | None) -> bool:
    """Whether a bubble stands in a clause that has named another schedule before it."""
    if sentence is None or statement.subject != "bubble":
        return False
    before = sentence.text[: statement.span.start - sentence.start]
    clause = before[max(before.rfind(sign) for sign in ";,。；，") + 1 :]
    stems = {stem(word) for word in re.findall(r"\w+", clause)}
    return bool(stems & _OTHER_SCHEDULES) and not stems & _PLAIN_SCHEDULES


def _weighed(statement: Statement) -> Statement:
    return replace(statement, scope=replace(statement.scope, role=Role.ALTERNATIVE))


def _gains(sentence: Sentence) -> Iterator[Statement]:
    """ "the smaller bubble explains the gain of 9 %", "9 % faster, all of it from the bubble"."""
    for pattern in _GAINS:
        if match := pattern.search(sentence.text):
            place = (sentence.start + match.start("gain"), sentence.start + match.end("gain"))
            figure = next((token.figure for token in sentence.tokens if token.start == place[0]), None)
            if figure is not None:
                factor = figure.times and figure.quantity.unit != PERCENT
                said = say(sentence, "gain.bubble", figure.value - factor, (place[0], figure.end), figure=figure)
                yield replace(said, quantity=figure.quantity if not factor else Quantity.of(figure.value - 1))
            return


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
