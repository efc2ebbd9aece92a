"""Groups of tensor parallelism with their devices: "TP group 0: GPUs 0-7"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.placement import DEVICES, device_numbers
from stratc.frontends.markdown.saying import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement

_GROUP = re.compile(r"(?i)\b(?:TP|tensor[- ]parallel(?:ism)?)[ -]?group[ _#]?(\d+)\b(?!\s*(?:-|–|to\b|,))")
_SHORTEST = len("tp group 0")


def tensor_groups(sentence: Sentence) -> Iterator[Statement]:
    """Statements "group.devices" with the number of devices that a sentence gives to one tensor-parallel group."""
    text = sentence.text
    if len(text) < _SHORTEST or "roup" not in text:
        return
    groups, devices = list(_GROUP.finditer(text)), list(DEVICES.finditer(text))
    if len(groups) != 1 or len(devices) != 1:
        return
    place = 1 if devices[0][1] else 2
    count = len(set(device_numbers(devices[0][place])))
    if count > 1:
        where = (sentence.start + devices[0].start(place), sentence.start + devices[0].end(place))
        said = say(sentence, "group.devices", float(count), where)
        yield replace(said, quantity=Quantity.of(float(count)), cause="tp", index=int(groups[0][1]))
