"""Comments that silence rules: `<!-- stratc: ignore[DV101] reason -->`, `<!-- stratc: allow rule-name -->`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.frontend import Suppression
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.blocks import Blocks
    from stratc.text.source import Source

_COMMENT = re.compile(
    r"<!--\s*stratc:\s*(?P<verb>ignore-file|ignore|allow)\s*(?:\[(?P<list>[^\]]*)\]|(?P<name>[A-Za-z][\w-]*))?"
    r"(?P<reason>[\s\S]*?)-->"
)


def suppressions(source: Source, blocks: Blocks) -> Iterator[Suppression]:
    """The comments of a document that silence rules.

    A comment beside text silences that line; one on a line of its own silences the next line that holds text;
    `ignore-file` silences the whole document.
    """
    for start, end in blocks.comments:
        match = _COMMENT.fullmatch(source.text, start, end)
        if match is None:
            continue
        named = match["list"] if match["list"] is not None else match["name"] or ""
        rules = tuple(rule.strip() for rule in named.split(",") if rule.strip())
        first, last = _lines(source, blocks.text, start, end)
        if match["verb"] == "ignore-file":
            first, last = 1, max(1, source.line_count)
        yield Suppression(rules, first, last, Span(source.name, start, end), match["reason"].strip(" :-—\n\r\t"))


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
