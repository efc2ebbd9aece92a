"""Stretches of a sentence that may hold one calculation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.operators import ARROWS, CALCULATING, SIGNS, is_sign, multiplies

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.tokens import Token

_FUNCTIONS = words("exp log log2 log10 ln sqrt max min ceil floor round abs")
_TICKS = frozenset("✓✔✅")
_PARTS = frozenset(":;,")
_WIDE = 3  # blanks
_THOUSAND = 3  # digits


def regions(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Stretches without a sign that parts thoughts and without a function; commas in brackets part too."""
    start, readable = 0, True
    for at, token in enumerate(tokens):
        if at > start and _is_next_column(tokens[at - 1], token):
            if readable:
                yield start, at
            start, readable = at, True
        readable &= not (_is_parted(tokens, at) or (token.sign == "/" and is_sign(tokens, at + 1, "/")))
        readable &= not (token.stem in _FUNCTIONS and tokens[at + 1 : at + 2] and tokens[at + 1].sign == "(")
        ticked = token.sign in _TICKS and at + 1 < len(tokens) and tokens[at + 1].sign == ")"  # "(4 × 2 = 8 ✓)"
        goes_on = ticked or (token.sign == "," and multiplies(tokens, at + 1))  # "67 MB, times 40 layers"
        goes_on = goes_on or (token.sign in ARROWS and _leads_to_result(tokens, start, at))
        if token.sign and token.sign not in SIGNS and token.sign not in "()~$%^" and not goes_on:
            if readable:
                yield start, at
            start, readable = at + 1, True
    if readable:
        yield start, len(tokens)


def _is_parted(tokens: Sequence[Token], at: int) -> bool:
    """Whether blanks part the thousands of a number: "32 × 4 096", or nothing tells what two have to do."""
    one, other = tokens[at - 1] if at else tokens[at], tokens[at]
    if one.figure is None or other.figure is None or not one.figure.is_count or one.end - one.start > _THOUSAND:
        return False
    return other.start == one.end + 1 and other.figure.quantity.step == 1 and other.end - other.start >= _THOUSAND


def _leads_to_result(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Whether an arrow stands for "=", from a calculation of bare figures to its result: "20e9 / 1e6 → 20,000"."""
    first = next((n for n in range(at, start, -1) if tokens[n - 1].sign and tokens[n - 1].sign in _PARTS), start)
    before, behind = tokens[first:at], tokens[at + 1 : at + 3]
    if not behind or behind[0].figure is None or (len(behind) > 1 and behind[1].sign in SIGNS):
        return False
    signs = {token.sign for token in before if token.sign}
    bare = not any(token.stem for token in before) and sum(token.figure is not None for token in before) > 1
    return bare and signs <= CALCULATING and not signs.isdisjoint(CALCULATING - set("()"))


def _is_next_column(before: Token, token: Token) -> bool:
    """Whether blanks part two columns of a fence: "7 layers + head      7 + 112 + 7 = 126"."""
    return token.start - before.end >= _WIDE and not token.sign and not before.sign
