"""Devices and layers counted on a line for one stage: "Stage 0: layers 0-7 (32 GPUs)", "### Stage 1 (20 layers)"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.document.settings import is_code
from stratc.frontends.markdown.layout.ranges import DEVICES, LAYERS, device_numbers
from stratc.frontends.markdown.words.vocabulary import DEVICE, DEVICE_ROW
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from re import Match

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_STAGE = Pattern(
    r"(?i)\W*(?P<pipeline>(?:pipeline|pp)[ _-]?)?stage[ _-]?#?(?P<n>\d{1,3})\b(?![-–/,&]\d|\s*(?:to |and |→|->))",
    "stage",
)
_HELD = r"(?i)(?:[(:,=·|–—-]|\bon|\bwith|\bacross|\bholds?|\buses?|\bhas|\bgets)\s*(?P<n>\d{1,5}) "
_END = (
    r"s?\b(?! ?(?:per|each|for|of|in|from|[×x*/÷=+])(?: |\b|\d))"
    r"(?! (?:group|pair|instance|input|output|activation|cop(?:y|ies)))"
)
_COUNTED = (
    ("strategy.devices_per_stage", Pattern(rf"{_HELD}(?:\w+ )?{DEVICE}{_END}", DEVICE_ROW), DEVICES),
    ("strategy.layers_per_stage", Pattern(rf"{_HELD}(?:transformer |decoder )?layer{_END}", " layer"), LAYERS),
)


def stage_sizes(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements of what a stage of the pipeline has, of each line that counts it for one.

    None of what some line counts otherwise than it lists.
    """
    staged = any(each.subject == "strategy.stage" or _is_pipeline(each) for each in statements)
    lines = [
        (sentence, label)
        for sentence in said
        if sentence.has_digit and not is_code(sentence) and (label := _STAGE.match(sentence.text))
    ]
    for key, counted, ranges in _COUNTED:
        found: list[Statement] = []
        for sentence, label in lines:
            counts = [*counted.finditer(sentence.text, label.end())]
            values = {int(each["n"]) for each in counts}
            listed = [_length(each) for each in ranges.finditer(sentence.text, label.end())]
            if len(values) > 1 or (values and listed and not values & {listed[0], sum(listed)}):
                found.clear()
                break
            if values and (staged or label["pipeline"]):
                found.append(said_at(sentence, key, values.pop(), counts[0].span("n")))
        yield from found


def _is_pipeline(said: Statement) -> bool:
    return said.subject == "strategy.pp" and said.value != 1


def _length(listed: Match[str]) -> int:
    """How many layers a range counts, or devices a range or a list."""
    if listed.re is LAYERS.compiled:
        return int(listed[2] or listed[1]) - int(listed[1]) + 1
    return len(device_numbers(listed[1] or listed[2]))
