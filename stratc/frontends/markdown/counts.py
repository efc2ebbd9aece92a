"""Counts whose meaning the words before them settle: "512 sequences of 4096 tokens", "a 13B model (40 layers, …)"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import SEQUENCE, TOKEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.frontends.markdown.tokens import Token


def is_length(tokens: Sequence[Token], at: int) -> bool:
    """Whether tokens are counted for each sequence of a batch: "512 sequences of 4096 tokens"."""
    figure = tokens[at].figure
    of = at > 1 and (tokens[at - 1].stem == "of" or tokens[at - 1].sign in ("×", "x"))
    sequences = of and ((before := tokens[at - 2]).stem == "sequence" or _counts_sequences(before))
    return bool(sequences and figure and figure.quantity.dimension == TOKEN and not figure.quantity.is_range)


def _counts_sequences(token: Token) -> bool:
    return token.figure is not None and token.figure.quantity.dimension == SEQUENCE


def names_model(sentence: Sentence, at: int) -> bool:
    """Whether the words right before a list describe the model: "a 13B model (40 layers, hidden 5120)"."""
    tokens = sentence.tokens
    start = next((index for index in range(at - 1, -1, -1) if tokens[index].sign == "("), at)
    before = tokens[max(0, start - 4) : start]
    return any(token.stem in ("model", "llm", "transformer", "decoder") for token in before)
