"""Ranges that follow one another in a drawing, and the one that falls out of the series: "0-7, 8-15, 12-19, 24-31"."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.saying import say
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.devices.drawn_lines import Line
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_RANGE = re.compile(
    r"(?<![\w.,/])(?:(?P<word>[A-Za-z]{2,12})[ :#_\[(]{0,3})?(?P<sign>[A-Za-z]?)(?P<first>\d{1,6})"
    r" ?(?:-|–|—|~|\.\.) ?(?P=sign)(?P<last>\d{1,6})(?![\w.,]?\d|[A-Za-z]|%| ?(?:[GMT]i?B|m?s|us|tokens?|way)\b)"
)
_LIST = Pattern(
    r"(?<![\w.,/])(?:(?P<word>[A-Za-z]{2,12})[ :#_\[(]{0,3})(?P<sign>[A-Za-z]?)(?P<first>\d{1,6})"
    r"(?:, ?(?P=sign)\d{1,6})*, ?(?P=sign)(?P<last>\d{1,6})(?![\w.,]?\d|[A-Za-z])",
    ",",
)
_SET = re.compile(r"[\[({] ?\d{1,6}(?:(?: ?, ?| +)\d{1,6})+ ?[\])}]")
_NUMBER = re.compile(r"\d+")
_FEWEST = 3  # ranges that make a series
_SIDES = 2  # of a range


class Run(NamedTuple):
    """A range, and where it stands in the source."""

    first: int
    last: int
    place: tuple[int, int] = (0, 0)

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return self.last - self.first + 1


def range_maps(own: Sentence, lines: Sequence[Line]) -> Iterator[Statement]:
    """Claims "map.range" of the ranges of a drawing that break a series, `cause` being the range that fits."""
    for series in _series(lines):
        if broken := out_of_step(series):
            run, right = broken
            said = say(own, "map.range", float(run.first), run.place)
            yield replace(said, quantity=Quantity(float(run.first), float(run.last)), cause=f"{right[0]}-{right[1]}")


def odd_sets(own: Sentence, lines: Sequence[Line]) -> Iterator[Statement]:
    """Claims "group.devices" of the one set of a drawing that is of another size than all others: "[0 1] [2 3] [4]".

    `index` is the size of the others, by which a rule knows of which groups they are.
    """
    found = [(line, each) for line in lines for each in _SET.finditer(line.text)]
    sizes = [len(set(_NUMBER.findall(each[0]))) for _, each in found]
    usual, alike = Counter(sizes).most_common(1)[0] if sizes else (0, 0)
    if alike < _FEWEST or alike != len(sizes) - 1:
        return
    for (line, each), size in zip(found, sizes, strict=True):
        if size != usual:
            place = (line.start + each.start(), line.start + each.end())
            said = say(own, "group.devices", float(size), place)
            yield replace(said, quantity=Quantity.of(float(size)), cause="set", index=usual)


def _series(lines: Sequence[Line]) -> Iterator[list[Run]]:
    """The ranges of one kind in the order of the text; dots begin a new series."""
    kinds: dict[object, list[Run]] = {}
    for line in lines:
        if line.dots:
            yield from kinds.values()
            kinds = {}
            continue
        bare = 0
        for found in (*_RANGE.finditer(line.text), *_LIST.finditer(line.text)):
            kind = (found["word"] or "").lower().removesuffix("s") + found["sign"]
            bare += not kind
            run = Run(int(found["first"]), int(found["last"]), _place(line, found))
            if run.size > 1:
                kinds.setdefault(kind or bare, []).append(run)
    yield from kinds.values()


def _place(line: Line, found: re.Match[str]) -> tuple[int, int]:
    return line.start + found.start("first") - len(found["sign"]), line.start + found.end()


def out_of_step(series: Sequence[Run]) -> tuple[Run, tuple[int, int]] | None:
    """The one range that breaks a series, and its bounds that would not; None where none or several do.

    Ranges of one size take equal steps; of others each begins where the one before ends.  A rest at the end, a series
    that begins anew and a hole of whole ranges are in order.

    >>> out_of_step([Run(0, 7), Run(8, 15), Run(12, 19), Run(24, 31)])[1]
    (16, 23)
    """
    if len(series) < _FEWEST or len(set(series)) == 1:
        return None
    return _off_step(series) or _off_chain(series)


def _off_step(series: Sequence[Run]) -> tuple[Run, tuple[int, int]] | None:
    size, alike = Counter(run.size for run in series).most_common(1)[0]
    start, fitting = Counter(run.first - at * size for at, run in enumerate(series)).most_common(1)[0]
    right = [(start + at * size, start + (at + 1) * size - 1) for at in range(len(series))]
    off = [at for at, run in enumerate(series) if (run.first, run.last) != right[at]]
    if len(off) != 1 or fitting < _FEWEST - 1 or alike < _FEWEST - 1:
        return None
    at = off[0]
    run, others = series[at], [each for each in series if each is not series[at]]
    around = series[max(0, at - 1) : at + 2]
    chained = all(other.first == one.last + 1 for one, other in pairwise(around))  # the rest may be of another size
    apart = run.size == size and not any(run.first <= each.last and each.first <= run.last for each in others)
    return None if chained or apart else (run, right[at])


def _off_chain(series: Sequence[Run]) -> tuple[Run, tuple[int, int]] | None:
    broken = [(one, other) for one, other in pairwise(series) if other.first != one.last + 1]
    if len(broken) == _SIDES and broken[0][1] is broken[1][0] and len(series) > _FEWEST:
        before, run, after = broken[0][0], broken[0][1], broken[1][1]
        across = run.first <= before.last < run.last or run.first < after.first <= run.last
        return (run, (before.last + 1, after.first - 1)) if across and after.first > before.last + 1 else None
    if len(broken) != 1 or len(series) <= _FEWEST:
        return None
    one, other = broken[0]
    hole = other.first - one.last - 1
    if other.first == series[0].first or hole >= min(run.size for run in series):
        return None
    return other, (one.last + 1, other.last)
