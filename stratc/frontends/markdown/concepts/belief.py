"""A belief about parallelism that is wrong whatever the figures: the concept, and what a sentence says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEVER = Pattern(r"(?!)")


class Belief(NamedTuple):
    """A concept and what says it, in lower case; `unless` something else in the sentence is what is meant.

    `absent` stands nowhere in a document that is taken at its word, and `beside` somewhere in it.
    """

    concept: str
    said: Pattern
    unless: Pattern = _NEVER
    absent: Pattern = _NEVER
    beside: Pattern = Pattern("")


def each_way(concept: str, words: tuple[str, ...], ways: tuple[str, ...], **others: Pattern) -> Iterator[Belief]:
    """The belief said in several ways, with words of which one of every row stands in each of them."""
    for way in ways:
        yield Belief(concept, Pattern(way, *words), **others)
