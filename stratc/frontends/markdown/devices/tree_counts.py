"""Trees of a drawing whose branches count the devices that the trunk counts: "pool (24 GPUs)" above six replicas."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.quantity import Quantity
from stratc.arith.term import Apply, Literal
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.arith.term import Term
    from stratc.frontends.markdown.devices.drawn_lines import Line
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_DEVICES = rf"(?:{DEVICE}|rank)s?"
_COUNT = Pattern(
    rf"(?i)(?<![\w.,×x/-])(?P<n>\d{{1,6}}) ?(?:[A-Z]{{1,3}}\d{{1,3}}[A-Za-z]{{0,2}} )?(?:{DEVICE}|rank)s\b"
)
_LISTED = Pattern(rf"(?i)\b{_DEVICES}[ :\[]*(?P<list>\d{{1,6}}(?:(?: ?, ?| +)\d{{1,6}})+)(?![\w.%])")
_FROM_TO = Pattern(rf"(?i)\b{_DEVICES}[ :\[]*(?P<a>\d{{1,6}}) ?[-–—] ?(?P<b>\d{{1,6}})(?![\w.%])")
_OTHERWISE = Pattern(r"(?i)\b(?:per|each|every|of|spares?|idle|shared|free|active)\b|[×*]|\d ?x\b")
_UNIT = Pattern(r"(?i)\b(replica|node|host|server|instance|pod|machine|rack|box|stage)s?\b")
_FEWEST = 2  # branches of a tree


class _Branch(NamedTuple):
    """The devices of a line, and where they are counted."""

    devices: int
    place: tuple[int, int]
    said: bool  # as a number, not as a list


def tree_counts(own: Sentence, lines: Sequence[Line]) -> Iterator[Statement]:
    """Claims "map.total" of a trunk or a branch that does not fit the others, its working what would."""
    for at, trunk in enumerate(lines):
        branches = _below(lines, at)
        if len(branches) < _FEWEST or any(each.dots for each in branches):
            continue
        counted = _branch(trunk)
        if counted is None or not counted.said:
            continue
        units = {(_UNIT.search(each.text) or [""])[0].lower() for each in branches}
        parts = [part for each in branches if (part := _branch(each)) is not None]
        if len(units) == 1 and units != {""} and len(parts) == len(branches):
            yield from _weighed(own, counted, parts)


def _below(lines: Sequence[Line], at: int) -> list[Line]:
    """The lines that branch off one line."""
    found: list[Line] = []
    for line in lines[at + 1 :]:
        if not line.dots and line.depth <= lines[at].depth:
            break
        if line.dots or not found or line.depth <= found[0].depth:
            found.append(line)
    return found


def _branch(line: Line) -> _Branch | None:
    """The devices that a line counts or lists once."""
    if _OTHERWISE.search(line.text):
        return None
    counts, lists, runs = ([*each.finditer(line.text)] for each in (_COUNT, _LISTED, _FROM_TO))
    if len(counts) == 1:
        return _Branch(int(counts[0]["n"]), _place(line, counts[0], "n"), said=True)
    if counts or len(lists) + len(runs) != 1:
        return None
    if lists:
        return _Branch(len(set(re.findall(r"\d+", lists[0]["list"]))), _place(line, lists[0], "list"), said=False)
    count = int(runs[0]["b"]) - int(runs[0]["a"]) + 1
    return (
        _Branch(count, (line.start + runs[0].start("a"), line.start + runs[0].end("b")), said=False)
        if count > 0
        else None
    )


def _place(line: Line, found: re.Match[str], group: str) -> tuple[int, int]:
    return line.start + found.start(group), line.start + found.end(group)


def _weighed(own: Sentence, trunk: _Branch, parts: Sequence[_Branch]) -> Iterator[Statement]:
    """The one count that does not fit: a branch unlike its equals where they fill the trunk, else the trunk."""
    if sum(part.devices for part in parts) == trunk.devices:
        return
    usual, alike = Counter(part.devices for part in parts).most_common(1)[0]
    odd = [part for part in parts if part.devices != usual]
    if len(odd) == 1 and alike > 1 and usual * len(parts) == trunk.devices:
        yield _said(own, odd[0], Apply("÷", Literal(float(trunk.devices)), Literal(float(len(parts)))))
        return
    if not odd:
        yield _said(own, trunk, Apply("×", Literal(float(len(parts))), Literal(float(usual))))
        return
    whole: Term = Literal(float(parts[0].devices))
    for part in parts[1:]:
        whole = Apply("+", whole, Literal(float(part.devices)))
    yield _said(own, trunk, whole)


def _said(own: Sentence, part: _Branch, working: Term) -> Statement:
    count = float(part.devices)
    return replace(say(own, "map.total", count, part.place), quantity=Quantity.of(count), working=working)
