"""Rates of each device or replica beside that of all: "each GPU trains at 2,600 tokens/s, all 16 at 41,600"."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.term import Apply, Literal
from stratc.arith.unit import PERCENT, REQUEST_RATE, SEQUENCE_RATE, TOKEN_RATE
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.figures import COUNTED_FOR
from stratc.frontends.markdown.document.saying import is_exact, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.scope import Role
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_RATES = (TOKEN_RATE, SEQUENCE_RATE, REQUEST_RATE)
_HOLDERS = (Per.DEVICE, Per.REPLICA, Per.NODE)
_ONE = words("one a an each per every single")
_EACH_CARD = words("每卡 单卡 每张卡 每npu 单npu 每gpu 单gpu")
_TOGETHER = words("together cluster total altogether aggregate overall fleet all")
_PAIRED = words("which is or so that i.e ie about roughly around and this make give mean equal at")
_LOOSE = words(  # of another load, phase or case than the figure beside it
    "if when would could should peak efficiency linear loss lose lost minus overhead spare failure instead versus vs "
    "than from target required requirement demand need baseline compared only up input prompt generated prefill "
    "decode context idle limit burst"
)
_OPERATORS = frozenset("×*÷/+=−")


class Rate(NamedTuple):
    """A rate of a sentence: of each of what, or of all; of how many where the words count them, else None."""

    sentence: Sentence
    at: int
    each: Per
    of_all: bool
    number: Term | None
    counted: Per

    @property
    def literal(self) -> Literal:
        """The rate as it is written."""
        figure = self.sentence.tokens[self.at].figure
        assert figure is not None  # a rate has one
        return literal_of(self.sentence, figure)


def each_and_all(said: Sequence[Sentence]) -> Iterator[Statement]:
    """Statements "rate.all": the rate of all, its working that of each, times their number where the text gives it.

    `per` is what the rate of each is counted for.  Both stand in one sentence, or in two that follow each other.
    "rate.each" where the rate of all is worked out by itself, so that the one of each must follow from it.
    """
    last: list[Rate] = []
    before: Sentence | None = None
    for sentence in said:
        found = _rates(sentence)
        near = found if len(found) > 1 or before is None or not _follows(before, sentence) else [*last, *found]
        if found and len(near) == 2:
            yield from _joined(*near)
        last, before = found[-1:], sentence


def _follows(before: Sentence, sentence: Sentence) -> bool:
    """Whether two sentences stand in one paragraph, or are neighbouring items of one list."""
    if before.block.start == sentence.block.start:
        return True
    kinds = {before.block.kind, sentence.block.kind}
    return (
        kinds == {Kind.ITEM} and before.scope.path == sentence.scope.path and before.block.depth == sentence.block.depth
    )


def _rates(sentence: Sentence) -> list[Rate]:
    """The exact rates of a sentence of the plan that counts nothing else in."""
    if sentence.scope.role is not Role.PLAN or sentence.block.language or sentence.dimensions.isdisjoint(_RATES):
        return []
    stems = sentence.stems | sentence.key_stems
    shared = any(figure.quantity.unit == PERCENT for _, figure in sentence.figures)
    if shared or not stems.isdisjoint(_LOOSE):
        return []
    rates = [(at, figure) for at, figure in sentence.figures if figure.quantity.dimension in _RATES]
    places = [at for at, figure in rates if not _is_said_again(figure, [each for n, each in rates if n < at])]
    found = [_rate(sentence, at, places) for at in places]
    return [each for each in found if each is not None] if None not in found else []


def _is_said_again(figure: Figure, before: Sequence[Figure]) -> bool:
    """Whether a rate is one before it, per day or hour: "448K tokens/s, or 38.7B tokens per day"."""
    return any(each.quantity.unit != figure.quantity.unit and figure.quantity.agrees(each.value) for each in before)


def _rate(sentence: Sentence, at: int, places: Sequence[int]) -> Rate | None:
    tokens, figure = sentence.tokens, sentence.tokens[at].figure
    if figure is None or not is_exact(tokens, at):
        return None
    first = max((each + 1 for each in places if each < at), default=0)
    last = min((each for each in places if each > at), default=len(tokens))
    own = next((n for n in range(at + 1, last) if tokens[n].sign in (",", ";", "(", ":", ".")), last)
    near = [*tokens[_begin(tokens, first, at) : at], *tokens[at + 1 : own]]
    each = figure.per if figure.per is not Per.UNSAID else _each(near)
    count, counted = _count(sentence, near)
    together = count is not None or any(token.stem in _TOGETHER for token in near)
    return Rate(sentence, at, each, together and each is Per.UNSAID, count, counted)


def _begin(tokens: Sequence[Token], first: int, at: int) -> int:
    """Where the words before a rate begin that are its own: not "per GPU" of the rate before it."""
    start = first
    while first and start + 1 < at and tokens[start].stem in _ONE and tokens[start + 1].stem in COUNTED_FOR:
        start += 2
    return start


def _each(near: Sequence[Token]) -> Per:
    if any(token.stem in _EACH_CARD for token in near):
        return Per.DEVICE
    for one, other in pairwise(near):
        if one.stem in _ONE and other.stem in COUNTED_FOR:
            return COUNTED_FOR[other.stem]
    return Per.UNSAID


def _count(sentence: Sentence, near: Sequence[Token]) -> tuple[Term | None, Per]:
    """How many devices or replicas the words beside a rate count: "the 16 GPUs together", "both replicas"."""
    for n, token in enumerate(near):
        after = [each for each in near[n + 1 : n + 4] if each.sign != "-"]
        noun = next((each for each in after if each.stem in COUNTED_FOR and each.many), None)
        if noun is None or any(each.figure or each.sign for each in after[: after.index(noun)]):
            continue
        if token.stem == "both":
            return Literal(2.0), COUNTED_FOR[noun.stem]
        if token.figure is not None and token.figure.is_count and not token.figure.quantity.is_range:
            return literal_of(sentence, token.figure), COUNTED_FOR[noun.stem]
    return None, Per.UNSAID


def _joined(one: Rate, other: Rate) -> Iterator[Statement]:
    """The rate of all, where one of the two is that of each and the other that of all of the same."""
    each, whole = (one, other) if one.each in _HOLDERS else (other, one)
    figure, single = whole.sentence.tokens[whole.at].figure, each.sentence.tokens[each.at].figure
    if each.each not in _HOLDERS or whole.each is not Per.UNSAID or figure is None or single is None:
        return
    if figure.quantity.dimension != single.quantity.dimension or not (whole.of_all or _is_restated(one, other)):
        return
    if figure.value <= single.value or (_is_worked(each) and _is_worked(whole)):
        return
    count = whole.number if whole.counted is each.each else None
    at, other, op = (each, whole, "÷") if _is_worked(whole) else (whole, each, "×")
    working: Term = other.literal if count is None else Apply(op, *_ordered(op, count, other.literal))
    told = at.sentence.tokens[at.at].figure
    if told is not None:
        subject = "rate.each" if at is each else "rate.all"
        said = say(at.sentence, subject, told.value, (told.start, told.end), figure=told, per=each.each)
        yield replace(said, working=working)


def _ordered(op: str, count: Term, rate: Term) -> tuple[Term, Term]:
    return (count, rate) if op == "×" else (rate, count)


def _is_worked(rate: Rate) -> bool:
    """Whether a rate has a working of its own beside it."""
    tokens = rate.sentence.tokens
    ends = [n for n, token in enumerate(tokens) if token.sign in (",", ";", ":")]
    first = max((n for n in ends if n < rate.at), default=0)
    last = min((n for n in ends if n > rate.at), default=len(tokens))
    return any(token.sign in _OPERATORS for token in tokens[first:last] if token.sign)


def _is_restated(one: Rate, other: Rate) -> bool:
    """Whether a rate and that of each are the same said twice: "482K tokens/s, which is 942 tokens/s per GPU"."""
    if one.sentence is not other.sentence:
        listed = one.sentence.block.kind is Kind.ITEM and other.each is not Per.UNSAID
        return listed and bool(other.sentence.key) and {t.stem for t in other.sentence.key} <= _ONE | {*COUNTED_FOR}
    between = one.sentence.tokens[one.at + 1 : other.at]
    return (
        all(not token.stem or token.stem in _PAIRED | _EACH_CARD for token in between) and other.each is not Per.UNSAID
    )
