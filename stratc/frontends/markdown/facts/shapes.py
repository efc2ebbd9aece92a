"""Widths of a feed-forward block written with arrows: "4096 → 16384 → 4096", "d → 4d → d"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.notations import count_at
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_BLOCKS = words("mlp ffn feed feedforward expert linear fc1 fc2 前馈 专家")
_OTHERS = words("attention qkv embedding vocab vocabulary batch sequence token gpu head router gate_network from to")
_FIRST = words("first up gate column fc1")
_SECOND = words("second down row fc2")
_LEAST = 64  # no width is less
_SYMBOLS = Pattern(r"\b(?P<d>[dhDH])(?:_model)?\s?(?:→|->)\s?(?P<times>\d(?:\.\d+)?)\s?[×·*]?\s?(?P=d)\b")


def shapes(sentence: Sentence) -> Iterator[Statement]:
    """Claims "shape.outer" and "shape.inner": the widths between blocks and inside one, or their ratio."""
    if "→" not in sentence.text and "->" not in sentence.text:
        return
    tokens = sentence.tokens
    stems = {token.stem for token in (*tokens, *sentence.key)}
    if not stems & _BLOCKS:
        return
    for match in _SYMBOLS.finditer(sentence.text):
        place = (sentence.start + match.start("times"), sentence.start + match.end())
        times = float(match["times"])
        yield replace(say(sentence, "shape.ratio", times, place), quantity=Quantity.of(times))
    if stems & _OTHERS - {"gpu"}:
        return
    for chain in _chains(tokens):
        for at, metric in zip(chain, _metrics(chain, stems), strict=False):
            figure = tokens[at].figure
            if figure is not None:
                yield say(sentence, metric, figure.value, (tokens[at].start, tokens[at].end), figure=figure)


def inside(tokens: Sequence[Token]) -> int | None:
    """The index of the width inside a block that is drawn alone: "4096 → 1536 → 4096"."""
    chain = next((each for each in _chains(tokens) if len(each) == 3), None)
    return chain[1] if chain and chain[0] == 0 else None


def _metrics(chain: list[int], stems: set[str]) -> tuple[str, ...]:
    """What the widths of a chain are: outside and inside in turn; of two, the label tells which comes first."""
    if len(chain) == 3:
        return "shape.outer", "shape.inner", "shape.outer"
    first, second = bool(stems & _FIRST), bool(stems & _SECOND)
    if len(chain) != 2 or first == second:
        return ()
    return ("shape.outer", "shape.inner") if first else ("shape.inner", "shape.outer")


def _chains(tokens: Sequence[Token]) -> Iterator[list[int]]:
    """Whole numbers with nothing but arrows between them."""
    chain: list[int] = []
    for at in range(len(tokens)):
        figure = count_at(tokens, at)
        if figure is None or figure.quantity.is_range or figure.value < _LEAST:
            continue
        between = "".join(token.sign or " " for token in tokens[chain[-1] + 1 : at]) if chain else ""
        if chain and between not in ("→", "->", "➜", "⇒"):
            yield chain
            chain = []
        chain.append(at)
    yield chain
