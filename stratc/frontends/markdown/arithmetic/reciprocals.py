"""The time between two tokens of a request and its tokens per second: "a token every 50 ms, 20 tokens per second"."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal
from stratc.arith.unit import REQUEST, SECOND, SEQUENCE, TOKEN_RATE
from stratc.frontends.markdown.document.saying import is_exact, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_TOKEN = words("token tok")
_EVERY = words("per every each a")
_LINKS = words("i.e i e or so that is which about around roughly hence equal mean")
_SIGNS = frozenset(",=≈→⇒(~:;/.")
_ONE = words("user request stream sequence session client conversation")
_FACTORS = frozenset("×*=≈~")
_PER = _EVERY | {"/"}
_SAME = _LINKS | _TOKEN | _EVERY | _ONE
_NEAR = 4  # tokens between "a token every" and its time


def reciprocals(sentence: Sentence) -> Iterator[Statement]:
    """Statements "implied": tokens per second of one request, its working one token over the time of one."""
    if not {SECOND, TOKEN_RATE} <= sentence.dimensions:
        return
    tokens = sentence.tokens
    for (one, time), (other, rate) in pairwise(sentence.figures):
        if (time.quantity.dimension, rate.quantity.dimension) != (SECOND, TOKEN_RATE):
            continue
        first = next((n for n, token in enumerate(tokens) if token.stem in _TOKEN), one)
        several = any(_counts(figure) and figure.value > 1 for at, figure in sentence.figures if at < min(one, first))
        if several or not (is_exact(tokens, one) and is_exact(tokens, other)):
            continue
        if _is_of_a_token(tokens, one) and _follows(tokens[one + 1 : other]):
            said = say(sentence, "implied", rate.value, (rate.start, rate.end), figure=rate)
            yield replace(said, working=Apply("÷", Literal(1.0), literal_of(sentence, time)))


def _counts(figure: Figure) -> bool:
    """Whether a figure is a number of requests or of anything else."""
    return figure.is_count or figure.quantity.dimension in (REQUEST, SEQUENCE)


def _is_of_a_token(tokens: Sequence[Token], at: int) -> bool:
    """Whether a time is that of one token: "a token every 50 ms", "50 ms per token"."""
    first = at
    while first and (tokens[first - 1].figure or tokens[first - 1].sign in _FACTORS):  # "every 3 × 17.5 = 52.5 ms"
        first -= 1
    before = [token.stem for token in tokens[max(0, first - _NEAR) : first]]
    after = [token.stem or token.sign for token in tokens[at + 1 : at + 3]]
    ahead = any(one in _TOKEN and other in _EVERY for one, other in pairwise(before))
    return ahead or any(one in _PER and other in _TOKEN for one, other in pairwise(after))


def _follows(between: Sequence[Token]) -> bool:
    """Whether a rate is only the time before it said in another way."""
    parted = any(token.sign and token.sign != "/" for token in between)
    return parted and all(token.sign in _SIGNS if token.sign else token.stem in _SAME for token in between)
