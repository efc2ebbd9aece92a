"""Maps that give every device layers of its own, which makes each a stage: "GPU 0: layer 1   GPU 8: layer 9"."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.document.settings import is_code
from stratc.frontends.markdown.words.vocabulary import DEVICE, DEVICE_ROW
from stratc.ir.values import StageSpan
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_TO = r" ?(?:-|–|to|~) ?"
_PAIR = Pattern(
    rf"(?i)\b(?:{DEVICE}|rank)s?[ _]?(?P<d>\d{{1,4}})(?:{_TO}(?P<e>\d{{1,4}}))? *(?::|：|→|->|=|holds|has) *"
    rf"layers? ?(?P<a>\d{{1,4}})(?:{_TO}(?P<b>\d{{1,4}}))?(?![\d.,/]\d|[\d/÷×*])",
    "layer",
    f"{DEVICE_ROW}|rank",
)
_OTHERS = ("stage", "expert", "阶段", "专家")  # which have maps of their own
_FEWEST = 3  # devices of a map


class _Pair(NamedTuple):
    """Devices, their layers, and where both are said."""

    sentence: Sentence
    devices: tuple[int, int]
    layers: tuple[int, int]
    place: tuple[int, int]


def layers_of_devices(said: Iterable[Sentence]) -> Iterator[Statement]:
    """Statements "strategy.stage" of lists and fences in which no device and no layer occurs twice."""
    for _, group in groupby(said, lambda each: (each.block.group, each.scope.path)):
        members = [each for each in group if not is_code(each)]
        if any(other in each.text.lower() for each in members for other in _OTHERS):
            continue
        pairs = sorted((pair for each in members for pair in _pairs(each)), key=lambda pair: pair.devices)
        if len(pairs) >= _FEWEST and _are_apart(pairs):
            for index, (sentence, devices, layers, place) in enumerate(pairs):
                span = StageSpan(index, layers, tuple(range(devices[0], devices[1] + 1)))
                yield say(sentence, "strategy.stage", span, place)


def _pairs(sentence: Sentence) -> Iterator[_Pair]:
    for match in _PAIR.finditer(sentence.text):
        devices, layers = (
            (int(match["d"]), int(match["e"] or match["d"])),
            (int(match["a"]), int(match["b"] or match["a"])),
        )
        place = (sentence.start + match.start(), sentence.start + match.end())
        if devices[0] <= devices[1] and layers[0] <= layers[1]:
            yield _Pair(sentence, devices, layers, place)


def _are_apart(pairs: Sequence[_Pair]) -> bool:
    """Whether devices and layers each follow one another without a common one."""
    ordered = sorted(pair.layers for pair in pairs)
    devices = [pair.devices for pair in pairs]
    return all(one[1] < other[0] for each in (ordered, devices) for one, other in pairwise(each))
