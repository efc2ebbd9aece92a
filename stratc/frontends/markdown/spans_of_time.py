"""What the time of a step or a layer spans, where its words alone would mislead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.tokens import tokens_of
from stratc.frontends.markdown.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.frontends.markdown.tokens import Token

PARTS_OF_STEP = words("read reading load loading reduce gather transfer")
_DECODING, _PROMPTS = words("decode decoding 解码"), words("prefill prompt training 预填充")


def is_part_of_step(before: Sequence[Token]) -> bool:
    """Whether a sentence adds something to a step before it gives its time: "reading the cache adds 40 GB per step"."""
    stems = [token.stem for token in before]
    return "add" in stems and bool(PARTS_OF_STEP.intersection(stems))


def is_of_all_layers(after: Sequence[Token]) -> bool:
    """Whether a time is that of several layers: "5 ms per layer, 40 ms for the 8 layers"."""
    stems = [token.stem for token in after if token.stem and token.stem != "the"]
    return stems[:1] == ["for"] and "layer" in stems and (stems[1:2] == ["all"] or any(token.figure for token in after))


def is_of_decoding(sentence: Sentence) -> bool:
    """Whether the label, else the heading right above, is "Decode": a step of it makes one token of each sequence."""
    title = (
        sentence.key if len(sentence.key) == 1 else tokens_of(sentence.scope.path[-1], 0) if sentence.scope.path else ()
    )
    stems = {token.stem for token in title}
    return bool(stems & _DECODING) and not stems & _PROMPTS
