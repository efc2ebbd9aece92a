"""Layers of stages that differ, one number for each stage: "stages of 8, 8, 8 and 7 layers"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.markdown.saying import say
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement

_LISTED = Pattern(
    r"(?<![\d.,])\d{1,3}(?:\s*(?:,|/|\+|;|and|,\s*and)\s*\d{1,3}){2,}(?=\s*(?:transformer |decoder )?layers?\b|层)",
    "layer|层",
)


def uneven_stages(sentence: Sentence) -> Iterator[Statement]:
    """Statements "strategy.layers_per_stage" for each number that such a list has, where the sentence names stages."""
    if not {"stage", "pp", "pipeline"} & sentence.stems:
        return
    for found in _LISTED.finditer(sentence.text):
        numbers = {each[0]: each for each in re.finditer(r"\d+", found[0])}
        for written, each in numbers.items() if len(numbers) > 1 else ():
            start = sentence.start + found.start() + each.start()
            yield say(sentence, "strategy.layers_per_stage", int(written), (start, start + len(written)))
