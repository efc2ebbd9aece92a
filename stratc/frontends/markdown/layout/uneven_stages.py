"""Layers of stages that differ, one number for each stage: "stages of 8, 8, 8 and 7 layers"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import say
from stratc.ir.values import StageSpan
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_LISTED = Pattern(
    r"(?<![\d.,])\d{1,3}(?:\s*(?:,|/|\+|;|and|,\s*and)\s*\d{1,3}){2,}(?=\s*(?:transformer |decoder )?layers?\b|层)",
    "layer|层",
)
_EACH = Pattern(
    r"(?i)\b\d{1,3} (?:pipeline )?stages? (?:with|of|at|hold(?:ing)?|get|having) (?P<n>\d{1,3}) layers?\b",
    "stage",
    " layer",
    " with | of | at | hold| get| having ",
)
_LABEL = Pattern(r"(?i)\W{0,4}(?:(?:pipeline|pp) )?stages? \d{1,3}(?: ?(?:[-–—,]|to|and) ?\d{1,3})*\W", "stage")
_HELD = Pattern(
    r"(?i)(?<![\d.×*/] )(?<![\d.-])\b(?P<n>\d{1,3}) (?:transformer |decoder |dense |moe )?layers?\b", " layer"
)
_SAID = Pattern(
    r"(?i)\b(?:uneven(?:ly)?|not (?:be )?(?:even|divisible)|not divide(?: evenly)?|non-uniform|asymmetric)\b"
    r"|\bstages (?:have|hold|get|take|carry|of|with) (?:either )?\d{1,3} or \d{1,3}\b|除不尽|不能整除|不均匀",
    "uneven|not|non-uniform|asymmetric|stages have|stages hold|stages get|stages take|stages carry|stages of|"
    "stages with|除|不",
)
_BELOW_LABEL = Pattern(
    r"(?i)^\W*layers? (?:per|on each|of each|in each|of the|across) (?:pipeline )?stages?\W*[:=]\W*"
    r"(?P<list>\d{1,3}(?:\s*(?:,|/|\+|;|and|,\s*and)\s*\d{1,3}){2,})(?=\W*(?:$|[,.;()]|layers))",
    "layer",
    "stage",
    "per|on each|of each|in each|of the|across",
)


def uneven_stages(sentence: Sentence) -> Iterator[Statement]:
    """Statements "strategy.layers_per_stage" for each number that such a list has, where the sentence names stages.

    So for "13 stages with 4 layers and 3 stages with 3 layers", which are told apart.
    """
    if not {"stage", "pp", "pipeline"} & sentence.stems:
        return
    if "layer" in sentence.stems and (said := _SAID.search(sentence.text)):
        place = (sentence.start + said.start(), sentence.start + said.end())
        yield say(sentence, "mention.uneven_stages", said[0], place)
    kinds = {int(each["n"]): each.span("n") for each in _EACH.finditer(sentence.text)}
    for layers, (first, end) in kinds.items() if len(kinds) > 1 else ():
        yield say(sentence, "strategy.layers_per_stage", layers, (sentence.start + first, sentence.start + end))
    for found in _LISTED.finditer(sentence.text):
        numbers = {each[0]: each for each in re.finditer(r"\d+", found[0])}
        for written, each in numbers.items() if len(numbers) > 1 else ():
            start = sentence.start + found.start() + each.start()
            yield say(sentence, "strategy.layers_per_stage", int(written), (start, start + len(written)))


def stages_apart(said: Iterable[Sentence]) -> Iterator[Statement]:
    """A mention "uneven_stages" where items for single stages count their layers, and some have more than others."""
    found: dict[str, tuple[Sentence, re.Match[str]]] = {}
    for sentence in said:
        if "stage" in sentence.stems and (label := _LABEL.match(sentence.text)):
            held = _HELD.search(sentence.text, label.end())
            found.update({held["n"]: (sentence, held)} if held else {})
    if len(found) > 1:
        sentence, held = next(iter(found.values()))
        yield say(
            sentence, "mention.uneven_stages", held[0], (sentence.start + held.start(), sentence.start + held.end())
        )


def listed_stages(said: Iterable[Sentence], statements: Iterable[Statement]) -> Iterator[Statement]:
    """Statements "strategy.stage" of a list under such a label, where its numbers add up to the layers of the model."""
    layers = {each.value for each in statements if each.subject == "model.layers"}
    for sentence in said:
        found = _BELOW_LABEL.search(sentence.text)
        numbers = list(re.finditer(r"\d+", found["list"])) if found else []
        counts = [int(each[0]) for each in numbers]
        if found is None or sum(counts) not in layers or len(set(counts)) < 2 or 0 in counts:
            continue
        for index, each in enumerate(numbers):
            start, first = sentence.start + found.start("list") + each.start(), sum(counts[:index])
            span = StageSpan(index, (first, first + counts[index] - 1))
            yield say(sentence, "strategy.stage", span, (start, start + len(each[0])))
