"""Whether a condition holds, where the text of the script tells it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from stratc.frontends.launch.shell.patterns import fits, pattern_of
from stratc.frontends.launch.traced import ABSENT, UNKNOWN

Truth = bool | None  # None where only a run would tell
_ORDER = {"-eq": "==", "-ne": "!=", "-lt": "<", "-le": "<=", "-gt": ">", "-ge": ">="}
_WHOLE = re.compile(r"[-+]?\d{1,18}")
LONGEST = 2000  # characters of a text that is matched against a pattern


def holds(words: Sequence[str], patterns: bool) -> Truth:
    """The truth of the words of `[ … ]`, or of `[[ … ]]`, where the right side of == is a pattern.

    >>> holds(["-z", ""], False), holds(["8", "-gt", "4", "-a", "x", "=", "y"], False), holds(["-d", "/data"], True)
    (True, False, None)
    """
    truth, at = _either(words, 0, patterns)
    return truth if at == len(words) else None


def negated(truth: Truth) -> Truth:
    """The opposite; what is unknown stays so."""
    return None if truth is None else not truth


def both(left: Truth, right: Truth) -> Truth:
    """And."""
    return False if left is False or right is False else None if left is None or right is None else True


def _either(words: Sequence[str], at: int, patterns: bool) -> tuple[Truth, int]:
    left, at = _both(words, at, patterns)
    while at < len(words) and words[at] in ("||", "-o"):
        right, at = _both(words, at + 1, patterns)
        left = negated(both(negated(left), negated(right)))
    return left, at


def _both(words: Sequence[str], at: int, patterns: bool) -> tuple[Truth, int]:
    left, at = _single(words, at, patterns)
    while at < len(words) and words[at] in ("&&", "-a"):
        right, at = _single(words, at + 1, patterns)
        left = both(left, right)
    return left, at


def _single(words: Sequence[str], at: int, patterns: bool) -> tuple[Truth, int]:
    turned = False
    while at < len(words) and words[at] == "!" and at + 1 < len(words):
        turned, at = not turned, at + 1
    truth, at = _plain(words, at, patterns)
    return (negated(truth) if turned else truth), at


def _plain(words: Sequence[str], at: int, patterns: bool) -> tuple[Truth, int]:
    rest = len(words) - at
    if rest and words[at] == "(" and ")" in words[at:]:
        end = len(words) - 1 - list(reversed(words)).index(")")
        if rest > 150:
            return None, len(words)
        truth, stop = _either(words[: min(end, len(words))], at + 1, patterns)
        return truth, stop + 1
    if rest >= 3 and words[at + 1] in BINARY:
        return _compared(words[at], words[at + 1], words[at + 2], patterns), at + 3
    if rest >= 2 and re.fullmatch(r"-[a-zA-Z]", words[at]):
        return _unary(words[at], words[at + 1]), at + 2
    if rest:
        return (None if words[at] in (UNKNOWN, ABSENT) else bool(words[at])), at + 1
    return False, at


BINARY = frozenset([*_ORDER, "=", "==", "!=", "=~", "<", ">", "-nt", "-ot", "-ef"])


def _unary(sign: str, word: str) -> Truth:
    """Emptiness is known unless all of the text is unknown; files are not looked at."""
    if sign in ("-z", "-n") and word != UNKNOWN:
        return (word in ("", ABSENT)) == (sign == "-z")
    return None


def matched(text: str, pattern: str) -> re.Match[str] | Truth:
    """Where an extended pattern holds in a text; None where only a run would tell."""
    if any(sign in each for sign in (UNKNOWN, ABSENT) for each in (text, pattern)):
        return None
    shape = pattern_of(pattern, extended=True)
    if shape is None or not fits(shape, text):
        return None
    return re.search(shape, text) or False


def _compared(left: str, sign: str, right: str, patterns: bool) -> Truth:
    if patterns and sign in ("=", "==") and right == "*":
        return True
    if {left, right} == {"", ABSENT} and sign in ("=", "==", "!="):
        return sign != "!="
    if any(sign in each for sign in (UNKNOWN, ABSENT) for each in (left, right)):
        return None
    if sign in _ORDER:
        left, right = (each or "0" if patterns else each for each in (left, right))  # as arithmetic takes them
        if not _WHOLE.fullmatch(left.strip()) or not _WHOLE.fullmatch(right.strip()):
            return None
        one, two = int(left), int(right)
        order = (one > two) - (one < two)
        return {"==": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[
            _ORDER[sign]
        ]
    match sign:
        case "=" | "==" | "!=":
            same = left == right or (patterns and len(left) < LONGEST and fnmatchcase(left, right))
            return same == (sign != "!=")
        case "<" | ">":
            return left < right if sign == "<" else left > right
        case "=~":
            taken = matched(left, right)
            return None if taken is None else bool(taken)
        case _:
            return None
