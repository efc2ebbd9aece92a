"""How far the memory of devices is said to lie apart: "39 GB ± 0.1 GB across all GPUs"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.unit import BYTE, PERCENT
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import DEVICES, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_MEMORY = words("memory vram hbm 显存")
_ALL = words("all every each across stage")


def memory_spreads(sentence: Sentence) -> Iterator[Statement]:
    """A statement "spread.memory" of the figure after ± in a sentence on the memory of all devices."""
    stems = sentence.stems | sentence.key_stems
    if "±" not in sentence.text or not all(stems & each for each in (_MEMORY, _ALL, DEVICES)):
        return
    figures = dict(sentence.figures)
    for at, token in enumerate(sentence.tokens):
        mean, apart = figures.get(at - 1), figures.get(at + 1)
        if token.sign != "±" or mean is None or apart is None or mean.quantity.dimension != BYTE:
            continue
        spread = apart.quantity
        if spread.unit == PERCENT:
            spread = Quantity.of(spread.value * mean.quantity.value, mean.quantity.unit)
        if spread.dimension == BYTE:
            said = say(sentence, "spread.memory", spread.value, (apart.start, apart.end))
            yield replace(said, quantity=spread)
