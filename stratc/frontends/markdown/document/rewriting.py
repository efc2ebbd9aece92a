"""Rewrites what patterns find in a text, its code left alone; every character keeps its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple, TypeAlias

from stratc.frontends.launch.traced import Traced

FORMULA_TAGS = "(?:math|latex|tex)"  # of fences that hold formulas and no code
_BODY = r"(?:\n(?![ \t>]*(?P=fence)[`~]*[ \t]*$)[^\n]*)*"  # of a fence
_CODE = (
    r"<!--(?s:.*?)(?:-->|\Z)",
    rf"^[ \t>]*(?P<fence>`{{3,}}|~{{3,}})(?![ \t]*{FORMULA_TAGS}\b)[^\n]*{_BODY}(?:\n[^\n]*)?",
    r"(?<![$`])(?P<ticks>`+)(?!`)[^`\n]+(?P=ticks)",
)
_BARE_FORMULAS = re.compile(r"[ \t>]*[`~]{3,}[ \t]*\n(?s:.*)\\(?:d?frac|text|times|cdot|approx|mathrm)\b")

Written: TypeAlias = Iterable[Traced] | None
Write: TypeAlias = Callable[[re.Match[str], Traced], Written]
Between: TypeAlias = Callable[[Traced], Traced]


class Row(NamedTuple):
    """A pattern, what it is rewritten to (None: left as it is), and words of which a text that it concerns has one."""

    pattern: str
    write: Write
    words: str


def rewritten(
    text: Traced, rows: Iterable[Row], between: Between | None = None, *, code: Sequence[str] = _CODE
) -> Traced:
    """A text with everything that a row finds rewritten by the first that does, and what lies `between` as well.

    What a pattern of `code` finds stays as it is.
    """
    chosen = [row for row in rows if any(word in text.text for word in row.words.split("|"))]
    if not chosen and between is None:
        return text
    named = (f"(?P<row{number}>{row.pattern})" for number, row in enumerate(chosen))
    return laid(_pieces(text, re.compile("|".join((*code, *named)), re.MULTILINE), chosen, between))


def _pieces(text: Traced, pattern: re.Pattern[str], rows: list[Row], between: Between | None) -> Iterator[Traced]:
    done = 0
    for match in pattern.finditer(text.text):
        name = match.lastgroup or ""
        code = not name.startswith("row")
        said = _of_code(match, text, between) if code else rows[int(name[3:])].write(match, text)
        if said is None:
            continue
        yield from _between(text.part(done, match.start()), between)
        yield from said
        done = match.end()
    yield from _between(text.part(done), between)


def _of_code(match: re.Match[str], text: Traced, between: Between | None) -> Iterable[Traced]:
    """Code as it stands; but a fence without a tag may hold formulas too."""
    said = text.part(*match.span())
    return _between(said, between) if _BARE_FORMULAS.match(said.text) else (said,)


def _between(text: Traced, between: Between | None) -> Iterator[Traced]:
    yield between(text) if between and text.text else text


def laid(pieces: Iterable[Traced]) -> Traced:
    """Parts of a text one after the other, however long they are together."""
    found = list(pieces)
    return Traced("".join(each.text for each in found), list(chain.from_iterable(each.at for each in found)))


def instead(written: str) -> Write:
    """Writes the same for whatever was found."""
    return lambda match, text: (put(written, match, text),)


def put(written: str, match: re.Match[str], text: Traced) -> Traced:
    """Other characters in the place of what was found: as many as fit one for one, from its end."""
    start, end = match.span()
    more = len(written) - (end - start)
    at = (text.at[start],) * (more if more >= 0 else len(written))
    return Traced(written, (*at, *text.at[start:end]) if more >= 0 else at)
