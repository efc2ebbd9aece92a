"""What signs, words and letters between figures stand for: operators, results, or nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.arith.unit import PERCENT, SEQUENCE, TOKEN
from stratc.frontends.markdown.document.notations import SHORT
from stratc.frontends.markdown.document.tokens import is_times
from stratc.frontends.markdown.words.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.tokens import Token

SIGNS = {"×": "×", "*": "×", "·": "×", "÷": "÷", "/": "÷", "+": "+", "−": "-", "-": "-", "=": "=", "≈": "="}
ARROWS = frozenset("→⇒➜")
_KIND = re.compile(r"[a-z]{1,3}\d{1,4}[a-z]?")  # h100, mi300x
_THOUGHTS = words("because since which that there so but where when while although")
_CENTS, _SCALES = words("ct cent"), words("thousand million billion trillion")
CALCULATING = frozenset("×*·÷/()")


def multiplies(tokens: Sequence[Token], at: int) -> bool:
    """Whether "times" stands before a figure that it multiplies by, or "×" behind a result: "= 67 MB, × 40 = …"."""
    told = at + 1 < len(tokens) and (is_times(tokens[at]) or _goes_on_from_result(tokens, at))
    by = at + 2 if told and tokens[at + 1].stem == "the" else at + 1
    return told and by < len(tokens) and tokens[by].figure is not None


def _goes_on_from_result(tokens: Sequence[Token], at: int) -> bool:
    signs = [token.sign for token in tokens[max(0, at - 3) : at + 1]]
    return signs[:1] == ["="] and signs[2:] == [",", "×"]


def of_multiplies(tokens: Sequence[Token], at: int) -> bool:
    """Whether "of" multiplies: "30% of", "256 sequences of 4096 tokens"."""
    of = at + 2 if at + 1 < len(tokens) and tokens[at + 1].stem in ("the", "its", "all") else at + 1
    before, after = (tokens[each].figure if 0 <= each < len(tokens) else None for each in (at - 1, of))
    if before is None or before.quantity.unit == PERCENT:
        return before is not None and after is not None
    return after is not None and (before.quantity.dimension, after.quantity.dimension) == (SEQUENCE, TOKEN)


def is_share_of(tokens: Sequence[Token], at: int) -> bool:
    """Whether "at" takes a share of the figure before it whose result follows: "1.8 TB/s at 80% utilisation = 1.44"."""
    share = tokens[at + 1].figure if at + 1 < len(tokens) else None
    if share is None or share.quantity.unit != PERCENT:
        return False
    return any(token.sign in ("=", "≈") for token in tokens[at + 2 : at + 5])


def sign_at(tokens: Sequence[Token], at: int) -> str | None:
    """The operator that a sign stands for; hyphens and slashes inside words are none."""
    token = tokens[at]
    before, after = tokens[at - 1] if at else None, tokens[at + 1] if at + 1 < len(tokens) else None
    spaced = before is not None and after is not None and before.end < token.start and token.end < after.start
    if token.sign == "/" and before is not None and before.stem == "w" and before.end == token.start:
        return None  # "w/ 24 cores"
    if token.sign in ("-", "−") and spaced and _THOUGHTS.intersection(each.stem for each in tokens[at + 1 : at + 4]):
        return None  # "50 MACs - because there are 2"
    if token.sign == "-" and not spaced and not _takes_away(before, after) and not _is_below_zero(before, after):
        return None
    if token.sign == "+" and before is not None and after is not None and degree_of(before) and degree_of(after):
        return ";"  # "EP32 + TP2": one beside the other
    followed = after is not None and (after.figure or after.sign == "(" or after.stem == "top")  # "· top-2"
    if token.sign == "·" and not (_closes(before) and followed):
        return None  # a dot in a list: "40 layers · 5120 hidden"
    if token.sign == "/" and not spaced and not (before and after and before.figure and after.figure):
        return "÷" if after is not None and (after.figure or after.sign == "(") else None
    return None if token.sign in ("×", "*") and _counts_kind(tokens, at) else SIGNS[token.sign]


def _is_below_zero(before: Token | None, after: Token | None) -> bool:
    """Whether a minus stands between "=" and a figure: "20 - 35 = -15"."""
    return before is not None and before.sign in ("=", "≈") and after is not None and after.figure is not None


def _counts_kind(tokens: Sequence[Token], at: int) -> bool:
    """Whether a times sign stands before the kind of what is counted: "= 16 × H100"."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return after is not None and _KIND.fullmatch(after.stem) is not None and degree_of(after) is None


def _closes(token: Token | None) -> bool:
    return token is not None and (token.figure is not None or token.sign == ")")


def _takes_away(before: Token | None, after: Token | None) -> bool:
    """Whether a hyphen stands between two bare numbers that are no range: "(16-1)/192"."""
    figures = [token.figure for token in (before, after) if token is not None and token.figure is not None]
    return len(figures) == 2 and all(figure.is_count for figure in figures)


def is_symbol(tokens: Sequence[Token], at: int) -> bool:
    """Whether a letter is a factor whose value stands elsewhere, or not at all: "2·h² + 2·h·h / 8", "GPU 小时/T"."""
    letter = tokens[at].stem
    if letter in _CENTS or (letter in _SCALES and at and tokens[at - 1].stem in ("per", "a", "each")):
        return True  # "4 ct", "180K GPU-h per trillion tokens"
    if len(letter) != 1 or not (letter.isascii() and letter.isalpha()) or (at and tokens[at - 1].figure is not None):
        return False  # "16 h × 4"
    before, after = tokens[at - 1].sign if at else "", tokens[at + 1].sign if at + 1 < len(tokens) else ""
    over = before in ("/", "÷") and before != "" and letter != "t"
    return letter != "x" and not over and any(each and each in CALCULATING - set("()") for each in (before, after))


def is_sign(tokens: Sequence[Token], at: int, sign: str) -> bool:
    """Whether a sign stands at an index, which may lie behind the end."""
    return at < len(tokens) and tokens[at].sign == sign


def degree_of(token: Token) -> tuple[str, float] | None:
    """The axis and degree of a word such as "TP4"."""
    match = SHORT.fullmatch(token.stem) if token.stem and token.stem[-1].isdigit() else None
    return (match[1], float(match[2])) if match else None
