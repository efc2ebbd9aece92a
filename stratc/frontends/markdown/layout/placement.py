"""Where stages, layers, devices and experts stand: ranges, lists and trees, in bullets and bare fences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.document.settings import is_code
from stratc.frontends.markdown.words.vocabulary import DEVICE, DEVICE_ROW
from stratc.ir.values import ExpertSpan, StageSpan
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_MOST = 1_000_000  # devices of one stage; a larger range is no list of devices
_DASH = r"\s?(?:-|–|—|~|\bto\b|\.\.\.?|至)\s?"
_DEVICE = rf"(?:(?:{DEVICE}|rank)s?|卡)"
_NUMBER = r"\d+(?![\dA-Za-z])"  # "2i" of GPU 2i is an expression
_PART = rf"(?:{_NUMBER}(?: {_NUMBER}){{2,}}|(?:{_DEVICE}[ _-]?)?{_NUMBER}(?:{_DASH}(?:{_DEVICE}[ _-]?)?{_NUMBER})?)"
_OTHERS = (  # more blanks part columns
    r" ?(?:transformer |decoder |moe |dense )?(?:layers?|experts?|heads?|stages?|[GT]B|TFLOPS|层|个专家)(?![a-z])"
)
_STAGE = Pattern(r"(?i)(?:\bstage|阶段)[ _-]?#?(\d+)\b(?!\s*(?:to|and|→|->|stages?\b))", "stage|阶段")
LAYERS = Pattern(
    rf"(?i)(?:\blayers?|层)(?: *: *|(?:_| {{0,4}})#?\[?)(\d+)(?:{_DASH}(\d+))?\b(?!\s*layers)"
    r"(?:\s*\(\s*(\d+) layers?\b)?",
    "layer|层",
)
DEVICES = Pattern(
    rf"(?i)(?<![\w-])(?<!\b[TPDES]P )(?<!\bper ){_DEVICE}"
    rf"(?: *: *|[ _]?#?)\s*[\[{{(]?\s*({_PART}(?:\s*(?:,|&|and)\s*{_PART})*)(?!{_OTHERS})"
    rf"|\[\s*({_DEVICE}\s?\d+(?:\s*,\s*{_DEVICE}\s?\d+)*)\s*\]",
    f"{DEVICE_ROW}|rank|卡",
)
_EXPERTS = Pattern(
    rf"(?i)(?:\bexperts?|专家)(?:_| {{0,4}})#?\[?(\d+)(?:{_DASH}(\d+))?\b(?!\s*(?:experts?|per|/|way))", "expert|专家"
)
_HEADS = frozenset(("gpu", "rank"))
_COUNTING = frozenset(("count", "number", "per", "total", "memory", "parameter", "time", "latency", "load", "数量"))
_STAGE_COLUMN = frozenset(("stage", "pp", "pipeline", "阶段"))
_RUN = Pattern(rf"(?i)(\d+)(?:{_DASH}(?:{_DEVICE}[ _-]?)?(\d+))?")
_NEXT = Pattern(rf"\s*(?:,|&|and)\s*\d+{_DASH}\d+\b(?!\s*layers)")  # of a stage that holds several chunks
_HOLDS = Pattern(r"→\s*([^(→]+)", "→")
_RANGE_ALONE = Pattern(rf"\W*(\d+){_DASH}(\d+)\W*")
_GROUP = Pattern(r"(?i)\bgroup[ _#]?\d", "group")
_TENSOR = Pattern(r"(?i)\btensor[- ]parallel", "tensor")


class _Place:
    """What was said of one stage in one list or fence so far."""

    def __init__(self, sentence: Sentence, index: int) -> None:
        self.sentence, self.index = sentence, index
        self.layers: list[tuple[tuple[int, int], tuple[int, int]]] = []
        self.devices: list[int] = []
        self.range = (0, 0)
        self.holds, self.tensor = "", False


def placements(sentences: Iterable[Sentence]) -> Iterator[Statement]:
    """Statements "strategy.stage" and "strategy.expert_placement" of a document.

    Lines of one list or fence that speak of the same stage are put together; a line below one that names a stage
    ("Stage 0:", then "GPUs 0-3") speaks of that stage.
    """
    places: dict[tuple[object, ...], _Place] = {}
    row: tuple[int, int] | None = None  # where a row of a table begins, and the stage that one of its cells numbers
    before: list[Sentence] = []  # cells of the row before that one
    for sentence in sentences:
        if is_code(sentence) or not sentence.has_digit:
            continue
        yield from _experts(sentence)
        start_of_row = sentence.block.label[0] if sentence.block.kind is Kind.CELL else -1
        numbered = _numbered_row(sentence)
        row = numbered or row
        if row and start_of_row == row[0]:
            for cell in (*before, sentence) if numbered else (sentence,):
                _collect_cell(places.setdefault(_key(sentence, row[1]), _Place(sentence, row[1])), cell)
                yield from _experts_of_cell(cell, row[1])
            continue
        before = [each for each in before if each.block.label[0] == start_of_row]
        yield from _experts_beside_devices(sentence, before)
        before.append(sentence)
        for stage, start, end in _parts(sentence):
            _collect(places.setdefault(_key(sentence, stage), _Place(sentence, stage)), sentence, start, end)
    counted_anew = _counted_anew(places.values())
    for place in places.values():
        if place.sentence.block.group in counted_anew:
            place.devices = []
        yield from _stated(place)


def _key(sentence: Sentence, stage: int) -> tuple[object, ...]:
    """What lines must have in common to speak of the same stage."""
    return sentence.scope.path, sentence.scope.role, sentence.lead[:1], sentence.block.group, stage


def _counted_anew(places: Iterable[_Place]) -> set[int]:
    """Tables whose every stage has the same devices: those of its own machine, numbered from 0 on each."""
    tables: dict[int, list[list[int]]] = {}
    for place in places:
        if place.sentence.block.kind is Kind.CELL and place.devices:
            tables.setdefault(place.sentence.block.group, []).append(place.devices)
    return {group for group, listed in tables.items() if len(listed) > 1 and all(each == listed[0] for each in listed)}


def _parts(sentence: Sentence) -> Iterator[tuple[int, int, int]]:
    """The stages that a sentence speaks of, each with the range of its text that does."""
    text = sentence.text
    if sentence.block.kind is Kind.CELL:
        label = " ".join(token.stem or _index(token) for token in sentence.key)
        found = _STAGE.match(label)
        if found:
            yield int(found[1]), 0, len(text)
        return
    own = list(_STAGE.finditer(text))
    if len(own) == 1:
        yield int(own[0][1]), 0, len(text)
    elif len(own) > 1:
        ends = [match.start() for match in own[1:]] + [len(text)]
        for match, end in zip(own, ends, strict=True):
            yield int(match[1]), match.end(), end
    else:
        above = (*sentence.scope.path[-1:], *sentence.lead)
        named = [found for each in reversed(above) if (found := _STAGE.search(each))]
        if named and sentence.block.kind is not Kind.HEADING:
            yield int(named[0][1]), 0, len(text)


def _numbered_row(sentence: Sentence) -> tuple[int, int] | None:
    """Where a row begins with a cell that is a bare number or "Stage 0", in a column that is headed "Stage"."""
    block = sentence.block
    if block.kind is not Kind.CELL or len(sentence.value) > 2:
        return None
    stems = {token.stem for token in sentence.header}
    headed = bool(stems & {"stage", "阶段"}) and (block.label[0] == block.start or stems <= _STAGE_COLUMN)
    found = re.fullmatch(r"(?i)\W*(?:(?:pp|pipeline)?[ _-]?stage[ _#-]?)?(\d{1,4})\W*", sentence.text)
    return (block.label[0], int(found[1])) if headed and found else None


def _collect_cell(place: _Place, sentence: Sentence) -> None:
    """A cell of such a row: layers below "Layers", devices below "GPUs"; counts of them are no ranges."""
    heads = {token.stem for token in sentence.header}
    text = sentence.text
    runs = list(_RUN.finditer(text))
    if not runs or heads & _COUNTING or re.search(r"\d[a-z]\b", text):  # "2e, 2e+1" of expert e is a rule
        return
    where = (sentence.start + runs[0].start(), sentence.start + runs[-1].end())
    if heads & {"layer", "层"} and len(runs) == 1 and runs[0][2] and int(runs[0][1]) <= int(runs[0][2]):
        place.layers.append(((int(runs[0][1]), int(runs[0][2])), where))
    elif heads & _HEADS and (len(runs) > 1 or runs[0][2] or "gpu" in text.lower()):
        place.devices.extend(device_numbers(text))
        place.range = (min(place.range[0], where[0]), max(place.range[1], where[1])) if place.range[1] else where


def _index(token: Token) -> str:
    return str(int(token.figure.value)) if token.figure else token.sign


def _collect(place: _Place, sentence: Sentence, start: int, end: int) -> None:
    text = sentence.text
    for match in LAYERS.finditer(text, start, end):
        first, last = int(match[1]), int(match[2] or match[1])
        if match[2] and first <= last and not _NEXT.match(text, match.end()):
            counted = 3 if match[3] and int(match[3]) == last - first + 1 else 2
            where = (sentence.start + match.start(1), sentence.start + match.end(counted))
            place.layers.append(((first, last), where))
    for match in DEVICES.finditer(text, start, end):
        group = 1 if match[1] else 2
        if text[match.end() : match.end() + 8].lstrip().lower().startswith(("-way", "gpu", "per ", "×", "x ")):
            continue
        found = device_numbers(match[group])
        if found:
            place.devices.extend(each for each in found if each not in place.devices[-len(found) :])
            here = (sentence.start + match.start(group), sentence.start + match.end(group))
            place.range = (min(place.range[0], here[0]), max(place.range[1], here[1])) if place.range[1] else here
    holds = _HOLDS.search(text, start, end)
    place.holds = place.holds or (holds[1].strip(" ,.;") if holds else "")
    said = text[start:end]
    # "2 GPUs per expert via tensor parallelism", "Expert 0: GPUs 0,1", "TP group 0": these divide the stage further
    shared = " per " in said or bool(_GROUP.search(said)) or bool(_EXPERTS.search(said))
    place.tensor = place.tensor or (not shared and bool(_TENSOR.search(text, start, end)))


def device_numbers(text: str) -> tuple[int, ...]:
    """The numbers that a list of devices names.

    >>> device_numbers("0-3, 8"), device_numbers("GPU0, GPU1")
    ((0, 1, 2, 3, 8), (0, 1))
    """
    found: list[int] = []
    for match in _RUN.finditer(text):
        first, last = int(match[1]), int(match[2] or match[1])
        if last - first > _MOST:
            return ()
        found.extend(range(first, last + 1))
    return tuple(found)


def _stated(place: _Place) -> Iterator[Statement]:
    devices = tuple(sorted(set(place.devices))) or None
    layers = {pair for pair, _ in place.layers}
    tp = len(devices) if devices and place.tensor and len(devices) > 1 and len(devices) <= 64 else None
    if len(layers) == 1 and devices:
        pair, where = place.layers[0]
        whole = (min(where[0], place.range[0]), max(where[1], place.range[1]))
        yield say(place.sentence, "strategy.stage", StageSpan(place.index, pair, devices, tp, holds=place.holds), whole)
        return
    for pair, where in place.layers:
        yield say(place.sentence, "strategy.stage", StageSpan(place.index, pair, holds=place.holds), where)
    if devices:
        span = StageSpan(place.index, None, devices, tp, holds=place.holds)
        yield say(place.sentence, "strategy.stage", span, place.range)


def _experts(sentence: Sentence) -> Iterator[Statement]:
    """Expert 0-15: GPUs 0-31."""
    text = sentence.text
    experts, devices = list(_EXPERTS.finditer(text)), list(DEVICES.finditer(text))
    if len(experts) == 1 and not devices:
        yield from _of_stage(sentence, experts[0])
    if len(experts) != 1 or len(devices) != 1 or not _beside(text, experts[0], devices[0]):
        return
    first, last = int(experts[0][1]), int(experts[0][2] or experts[0][1])
    numbers = device_numbers(devices[0][1] or devices[0][2])
    stages = [found for each in (*sentence.lead, text) if (found := _STAGE.search(each))]
    stage = int(stages[-1][1]) if stages else None
    start = min(experts[0].start(1), devices[0].start())
    place = (sentence.start + start, sentence.start + max(experts[0].end(), devices[0].end()))
    if numbers and first <= last:
        yield say(sentence, "strategy.expert_placement", ExpertSpan((first, last), numbers, stage), place)


def _experts_of_cell(sentence: Sentence, stage: int) -> Iterator[Statement]:
    """A range below "Experts" in the row of a stage."""
    heads = [token.stem for token in sentence.header if token.stem]
    found = _RANGE_ALONE.fullmatch(sentence.text)
    if (
        heads in (["expert"], ["expert", "per", "stage"], ["expert", "id"], ["专家"])
        and found
        and int(found[1]) < int(found[2])
    ):
        span = ExpertSpan((int(found[1]), int(found[2])), None, stage)
        where = (sentence.start + found.start(1), sentence.start + found.end(2))
        yield say(sentence, "strategy.expert_placement", span, where)


def _experts_beside_devices(sentence: Sentence, before: Iterable[Sentence]) -> Iterator[Statement]:
    """A range below "Experts" in a row that begins with or names devices: "| 1 | 8-15 | 16-31 |"."""
    if [token.stem for token in sentence.header if token.stem] not in (["expert"], ["专家"]):
        return
    found = _RANGE_ALONE.fullmatch(sentence.text)
    named = [cell for cell in before if [token.stem for token in cell.header if token.stem] == ["gpu"]]
    numbers = device_numbers(named[0].text) if len(named) == 1 and _RANGE_ALONE.fullmatch(named[0].text) else ()
    if found and numbers and int(found[1]) < int(found[2]):
        where = (sentence.start + found.start(1), sentence.start + found.end(2))
        yield say(
            sentence, "strategy.expert_placement", ExpertSpan((int(found[1]), int(found[2])), numbers, None), where
        )


def _of_stage(sentence: Sentence, experts: re.Match[str]) -> Iterator[Statement]:
    """Stage 0: layers 0-3, experts 0-15."""
    own = list(_STAGE.finditer(sentence.text, 0, experts.start()))
    if len(own) == 1 and experts[2] and int(experts[1]) < int(experts[2]):
        span = ExpertSpan((int(experts[1]), int(experts[2])), None, int(own[0][1]))
        place = (sentence.start + experts.start(1), sentence.start + experts.end(2))
        yield say(sentence, "strategy.expert_placement", span, place)


def _beside(text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    first, second = sorted((left, right), key=lambda match: match.start())
    return second.start() - first.end() <= 24 and not re.match(r"\s*(?:[-/]way|per|[×*])", text[first.end() :])
