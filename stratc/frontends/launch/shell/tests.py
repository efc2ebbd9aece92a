"""The words of a test, as they stand for what a shell knows when it comes to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stratc.frontends.launch.shell.conditions import BINARY, Truth, holds, matched
from stratc.frontends.launch.traced import UNKNOWN, Traced

if TYPE_CHECKING:
    from stratc.frontends.launch.shell.memory import Memory

_SIGNS = ("&&", "||", "!", "(", ")", "<", ">")


def tested(shell: Memory, words: Sequence[Traced]) -> Truth:
    """The truth of `[[ … ]]`."""
    found: list[str] = []
    at = 0
    while at < len(words):
        if at + 2 < len(words) and words[at + 1].text == "=~":
            truth = _matched(shell, words[at], words[at + 2])
            found.append(UNKNOWN if truth is None else "yes" if truth else "")
            at += 3
        else:
            word = words[at]
            found.append(word.text if word.text in _SIGNS else shell.text(word).text)
            at += 1
    return holds(answered(shell, found), patterns=True)


def _matched(shell: Memory, word: Traced, pattern: Traced) -> Truth:
    """word =~ pattern, which leaves in BASH_REMATCH what the pattern took."""
    text = shell.text(word)
    hit = matched(text.text, shell.text(pattern, quoted=True).text)
    taken = [Traced(UNKNOWN, (text.place,))] if hit is None else []
    if isinstance(hit, re.Match):
        taken = [text.part(*hit.span(number)) for number in range(hit.re.groups + 1)]
    shell.arrays["BASH_REMATCH"] = {str(number): each for number, each in enumerate(taken)}
    return None if hit is None else bool(hit)


def answered(shell: Memory, words: list[str]) -> list[str]:
    """The words of a test, where those that ask for a variable or for a file at hand are answered by a word or none."""
    found: list[str] = []
    rest = list(words)
    while rest:
        sign, *rest = rest
        asks = bool(rest) and rest[0] not in BINARY and (not found or found[-1] not in BINARY)
        if asks and sign == "-v":
            name, _, index = rest.pop(0).partition("[")
            found.append("set" if shell.value(name, index.removesuffix("]")) is not None else "")
        elif asks and sign in ("-f", "-e", "-r", "-s") and shell.place(Traced(rest[0])) is not None:
            found.append(rest.pop(0))
        else:
            found.append(sign)
    return found
