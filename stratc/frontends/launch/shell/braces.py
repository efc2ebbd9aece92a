"""Words that braces stand for: {a,b}, {1..4}, {00..10..2}, {a..e}."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stratc.frontends.launch.shell.lex import past
from stratc.frontends.launch.traced import Traced, computed, joined

MOST = 200  # words that a word stands for
_RANGE = re.compile(r"(?:(-?\d{1,6})\.\.(-?\d{1,6})|([A-Za-z])\.\.([A-Za-z]))(?:\.\.(-?\d{1,4}))?")


def unfolded(raw: Traced, depth: int = 0) -> list[Traced]:
    """The words of a word as written; itself where it has no such braces."""
    text = raw.text
    at = 0
    while depth < 8 and (at := _opening(text, at)) < len(text):
        parts, end = _parts(raw, at)
        if parts:
            before, behind = raw.part(0, at), unfolded(raw.part(end), depth + 1)
            inner = [each for part in parts for each in unfolded(part, depth + 1)]
            return [joined([before, each, rest]) for each in inner for rest in behind][:MOST]
        at += 1
    return [raw]


def _opening(text: str, at: int) -> int:
    """The next brace that no quotation or substitution holds."""
    while at < len(text) and text[at] != "{":
        at = past(text, at)
    return at


def _parts(raw: Traced, at: int) -> tuple[list[Traced], int]:
    """What the braces at an index hold, and the index behind them; nothing where they mean themselves."""
    text, commas, depth, here = raw.text, [at], 0, at
    while here < len(text):
        if text[here] in "{}":
            depth += 1 if text[here] == "{" else -1
            if not depth:
                break
        elif text[here] == "," and depth == 1:
            commas.append(here)
        here = past(text, here)
    if here >= len(text):
        return [], at
    if len(commas) > 1:
        ends = [*commas[1:], here]
        return [raw.part(start + 1, end) for start, end in zip(commas, ends, strict=True)], here + 1
    inner = raw.part(at + 1, here)
    return [computed(each, inner) for each in _range(inner.text)], here + 1


def _range(text: str) -> Iterator[str]:
    found = _RANGE.fullmatch(text)
    if found is None:
        return
    low, high = (int(found[1]), int(found[2])) if found[1] else (ord(found[3]), ord(found[4]))
    step = abs(int(found[5] or 1)) or 1
    padded = found[1] and any(re.match(r"-?0\d", each) for each in (found[1], found[2]))
    width = max(len(found[1]), len(found[2])) if padded else 0
    numbers = range(low, high + 1, step) if low <= high else range(low, high - 1, -step)
    yield from (f"{each:0{width}d}" if found[1] else chr(each) for each in numbers[:MOST])
