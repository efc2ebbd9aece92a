"""What the signs behind a name in ${…} make of its value: parts, trimmed ends, replacements, letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase, translate
from typing import Protocol

from stratc.frontends.launch.shell.lex import Broken, past
from stratc.frontends.launch.traced import UNKNOWN, Traced, computed, joined

LONGEST = 2000  # characters of a value that patterns are tried on


class State(Protocol):
    """What the edits ask of the shell."""

    def arithmetic(self, text: Traced) -> Traced: ...
    def text(self, raw: Traced, quoted: bool = False) -> Traced: ...


def several(values: list[Traced], rest: Traced, state: State) -> list[Traced]:
    """${x[@]:1:2}, and ${x[@]/a/b} and its kin, done to each item."""
    if rest.text[:1] != ":":
        return [edited(each, rest, state) for each in values]
    first, _, second = rest.text[1:].partition(":")
    numbers = [state.arithmetic(computed(each, rest)).text for each in (first, second) if each.strip()]
    if not numbers or not all(re.fullmatch(r"-?\d+", each) for each in numbers) or is_uncounted(values):
        return [computed(UNKNOWN, rest)]
    start = int(numbers[0])
    return values[start : start + int(numbers[1]) if len(numbers) > 1 else None]


def is_uncounted(values: list[Traced]) -> bool:
    """Whether an item may stand for several: only a run would tell how many words it is."""
    return any(each.text == UNKNOWN for each in values)


def edited(value: Traced, rest: Traced, state: State) -> Traced:
    """${x#p}, ${x%p}, ${x/a/b}, ${x:1:2}, ${x^^}, ${x,,}."""
    if not value.is_known:
        return value
    text = rest.text
    if text[:1] in ("#", "%"):
        twice = text[:2] in ("##", "%%")
        return _trimmed(value, state.text(rest.part(1 + twice)).text, text[0] == "#", twice)
    if text[:1] == "/":
        return _replaced(value, rest, state)
    if text[:1] == ":":
        first, _, second = text[1:].partition(":")
        numbers = [state.arithmetic(computed(each, rest)).text for each in (first, second) if each.strip()]
        if numbers and all(re.fullmatch(r"-?\d+", each) for each in numbers):
            start = int(numbers[0])
            start = max(len(value.text) + start, 0) if start < 0 else start
            length = int(numbers[1]) if len(numbers) > 1 else None
            return value.part(start, None if length is None else length if length < 0 else start + length)
    if text in ("^^", ",,", "^", ","):
        turned = value.text.upper() if "^" in text else value.text.lower()
        turned = turned if len(text) == 2 else turned[:1] + value.text[1:]
        return Traced(turned, value.at) if len(turned) == len(value.text) else value
    return computed(UNKNOWN, rest)


def _trimmed(value: Traced, pattern: str, front: bool, longest: bool) -> Traced:
    if len(value.text) > LONGEST:
        return value
    lengths = range(len(value.text) + 1)
    for length in reversed(lengths) if longest else lengths:
        tried = value.text[:length] if front else value.text[len(value.text) - length :]
        if fnmatchcase(tried, pattern):
            return value.part(length) if front else value.part(0, len(value.text) - length)
    return value


def _replaced(value: Traced, rest: Traced, state: State) -> Traced:
    every = rest.text.startswith("//")
    start = at = 1 + every
    while at < len(rest.text) and rest.text[at] != "/":
        try:
            at = past(rest.text, at)
        except Broken:
            at += 1
    old, new = state.text(rest.part(start, at)).text, state.text(rest.part(at + 1))
    if not old or not new.is_known:
        return value
    if old[0] in "#%" and not every:
        if _is_pattern(old):
            return computed(UNKNOWN, rest)
        return _anchored(value, old, new)
    found: list[Traced] = []
    at = 0
    for start, end in _hits(value.text, old, every):
        found += [value.part(at, start), new]
        at = end
    return joined([*found, value.part(at)])


def _is_pattern(text: str) -> bool:
    return bool(set(text) & set("*?["))


def _hits(text: str, old: str, every: bool) -> Iterator[tuple[int, int]]:
    """Where a text or a pattern stands, once or wherever it does."""
    shape = translate(old.replace("[^", "[!")).removesuffix(r"\Z").removesuffix(r"\z")
    source = re.compile(shape if _is_pattern(old) else re.escape(old), re.S)
    spans = (each.span() for each in source.finditer(text) if each.group()) if len(text) < LONGEST else iter(())
    yield from spans if every else (span for span, _ in zip(spans, range(1), strict=False))


def _anchored(value: Traced, old: str, new: Traced) -> Traced:
    """${x/#a/b} and ${x/%a/b}: a replacement at the front or at the end only."""
    front, plain = old[0] == "#", old[1:]
    new = Traced(new.text, (value.place,) * len(new.text))
    if front and value.text.startswith(plain):
        return joined([new, value.part(len(plain))])
    if not front and value.text.endswith(plain):
        return joined([value.part(0, len(value.text) - len(plain)), new])
    return value
