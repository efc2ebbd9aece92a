"""Comments that silence rules: `<!-- stratc: ignore[DV101] reason -->` and its kin, and what each is about."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.diagnostics.suppression import Suppression
    from stratc.frontends.markdown.document.blocks import Block, Blocks
    from stratc.frontends.suppressions import Comment, Lines
    from stratc.text.source import Source


def suppressions(source: Source, blocks: Blocks) -> Iterator[Suppression]:
    """The comments of a document that silence rules.

    A comment beside text silences that line; one on a line of its own silences the next line that holds text;
    `ignore-section` silences everything below the heading above it, `ignore-file` the whole document.
    """
    if blocks.comments:
        from stratc.frontends import suppressions as every

        headings = [block for block in blocks.blocks if block.kind is Kind.HEADING]
        yield from every.suppressions(_comment(source, blocks, headings, *place) for place in blocks.comments)


def _comment(source: Source, blocks: Blocks, headings: list[Block], start: int, end: int) -> Comment:
    from stratc.frontends.suppressions import Comment

    line, file = source.position(start)[0], (1, max(1, source.line_count))
    near = _lines(source, blocks.text, start, end)
    text = source.text[start + len("<!--") : end - len("-->")]
    return Comment(
        text, Span(source.name, start, end), line, near, lambda: _section(source, headings, near[0], file), file
    )


def _section(source: Source, headings: list[Block], line: int, file: Lines) -> Lines:
    """From the heading at or above a line to the next one that is no deeper; before all headings, to the first."""
    lines = [source.position(heading.start)[0] for heading in headings]
    above = bisect_right(lines, line) - 1
    if above < 0:
        return file[0], lines[0] - 1 if lines else file[1]
    depth = headings[above].depth
    following = (lines[n] for n in range(above + 1, len(lines)) if headings[n].depth <= depth)
    return lines[above], next(following, file[1] + 1) - 1


def _lines(source: Source, text: str, start: int, end: int) -> tuple[int, int]:
    """First and last line that a comment speaks of."""
    first, last = source.position(start)[0], source.position(max(start, end - 1))[0]
    for line in range(first, last + 1):
        if _holds_text(source, text, line):
            return first, last
    following = last + 1
    while following <= source.line_count and not _holds_text(source, text, following):
        following += 1
    return (following, following) if following <= source.line_count else (first, last)


def _holds_text(source: Source, text: str, line: int) -> bool:
    begin = source.line_starts[line - 1]
    end = source.line_starts[line] if line < len(source.line_starts) else len(text)
    return bool(text[begin:end].strip(" \t\r\n>-*+"))
