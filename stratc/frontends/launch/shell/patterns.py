"""Patterns of grep, sed and [[ =~ ]] as patterns of Python."""

from __future__ import annotations

import re
import warnings

LONGEST = 200  # characters of a pattern
MOST = 1e8  # steps of a search
_CLASSES = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "space": r"\s", "blank": r" \t", "upper": "A-Z",
    "lower": "a-z", "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\[:\w+:\]|[^\]])*\]|\{[^}]*\}|.", re.S)
_REPEATED = re.compile(r"\([^()]*[*+?{][^()]*\)[*+{]")  # a repetition inside one, which may try for ever


def pattern_of(text: str, extended: bool) -> str | None:
    """The pattern as Python writes it; None where it is none of the plain ones.

    >>> pattern_of("^tp[0-9]*$", False), pattern_of("a+", False), pattern_of("([0-9]+)B", True)
    ('^tp[0-9]*$', 'a\\\\+', '([0-9]+)B')
    >>> pattern_of("[a", False), pattern_of("[a&&b]", False), pattern_of("(a+)+", True)
    (None, None, None)
    """
    if len(text) > LONGEST:
        return None
    found = "".join(_turned(each, extended) for each in _TOKEN.findall(text))
    if _REPEATED.search(found):
        return None
    try:
        with warnings.catch_warnings(action="error"):
            re.compile(found)
    except (re.error, OverflowError, Warning):
        return None
    return found


def _turned(token: str, extended: bool) -> str:
    """One sign: those that mean something only with, or only without, a backslash change places."""
    if token[0] == "[" and len(token) > 1:
        inside = re.sub(r"\[:(\w+):\]", lambda each: _CLASSES.get(each[1], ""), token[1:-1].replace("\\", "\\\\"))
        inside = inside.replace("[", "\\[")
        return f"[^{_first(inside[1:])}]" if inside.startswith("^") else f"[{_first(inside)}]"
    if token[0] == "{" and len(token) > 1:
        return token if extended else re.escape(token)
    if token in "+?|(){}":
        return token if extended else re.escape(token)
    if len(token) == 2 and token[1] in "+?|(){}":
        return re.escape(token[1]) if extended else token[1]
    return token


def _first(inside: str) -> str:
    return "\\]" + inside[1:] if inside.startswith("]") else inside


def fits(shape: str, text: str) -> bool:
    """Whether a pattern is done with a text soon, however badly the two go together."""
    repeats = len(re.findall(r"[*+]|,\}", shape))
    steps: float = len(text) ** min(repeats + 1, 4)
    return steps <= MOST
