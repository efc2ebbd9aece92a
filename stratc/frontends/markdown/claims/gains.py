"""Gains: by how much or how many times something falls or rises, and what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.phrases import Phrases
from stratc.frontends.markdown.document.tokens import stem
from stratc.frontends.markdown.facts.bearings import clause_of
from stratc.frontends.markdown.words.metrics import BY_LESS, BY_TIMES, CHANGED, LESS, MORE, Look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

OBJECTS: Phrases[str] = Phrases((phrases, name) for name, phrases in CHANGED)
_LESS, _MORE = frozenset(map(stem, LESS)), frozenset(map(stem, MORE))
_LONGER = frozenset(("higher", "more", "greater", "larger", "longer"))  # "10x higher latency" is no gain
_NO_OBJECT = frozenset(("per", "single", "a", "one", "each", "all"))


def gain_of(sentence: Sentence, at: int, look: Look) -> tuple[bool, str | None]:
    """Whether a figure is a change, and its metric where there is one for what changes.

    "(improvement from 12.5 %)" gives the level before the change, not the change.
    """
    tokens = sentence.tokens
    before = [
        token.stem for token in tokens[max(0, at - 3) : at] if token.sign not in ("<", "≤", "~", "≈", ">", "≥", ")")
    ]
    if before[-1:] in (["from"], ["to"]):
        return False, None
    clause = clause_of(sentence, at)
    stems = _words(tokens[clause.first : clause.last])
    key = _words(sentence.key)
    changes = [word for word in (*stems, *key) if word in _LESS or word in _MORE]
    if not changes and look is not Look.FACTOR:
        return False, None
    name = _object(sentence, at)
    if look is Look.FACTOR:
        slower = name == "latency" and any(token.stem in _LONGER for token in tokens[at + 1 : at + 3])
        return True, None if slower else BY_TIMES.get(name)
    if name == "throughput":
        return True, "increase.throughput" if changes[0] in _MORE else None
    if changes[0] in _MORE and name != "latency":
        return True, None
    return True, BY_LESS.get(name)


def _words(tokens: Sequence[Token]) -> list[str]:
    """The stems that may tell of a change: an all-reduce is no reduction, and "less than 5 %" a bound."""
    stems = [token.stem or "#" * (token.figure is not None) for token in tokens]
    return [
        word
        for at, word in enumerate(stems)
        if not (word == "reduce" and "all" in stems[max(0, at - 2) : at]) and stems[at + 1 : at + 3] != ["than", "#"]
    ]


def _object(sentence: Sentence, at: int) -> str:
    """What changes: the nearest noun of the clause, else of the label, the sentence, what stands above."""
    tokens = sentence.tokens
    clause = clause_of(sentence, at)
    near = tokens[clause.first : clause.last]
    places: list[tuple[Sequence[Token], int]] = [(near, at - clause.first), (sentence.key, 0), (sentence.value, 0)]
    places += [(title.tokens, 0) for title in sentence.above]
    for place, centre in places:
        found = [
            (_distance(first, end, centre), first - end, name)
            for name, first, end in OBJECTS.inside(place)
            if not (name == "devices" and _is_unit(place, first))
        ]
        if found:
            return min(found)[2]
    return ""


def _distance(first: int, end: int, centre: int) -> int:
    return first - centre if first > centre else centre - end + 1


def _is_unit(place: Sequence[Token], first: int) -> bool:
    """Whether "GPU" there only says what something is counted for or compared with."""
    before = [token for token in place[max(0, first - 2) : first] if token.sign != "-"]
    return bool(before) and before[-1].stem in _NO_OBJECT
