"""On which devices and in which stage experts stand: "Expert 0-15: GPUs 0-31", "Stage 0: layers 0-3, experts 0-15"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.layout.ranges import DASH, DEVICES, EXPERTS, STAGE, device_numbers
from stratc.ir.values import ExpertSpan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_EXPERT_COLUMNS = (["expert"], ["expert", "per", "stage"], ["expert", "id"], ["专家"])
_RANGE = re.compile(rf"\W*(\d+){DASH}(\d+)\W*")


def expert_places(lines: Iterable[Sentence], stages: Mapping[int, int]) -> Iterator[Statement]:
    """Statements "strategy.expert_placement"; `stages` are the numbers of rows of a stage, by where the rows begin."""
    devices: dict[int, Sentence] = {}  # the cell below "GPUs" by row
    for sentence in lines:
        yield from _beside_devices(sentence)
        if sentence.block.kind is not Kind.CELL:
            continue
        row, column = sentence.block.label[0], [token.stem for token in sentence.header if token.stem]
        found = _RANGE.fullmatch(sentence.text)
        if column == ["gpu"] and found:
            devices.setdefault(row, sentence)
        elif found and row in stages and column in _EXPERT_COLUMNS:
            yield from _placed(sentence, found, None, stages[row])
        elif found and row in devices and row not in stages and column in (["expert"], ["专家"]):
            yield from _placed(sentence, found, device_numbers(devices[row].text), None)


def _placed(
    sentence: Sentence, found: re.Match[str], devices: tuple[int, ...] | None, stage: int | None
) -> Iterator[Statement]:
    """A range of experts that stands alone in its cell."""
    first, last = int(found[1]), int(found[2])
    if first < last and devices != ():
        where = (sentence.start + found.start(1), sentence.start + found.end(2))
        yield say(sentence, "strategy.expert_placement", ExpertSpan((first, last), devices, stage), where)


def _beside_devices(sentence: Sentence) -> Iterator[Statement]:
    """Expert 0-15: GPUs 0-31."""
    text = sentence.text
    experts, devices = list(EXPERTS.finditer(text)), list(DEVICES.finditer(text))
    if len(experts) == 1 and not devices:
        yield from _of_stage(sentence, experts[0])
    if len(experts) != 1 or len(devices) != 1 or not _are_beside(text, experts[0], devices[0]):
        return
    first, last = int(experts[0][1]), int(experts[0][2] or experts[0][1])
    numbers = device_numbers(devices[0][1] or devices[0][2])
    stages = [found for each in (*sentence.lead, text) if (found := STAGE.search(each))]
    stage = int(stages[-1][1]) if stages else None
    start = min(experts[0].start(1), devices[0].start())
    place = (sentence.start + start, sentence.start + max(experts[0].end(), devices[0].end()))
    if numbers and first <= last:
        yield say(sentence, "strategy.expert_placement", ExpertSpan((first, last), numbers, stage), place)


def _of_stage(sentence: Sentence, experts: re.Match[str]) -> Iterator[Statement]:
    """Stage 0: layers 0-3, experts 0-15."""
    own = list(STAGE.finditer(sentence.text, 0, experts.start()))
    if len(own) == 1 and experts[2] and int(experts[1]) < int(experts[2]):
        span = ExpertSpan((int(experts[1]), int(experts[2])), None, int(own[0][1]))
        place = (sentence.start + experts.start(1), sentence.start + experts.end(2))
        yield say(sentence, "strategy.expert_placement", span, place)


def _are_beside(text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    first, second = sorted((left, right), key=lambda match: match.start())
    return second.start() - first.end() <= 24 and not re.match(r"\s*(?:[-/]way|per|[×*])", text[first.end() :])
