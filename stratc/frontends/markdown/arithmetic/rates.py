"""An amount, a rate and the time it takes, in one sentence: "2.4 TFLOP at 240 TFLOPS take 10 ms"."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.arith.unit import BYTE, BYTE_RATE, FLOP, FLOP_RATE, SECOND, SEQUENCE, SEQUENCE_RATE, TOKEN, TOKEN_RATE
from stratc.frontends.markdown.document.saying import is_exact, say
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.frontends.markdown.workings.working import literal_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_RATES = {BYTE: BYTE_RATE, FLOP: FLOP_RATE, TOKEN: TOKEN_RATE, SEQUENCE: SEQUENCE_RATE}
_AT = words("at over through with via on @ 以 按 通过")
_TAKES = words("take taking took need require cost last is in = ≈ → ➜ ⇒ ~ 需要 耗时 约 用时")
_LOOSE = words(
    "instead than vs versus if before earlier baseline plus latency overhead launch hop step round overlapped "
    "hidden every each twice half or peak theoretical"
)
_ABOUT = words("about around roughly some approximately circa")
_DEVICES = DEVICES | words("rank")
_AMONG = words("over across among between on with")
_MORE = 5  # words that name the devices and their links
_NEAR = 3  # tokens beside the three
_FEW = 4  # words between the amount and its rate


def rates(sentence: Sentence) -> Iterator[Statement]:
    """Statements "time.of_rate" of an amount, a rate of its kind and a time that follow one another."""
    tokens = sentence.tokens
    if sentence.dimensions.isdisjoint(_RATES.values()):
        return
    figures = [(n, token.figure) for n, token in enumerate(tokens) if token.figure and not _counts_devices(tokens, n)]
    for three in zip(figures, figures[1:], figures[2:], strict=False):
        last = three[2][0] + 1
        after = takewhile(lambda token: not token.sign, tokens[last : last + _NEAR])
        near = *tokens[max(0, three[0][0] - _NEAR) : last], *after
        if _comes_to(tokens, three) or not any(token.stem in _LOOSE for token in near):
            yield from _time(sentence, three)


def _comes_to(tokens: Sequence[Token], three: Sequence[tuple[int, Figure]]) -> bool:
    """Whether a sign ties a time to the rate right before it: "24 GB per step at 24 GB/s = 1 s"."""
    _, rate, time = (at for at, _ in three)
    return [token.sign for token in tokens[rate + 1 : time] if token.sign != "~"] in (["="], ["≈"], ["→"], ["⇒"])


def _time(sentence: Sentence, figures: Sequence[tuple[int, Figure]]) -> Iterator[Statement]:
    tokens = sentence.tokens
    found = {figure.quantity.dimension: at for at, figure in figures if _is_exact(tokens, at, figure)}
    kind = next((kind for kind in _RATES if kind in found and _RATES[kind] in found), None)
    if kind is None or SECOND not in found:
        return
    amount, rate, time = found[kind], found[_RATES[kind]], found[SECOND]
    if not amount < rate or not _are_joined(tokens, amount, rate, time):
        return
    pair = [figure for at, figure in figures if at in (amount, rate)]
    figure = next(figure for at, figure in figures if at == time)
    said = say(sentence, "time.of_rate", figure.value, (figure.start, figure.end), figure=figure)
    some, speed = (literal_of(sentence, each) for each in pair)
    times = tokens[amount - 2].figure if amount > 1 and tokens[amount - 1].sign in ("×", "*") else None
    every = Apply("×", literal_of(sentence, times), some) if times else some  # "8 × 141 GB at 12.5 GB/s takes 90 s"
    yield replace(said, working=Apply("÷", every, speed))


def is_transfer(time: Statement) -> bool:
    """Whether a time is that of bytes at a bandwidth, whatever it is taken per."""
    return isinstance(time.working, Apply) and time.working.right.dimension == BYTE_RATE


def _counts_devices(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure says how many devices a collective runs over: "of 2 GB over 8 GPUs"."""
    figure = tokens[at].figure
    after = [token.stem for token in tokens[at + 1 : at + 3]]
    counts = figure is not None and figure.is_count and bool(set(after) & _DEVICES) and "per" not in after
    return counts and bool(at) and tokens[at - 1].stem in _AMONG


def _is_exact(tokens: tuple[Token, ...], at: int, figure: Figure) -> bool:
    linked = bool(at) and tokens[at - 1].stem == "over"  # a link, not more than
    return figure.is_single if linked else is_exact(tokens, at)


def _are_joined(tokens: Sequence[Token], amount: int, rate: int, time: int) -> bool:
    """Whether the words between say that the amount goes at the rate, and how long it takes."""
    low, high = (amount, time) if time < rate else (amount, rate)
    first, second = tokens[low + 1 : high], tokens[high + 1 : max(rate, time)]
    at, takes = (second, first) if time < rate else (first, second)
    signs = {token.sign for token in (*first, *second) if token.sign}
    named = {token.stem for token in tokens[low + 1 : high]} & _DEVICES
    tied = time == rate + 2 and takes[0].sign in ("=", "≈", "→", "⇒")
    goes = any(_says(token, _AT) for token in at) and len(at) <= _FEW + (time < rate) + (_MORE if named or tied else 0)
    exact = [token.sign for token in takes if token.stem not in _ABOUT and token.sign != "~"]
    parted = exact == [":"] if rate < time else exact == [","]  # "2 GB at 300 GB/s: 7 ms", "2 GB, 7 ms at 300 GB/s"
    return goes and (parted or any(_says(token, _TAKES) for token in takes)) and not signs & {"+", "×", "*", "/", "÷"}


def _says(token: Token, kind: frozenset[str]) -> bool:
    """Whether a token is one of these words, or holds one of a script that parts no words."""
    said = token.stem or token.sign
    return said in kind or (not said.isascii() and any(word in said for word in kind if not word.isascii()))
