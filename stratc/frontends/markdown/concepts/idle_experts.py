"""The share of experts that a token uses, taken for the time that devices work: "the GPUs run at 25 %"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.unit import PERCENT
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.ir.scope import Topic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_ABOUT = words("expert moe topk top routing router 专家")
_EXPERT = words("expert")
_USE = words("utilization utilisation busy idle idling 利用率 空闲")
_TIME = words("time hardware compute core sm")
_IDLE = words("idle idling 空闲")
_STOPS = frozenset(",;.(")
_NEAR = 12  # words between a share and what it is a share of
_DOUBT = r"(?i)\b(?:not|never|would|if|batch of one|single token|memory|bandwidth|cache|bubble|mfu of)\b"


def idle_experts(sentence: Sentence) -> Iterator[Statement]:
    """Claims "utilisation.sparse": the share of time that a sentence on experts says devices work, or do not idle."""
    stems = [token.stem for token in sentence.tokens]
    said = frozenset(stems)
    about = bool(_ABOUT & said) or Topic.EXPERT in sentence.scope.topics
    if sentence.block.kind is Kind.HEADING or not about or not _USE & said or re.search(_DOUBT, sentence.text):
        return
    if not (DEVICES | _TIME) & said:
        return
    for at, token in enumerate(sentence.tokens):
        figure = token.figure
        if figure is None or figure.quantity.unit != PERCENT or not 0 < figure.value < 1:
            continue
        word = _nearest(sentence.tokens, at)
        if word:
            said_here = say(sentence, "utilisation.sparse", figure.value, (token.start, token.end), figure=figure)
            yield _busy(said_here) if word in _IDLE else said_here


def _busy(idle: Statement) -> Statement:
    """The share that is left of an idle one."""
    low, high = (1 - idle.quantity.high, 1 - idle.quantity.low) if idle.quantity else (0.0, 0.0)
    return replace(idle, value=high, quantity=Quantity(low, high, PERCENT))


def _nearest(tokens: tuple[Token, ...], at: int) -> str:
    """The word of use or idleness that stands next to a share, one of its own clause first; "" for none near."""
    around = range(max(0, at - _NEAR), min(len(tokens), at + _NEAR + 1))
    near = [
        (
            any(each.sign in _STOPS for each in tokens[min(at, index) : max(at, index)]),
            abs(index - at),
            tokens[index].stem,
        )
        for index in around
        if tokens[index].stem in _USE and tokens[max(0, index - 1)].stem not in _EXPERT  # whose use is that of a token
    ]
    return min(near, default=(False, 0, ""))[2]
