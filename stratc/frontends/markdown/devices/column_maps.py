"""Columns of tables that give every row a range of devices, experts or layers: "| 0–255 |" above "| 256–383 |"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.devices.drawn_lines import Line
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_LONE = Pattern(r"\W*(?:[A-Za-z]{2,12}[ :#_\[(]{0,3})?[A-Za-z]?\d{1,6} ?(?:-|–|—|~|\.\.) ?[A-Za-z]?\d{1,6}\W*")
_NUMBERED = words("gpu rank expert layer")
_FEWEST = 3  # rows


def column_maps(said: Iterable[Sentence]) -> Iterator[Statement]:
    """Claims "map.range" of the ranges of such columns that break a series; only a document that has some pays."""
    columns: dict[tuple[int, int], list[Sentence]] = {}
    for each in said:
        if each.block.kind is Kind.CELL and each.has_digit and _NUMBERED & {token.stem for token in each.header}:
            columns.setdefault((each.block.group, each.block.header[0]), []).append(each)
    for cells in columns.values():
        lines = [Line(each.start, 0, each.text) for each in cells if _LONE.fullmatch(each.text)]
        if len(lines) == len(cells) >= _FEWEST and cells[0].scope.role is Role.PLAN:
            from stratc.frontends.markdown.devices.range_maps import range_maps

            yield from range_maps(cells[0], lines)
