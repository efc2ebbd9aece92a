"""Phrases compared by the stems of their words: hyphens, plurals and letter case are alike, the longest wins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, TypeVar

from stratc.frontends.markdown.document.tokens import stem_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stratc.frontends.markdown.document.tokens import Token

_SEAM = re.compile(r"(?<=[A-Za-z])(?=[^\x00-\x7f])|(?<=[^\x00-\x7f])(?=[A-Za-z])")
T = TypeVar("T")


class Phrases(Generic[T]):
    """A table from phrases to values, found in rows of tokens."""

    __slots__ = ("_joined", "_longer", "_one", "_opening")

    def __init__(self, rows: Iterable[tuple[str, T]]) -> None:
        self._one: dict[str, list[T]] = {}  # phrases of one word
        self._longer: dict[tuple[str, str], list[tuple[tuple[str, ...], T]]] = {}  # others by their first two words
        self._joined: list[tuple[str, T]] = []  # phrases of scripts that write no blanks
        for phrases, value in rows:
            for phrase in filter(None, phrases.split("|")):
                if phrase.isascii():
                    self._add(phrase, value)
                else:
                    self._joined.append((phrase.lower(), value))
                    self._add(_SEAM.sub(" ", phrase), value)  # writers may or may not put a blank beside a Latin word
        self._opening = frozenset((*self._one, *(first for first, _ in self._longer)))
        for found in self._longer.values():
            if len(found) > 1:
                found.sort(key=lambda row: -len(row[0]))
        self._joined.sort(key=lambda row: -len(row[0]))

    def _add(self, phrase: str, value: T) -> None:
        parted = phrase.replace("-", " ").replace("/", " ").replace("microbatch", "micro batch")
        words = tuple(map(stem_of, parted.split()))
        if len(words) == 1:
            self._one.setdefault(words[0], []).append(value)
        else:
            self._longer.setdefault((words[0], words[1]), []).append((words, value))

    def at(self, tokens: Sequence[Token], index: int) -> list[tuple[T, int]]:
        """Values of the longest phrase that begins at a token, each with the index after it."""
        word = tokens[index].stem
        if word not in self._opening and word.isascii():
            return []
        found: list[tuple[T, int]] = []
        longest = 0
        for words, value in self._longer.get((word, _next(tokens, index)), ()):
            if len(words) < longest:
                break
            if end := _matched(tokens, index, words):
                longest = len(words)
                found.append((value, end))
        found = found or [(value, index + 1) for value in self._one.get(word, ())]
        if not found and word and not word.isascii():
            found = [(value, index + 1) for phrase, value in self._joined if _is_in(phrase, word)][:1]
        return found

    def begins_in(self, tokens: Sequence[Token]) -> bool:
        """Whether any word may begin a phrase: a quick look before a long one."""
        opening = self._opening
        return any(token.stem in opening or not token.stem.isascii() for token in tokens)

    def inside(self, tokens: Sequence[Token]) -> list[tuple[T, int, int]]:
        """Values of all phrases in a row of tokens with their first token and the index after the last."""
        found: list[tuple[T, int, int]] = []
        opening, done = self._opening, 0
        for index, token in enumerate(tokens):
            word = token.stem
            if not word or index < done or (word not in opening and word.isascii()) or _is_negated(tokens, index):
                continue
            for value, end in self.at(tokens, index):
                found.append((value, index, end))
                done = max(done, end)
        return found


def _is_in(phrase: str, word: str) -> bool:
    """Whether a word that holds several, unparted, holds the phrase; a single sign must begin it."""
    return phrase in word if len(phrase) > 1 else word.startswith(phrase)


def _is_negated(tokens: Sequence[Token], index: int) -> bool:
    """Whether "non-" stands before a word: "non-expert weights" are none of experts."""
    return index > 1 and tokens[index - 2].stem == "non" and tokens[index - 1].sign == "-"


def _next(tokens: Sequence[Token], index: int) -> str:
    """The stem after a token, hyphens and slashes between them skipped."""
    index += 1
    while index < len(tokens) and tokens[index].sign in ("-", "/", "_"):
        index += 1
    return tokens[index].stem if index < len(tokens) else ""


def _matched(tokens: Sequence[Token], index: int, words: tuple[str, ...]) -> int:
    """The index after the words, hyphens and slashes between them skipped; 0 when they do not stand there."""
    for position, word in enumerate(words):
        while position and index < len(tokens) and tokens[index].sign in ("-", "/", "_"):
            index += 1
        if index >= len(tokens) or tokens[index].stem != word:
            return 0
        index += 1
    return index
