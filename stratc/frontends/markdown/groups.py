"""Groups of tensor parallelism with their devices: "TP group 0: GPUs 0-7"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.placement import DEVICES, LAYERS, device_numbers
from stratc.frontends.markdown.saying import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement

_GROUP = re.compile(r"(?i)\b(?:TP|tensor[- ]parallel(?:ism)?)[ -]?group[ _#]?(\d+)\b(?!\s*(?:-|–|to\b|,))")
_EXCHANGE = re.compile(
    r"(?i)\ball[- ]?(?:to|2)[- ]?all\b[^.;:|]{0,40}?\b(?:across|among|between|over|spanning)\s+(?:all\s+|the\s+)*"
    r"(\d[\d,]*)[\s-]*(?:GPU|NPU|rank|device|card)s?\b(?!\s+(?:groups?|pairs?|nodes?)\b)"
)
_SHORTEST = len("tp group 0")
_MOST = 64  # devices of a group whose members are kept


def tensor_groups(sentence: Sentence) -> Iterator[Statement]:
    """What a sentence gives to one tensor-parallel group.

    "group.devices" with the number of devices where they are listed at once, "group.member" with each device, and
    "group.layers" with the layers of a device that are named beside it ("GPU 2: layers 8-15 (TP group 0)").
    """
    text = sentence.text
    if len(text) < _SHORTEST or not ("roup" in text or _above(sentence)):
        return
    groups, devices = list(_GROUP.finditer(text)), list(DEVICES.finditer(text))
    index = int(groups[0][1]) if len(groups) == 1 else _above(sentence) if not groups else None
    if index is None or not devices:
        return
    lists = [(found, found.span(1 if found[1] else 2)) for found in devices]
    numbers = [device_numbers(text[slice(*place)]) for _, place in lists]
    if groups and len(lists) == 1 and len(set(numbers[0])) > 1:
        yield _said(sentence, "group.devices", float(len(set(numbers[0]))), lists[0][1], index)
    if sum(map(len, numbers)) > _MOST:
        return
    whole = (lists[0][1][0], lists[-1][1][1])
    for device in dict.fromkeys(each for listed in numbers for each in listed):
        yield _said(sentence, "group.member", float(device), whole, index)
    ends = [found.start() for found, _ in lists[1:]] + [len(text)]
    for (found, _), end in zip(lists, ends, strict=True):
        for layers in LAYERS.finditer(text, found.end(), end):
            if layers[2] and int(layers[1]) <= int(layers[2]):
                held = _said(sentence, "group.layers", float(layers[1]), layers.span(), index)
                yield replace(held, quantity=Quantity(float(layers[1]), float(layers[2])))


def exchanging_groups(sentence: Sentence) -> Iterator[Statement]:
    """Statements "group.devices" of the expert-parallel group: "all-to-all across 64 ranks"."""
    if "to-all" not in (text := sentence.text.lower().replace(" ", "-")) and "2all" not in text:
        return
    for found in _EXCHANGE.finditer(sentence.text):
        count = float(found[1].replace(",", ""))
        yield _said(sentence, "group.devices", count, found.span(1), cause="ep")


def _above(sentence: Sentence) -> int | None:
    """The group that the nearest label or heading above names: "TP group 0:", then its devices."""
    for title in (*sentence.lead[-1:], *sentence.scope.path[-1:]):
        if found := _GROUP.search(title):
            return int(found[1])
    return None


def _said(
    sentence: Sentence, metric: str, value: float, place: tuple[int, int], index: int | None = None, cause: str = "tp"
) -> Statement:
    where = (sentence.start + place[0], sentence.start + place[1])
    return replace(say(sentence, metric, value, where), quantity=Quantity.of(value), cause=cause, index=index)
