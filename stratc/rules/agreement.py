"""Findings of several rules that give one figure the same other value: surer than each, and said once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import permutations

from stratc.diagnostics.diagnostic import Diagnostic

NEAR = 0.03  # of a value, within which two of rounded figures are the same


def confirmed(found: Iterable[Diagnostic]) -> frozenset[Diagnostic]:
    """Findings of which another rule says the same of the same figure, each by a figure of the plan that is its own.

    That a figure was misread which one of them rests on does not explain why two ways come to the same value.
    """
    by_place: dict[Hashable, list[Diagnostic]] = {}
    for each in found:
        if _value(each) > 0:
            by_place.setdefault(each.primary.span, []).append(each)
    pairs = (pair for beside in by_place.values() for pair in permutations(beside, 2))
    return frozenset(one for one, other in pairs if _agree(one, other))


def said_once(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The findings; of those of one category that confirm one another only the surest, else the first by its code."""
    every = tuple(found)
    by_code = sorted(confirmed(every), key=lambda each: each.rule)
    kept: list[Diagnostic] = []
    for each in sorted(by_code, key=lambda each: each.certainty, reverse=True):
        if not any(_agree(before, each) and before.category is each.category for before in kept):
            kept.append(each)
    again = {each for each in by_code if each not in kept}
    yield from (each for each in every if each not in again)


def _agree(one: Diagnostic, other: Diagnostic) -> bool:
    """Whether two rules give one figure the same value by different figures of the plan."""
    if one.rule == other.rule or one.primary.span != other.primary.span:
        return False
    small, large = sorted((_value(one), _value(other)))
    mine, others = (frozenset(label.span for label in each.secondary) for each in (one, other))
    return 0 < large <= small * (1 + NEAR) and bool(mine - others) and bool(others - mine)


def _value(found: Diagnostic) -> float:
    """What a finding computes, 0 where that is no number."""
    computed = found.evidence.computed if found.evidence else None
    return float(computed) if isinstance(computed, float | int) else 0.0
