"""Groups of tensor parallelism with their devices: "TP group 0: GPUs 0-7"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.document.settings import is_code
from stratc.frontends.markdown.layout.ranges import DEVICES, LAYERS, device_numbers
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_TENSOR = r"(?:TP|tensor[- ]parallel(?:ism)?)"
_GROUP = Pattern(rf"(?i)\b{_TENSOR}[ -]?group[ _#]?(\d+)\b(?!\s*(?:-|–|to\b|,\s*\d))", "group")
_SET = r"[\[{(]\s*\d+(?:\s*[,–-]\s*\d+)+\s*[\]})]"
_SETS = Pattern(rf"(?i)\b{_TENSOR}[ -]?groups?(?:[ _#]?\d+)?\s*[:=]?\s*((?:{_SET}[\s,;、]*(?:and )?)+)", "group")
_MEMBERS = Pattern(rf"(?i)\bgroup[ _#]?\d+\s*[:=→]?\s*({_SET})", "group")
_PLURAL = Pattern(rf"(?i)\b{_TENSOR}[ -]?groups\b", "groups")
_ONE_SET = Pattern(_SET)
_NUMBER = Pattern(r"(?i)^\W*(?:TP|G|group)?[ _#-]*(?:group[ _#]*)?(\d{1,4})\W*$")
_COLUMNS = frozenset(("gpu", "rank", "member", "gpu id", "gpu rank", "global rank"))
_EXCHANGE = Pattern(
    r"(?i)\ball[- ]?(?:to|2)[- ]?all\b[^.;:|]{0,40}?\b(?:across|among|between|over|spanning)\s+(?:all\s+|the\s+)*"
    rf"(\d[\d,]*)[\s-]*(?:{DEVICE}|rank)s?\b(?!\s+(?:groups?|pairs?|nodes?)\b)",
    "across|among|between|over|spanning",
)
_SHORTEST = len("tp group 0")
_MOST = 64  # devices of a group whose members are kept


def tensor_groups(said: Iterable[Sentence]) -> Iterator[Statement]:
    """What a document gives to each of its tensor-parallel groups, in lines, sets, trees and the rows of a table.

    "group.devices" with the number of devices where they are listed at once, "group.member" with each device, and
    "group.layers" with the layers of a device that are named beside it ("GPU 2: layers 8-15 (TP group 0)").
    """
    row: tuple[int, int] | None = None  # where a row of a table begins, and the group that its first cell numbers
    for sentence in said:
        if sentence.block.kind is Kind.CELL:
            row = _numbered_row(sentence) or row
            if row and sentence.block.label[0] == row[0] and _heads(sentence) in _COLUMNS:
                yield from _listed(sentence, (0, len(sentence.text)), row[1])
                continue
        yield from _of_sets(sentence)
        yield from _of_sentence(sentence)


def _heads(sentence: Sentence) -> str:
    return " ".join(token.stem for token in sentence.header if token.stem)


def _numbered_row(sentence: Sentence) -> tuple[int, int] | None:
    """Where a row begins with the number of a group, in a column that is headed "TP group"."""
    head, found = _heads(sentence), _NUMBER.match(sentence.text)
    if sentence.block.label[0] != sentence.block.start or found is None:
        return None
    named = "group" in head and ("tp" in head.split() or "tensor" in head)
    return (sentence.block.label[0], int(found[1])) if named or _GROUP.search(sentence.text) else None


def _of_sets(sentence: Sentence) -> Iterator[Statement]:
    """Groups written as sets: "TP groups: {0,1}, {2,3}", "Group 0: [0, 1]" below "TP groups"."""
    text = sentence.text
    if "roup" not in text or is_code(sentence):
        return
    above = " ".join((*sentence.lead[-1:], *sentence.scope.path[-1:]))
    listed = list(_SETS.finditer(text)) or (list(_MEMBERS.finditer(text)) if _PLURAL.search(above) else [])
    for found in listed:
        for each in _ONE_SET.finditer(text, *found.span(1)):
            yield from _listed(sentence, each.span(), None)


def _listed(sentence: Sentence, place: tuple[int, int], index: int | None) -> Iterator[Statement]:
    """A group with the devices that a range of the text lists."""
    devices = tuple(dict.fromkeys(device_numbers(sentence.text[slice(*place)])))
    if not 1 < len(devices) <= _MOST:
        return
    yield _said(sentence, "group.devices", float(len(devices)), place, index)
    for device in devices:
        yield _said(sentence, "group.member", float(device), place, index)


def _of_sentence(sentence: Sentence) -> Iterator[Statement]:
    """A group that a line names, with its devices beside or below it."""
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
