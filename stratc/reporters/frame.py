"""Source frames: the lines a finding concerns, with marks and labels under them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stratc.diagnostics.diagnostic import Label
from stratc.reporters.style import Style
from stratc.text.source import Source
from stratc.text.width import printable, width

WIDEST = 140  # columns of a source line that are shown; longer ones are cut around the marks
MARGIN = 30  # columns kept on both sides of the marks of a line that is cut
MOST_LINES = 8  # lines of one finding that are shown; the others are named


class Mark(NamedTuple):
    """What is drawn under a part of a line; columns count from 0."""

    start: int
    end: int
    primary: bool
    text: str

    @property
    def sign(self) -> str:
        """One column of the mark."""
        return "^" if self.primary else "-"


class Line(NamedTuple):
    """A line of a source and the marks under it, in the order of the text."""

    source: Source
    number: int
    marks: tuple[Mark, ...]


def lines_of(primary: Label, secondary: Iterable[Label], sources: dict[str, Source]) -> tuple[Line, ...]:
    """The lines that labels lie on: those of the primary label's source first, in the order of the text."""
    marks: dict[tuple[str, int], list[Mark]] = {}
    for label in (primary, *secondary):
        number, mark = _mark(label, sources[label.span.source], label is primary)
        marks.setdefault((label.span.source, number), []).append(mark)
    order = sorted(marks, key=lambda place: (place[0] != primary.span.source, place))
    found = (Line(sources[name], number, tuple(_sorted(marks[name, number]))) for name, number in order)
    return tuple(found)


def shown_lines(lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines to draw and the lines only to name, when there are many."""
    if len(lines) <= MOST_LINES:
        return lines, ()
    important = [line for line in lines if any(mark.primary for mark in line.marks)]
    others = [line for line in lines if line not in important]
    kept = [*important, *others][:MOST_LINES]
    return tuple(line for line in lines if line in kept), tuple(line for line in lines if line not in kept)


def draw(line: Line, gutter: int, style: Style) -> Iterator[str]:
    """The line, the marks under it, and the labels that found no room beside them."""
    text, marks = _cut(line.source.line(line.number), line.marks)
    yield f"{style.edge(f'{line.number:>{gutter}} |')} {text}".rstrip()
    edge = style.edge(f"{'':>{gutter}} |")
    row = _row(marks, style)
    last = max(marks, key=lambda mark: (mark.start, mark.end))
    crowded = any(mark.end > last.start and mark is not last for mark in marks)
    beside = last.text if not crowded else ""
    yield f"{edge} {row} {_paint(beside, last, style)}".rstrip()
    hanging = [mark for mark in marks if mark.text and not (mark is last and beside)]
    if hanging:
        yield f"{edge} {_bars(hanging, style)}"
    while hanging:
        mark = hanging.pop()
        bars = _bars([each for each in hanging if each.start < mark.start], style, mark.start)
        yield f"{edge} {bars}{_paint(mark.text, mark, style)}"


def _mark(label: Label, source: Source, primary: bool) -> tuple[int, Mark]:
    number, column = source.position(label.span.start)
    text = source.line(number)
    start = min(column - 1, len(text))
    end = min(start + label.span.end - label.span.start, len(text))
    return number, Mark(start, max(end, start), primary, label.text)


def _sorted(marks: list[Mark]) -> list[Mark]:
    """Each place once, the primary one where a place is both."""
    chosen: dict[tuple[int, int], Mark] = {}
    for mark in marks:
        if (mark.start, mark.end) not in chosen:
            chosen[mark.start, mark.end] = mark
    return sorted(chosen.values(), key=lambda mark: (mark.start, mark.end))


def _cut(text: str, marks: tuple[Mark, ...]) -> tuple[str, tuple[Mark, ...]]:
    """What is shown of a line, and its marks in columns of the terminal."""
    first, end = 0, len(text)
    if len(text) > WIDEST:
        begin, finish = min(mark.start for mark in marks), max(mark.end for mark in marks)
        main = next((mark for mark in marks if mark.primary), marks[0])
        anchor = begin if finish - begin <= WIDEST - 2 * MARGIN else main.start
        first = max(0, min(anchor - MARGIN, len(text) - WIDEST))
        end = min(len(text), first + WIDEST)
    before, after = "…" if first else "", "…" if end < len(text) else ""

    def column(offset: int) -> int:
        return width(before + printable(text[first : min(max(offset, first), end)]))

    moved = [Mark(column(mark.start), column(mark.end), mark.primary, mark.text) for mark in marks]
    shown = before + printable(text[first:end]) + after
    return shown, tuple(Mark(m.start, max(m.end, m.start + 1), m.primary, m.text) for m in moved)


def _row(marks: Iterable[Mark], style: Style) -> str:
    """The marks of a line; where two overlap the primary one is seen."""
    signs: dict[int, Mark] = {}
    for mark in sorted(marks, key=lambda each: each.primary):
        signs.update(dict.fromkeys(range(mark.start, mark.end), mark))
    columns = range(max(signs) + 1)
    return "".join(_paint(signs[at].sign, signs[at], style) if at in signs else " " for at in columns)


def _bars(marks: list[Mark], style: Style, up_to: int | None = None) -> str:
    """Bars that lead from marks down to their labels."""
    starts = {mark.start: mark for mark in marks}
    columns = range(up_to if up_to is not None else max(starts) + 1)
    return "".join(_paint("|", starts[at], style) if at in starts else " " for at in columns)


def _paint(text: str, mark: Mark, style: Style) -> str:
    if not text:
        return ""
    return style.primary(text) if mark.primary else style.secondary(text)
