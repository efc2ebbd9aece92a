"""Commands that a text sets in by four columns, as Markdown writes code without a fence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Block, Blocks, Fence, Kind
from stratc.frontends.markdown.document.fence_kinds import STARTS
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.blocks import Range

_COLUMNS = 4
_FIRST = Pattern(r"--[A-Za-z][\w-]+|(?:export [A-Z]|[A-Z_]\w*=\S*$|source \S+$|cd \S+$)")
_OPTION = Pattern(r"\s--?[A-Za-z]", " -")


def with_set_in(blocks: Blocks) -> Blocks:
    """The blocks, where the lines of every set-in command are those of a fence without a tag."""
    commands = [*_commands(blocks)]
    if not commands:
        return blocks
    group = max((each.group for each in blocks.blocks), default=0)
    found: list[Block] = []
    fences = list(blocks.fences)
    for each in blocks.blocks:
        if commands and commands[0][0] <= each.start:
            group += 1
            (start, end), *commands = commands
            fences.append(Fence(group, "", start, end))
            found.extend(Block(Kind.CODE, *line, _COLUMNS, group) for line in _lines(blocks.text, start, end))
        found.extend(_beside(each, fences[-1], blocks.text) if fences else (each,))
    fences.sort(key=lambda fence: fence.start)
    return blocks._replace(blocks=tuple(found), fences=tuple(fences))


def _commands(blocks: Blocks) -> Iterator[Range]:
    """Where the lines of each set-in command begin and end."""
    done = -1
    for each in blocks.blocks:
        if each.kind is not Kind.PARAGRAPH or each.quoted or each.depth < _COLUMNS or each.start < done:
            continue
        start = blocks.text.rfind("\n", 0, each.start) + 1
        first = blocks.text[each.start : each.end].partition("\n")[0].rstrip()
        if STARTS.match(first) or _FIRST.match(first):
            done = _end(blocks.text, start)
            inside = blocks.text[start:done]
            if (STARTS.search(inside) or first.startswith("--")) and _OPTION.search(inside):
                yield start, done


def _end(text: str, start: int) -> int:
    """Where the set-in lines that begin at `start` end."""
    while start < len(text):
        newline = text.find("\n", start)
        end = len(text) if newline < 0 else newline + 1
        line = text[start:end].expandtabs(_COLUMNS)
        if not line.strip() or len(line) - len(line.lstrip()) < _COLUMNS:
            return start
        start = end
    return start


def _lines(text: str, start: int, end: int) -> Iterator[Range]:
    """Each of these lines without the blanks around it."""
    while start < end:
        newline = text.find("\n", start, end)
        stop = end if newline < 0 else newline
        line = text[start:stop]
        yield start + len(line) - len(line.lstrip()), start + len(line.rstrip())
        start = stop + 1


def _beside(block: Block, fence: Fence, text: str) -> Iterator[Block]:
    """What a command leaves of a block: all of it, the lines behind it, or nothing."""
    if block.start >= fence.end or block.end <= fence.start:
        yield block
    elif block.end > fence.end:
        rest = text[fence.end : block.end]
        yield block._replace(start=block.end - len(rest.lstrip()))
