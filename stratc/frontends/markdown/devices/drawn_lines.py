"""The lines that a bare fence draws, each with its place and how far it is set in."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from stratc.frontends.markdown.document.fence_kinds import is_tagged
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.blocks import Blocks, Fence
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_LINE = Pattern(r"[^\n]+")
_WORD = Pattern(r"[A-Za-z0-9\[]")
_REMARK = Pattern(r"\s*(?:#|//) ")
_LEFT_OUT = Pattern(r"\.{3}|…|⋮|\betc\b")


class Line(NamedTuple):
    """A line of a drawing: where it stands, the column of its first word, its text, whether dots stand in it."""

    start: int
    depth: int
    text: str
    dots: bool = False


def drawn(blocks: Blocks, said: Sequence[Sentence]) -> Iterator[Statement]:
    """What the maps and trees of bare fences say as a whole; only a document that has such fences pays for it."""
    if all(is_tagged(each.language) for each in blocks.fences):
        return
    from stratc.frontends.markdown.devices.range_maps import odd_sets, range_maps
    from stratc.frontends.markdown.devices.tree_counts import tree_counts

    for own, lines in drawn_lines(blocks.fences, said, blocks.text):
        yield from (*range_maps(own, lines), *tree_counts(own, lines), *odd_sets(own, lines))


def drawn_lines(
    fences: Iterable[Fence], said: Sequence[Sentence], text: str
) -> Iterator[tuple[Sentence, tuple[Line, ...]]]:
    """The lines of every bare fence that speaks of the plan, with a sentence that stands in it."""
    ordered = sorted(said, key=lambda each: each.start)
    for fence in fences:
        first = bisect_left(ordered, fence.start, key=lambda each: each.start)
        own = ordered[first] if first < len(ordered) and ordered[first].start < fence.end else None
        if is_tagged(fence.language) or own is None or own.scope.role is not Role.PLAN:
            continue
        yield own, tuple(_lines(text, fence))


def _lines(text: str, fence: Fence) -> Iterator[Line]:
    for found in _LINE.finditer(text, fence.start, fence.end):
        if _REMARK.match(found[0]):
            continue
        first, dots = _WORD.search(found[0]), _LEFT_OUT.search(found[0]) is not None
        if first or dots:
            yield Line(found.start(), first.start() if first else 0, found[0], dots)
