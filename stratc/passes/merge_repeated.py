"""One candidate from all statements that agree."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stratc.ir.draft import Candidate, Draft
from stratc.ir.statement import Statement
from stratc.ir.values import Extent

LENGTHS = frozenset(f"workload.{name}_length" for name in ("sequence", "prompt", "output"))


def merge_repeated(draft: Draft) -> Draft:
    """Gathers the statements that give a key the same value.

    Before: a statement for every place.  After: no statements; a candidate for every strategy, key and value, in the
    order of the text.  A length that lies in a stated range counts for the range.
    """
    groups: dict[tuple[str, str, Any], list[Statement]] = {}
    for statement in draft.statements:
        value = _canonical(statement)
        groups.setdefault((statement.scope.strategy, statement.subject, value), []).append(statement)
    candidates = tuple(
        Candidate(key, group[0].value, tuple(group), strategy) for (strategy, key, _), group in groups.items()
    )
    return replace(draft, statements=(), candidates=_absorbed(candidates))


def letters(name: str) -> str:
    """A name without what writers set between its parts: "Llama-3 8B" and "llama3-8b" are one."""
    return "".join(char for char in name.lower() if char.isalnum())


def _canonical(statement: Statement) -> object:
    match statement.value:
        case bool():
            return statement.value, "bool"
        case str():
            return letters(statement.value)
        case int() | float():
            return float(f"{statement.value:.6g}")
        case value:
            return value


def _absorbed(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Candidates without the single lengths that a range of the same key holds; the range keeps their places."""
    ranges = {
        (each.strategy, each.key): each
        for each in reversed(candidates)
        if each.key in LENGTHS and isinstance(each.value, Extent) and each.value.is_range
    }
    if not ranges:
        return candidates
    kept: list[Candidate] = []
    inside: dict[tuple[str, str], list[Statement]] = {}
    for each in candidates:
        around = ranges.get((each.strategy, each.key))
        if around is None or around is each or not _holds(around.value, each.value):
            kept.append(each)
        else:
            inside.setdefault((each.strategy, each.key), []).extend(each.statements)
    return tuple(
        replace(each, statements=(*each.statements, *inside[each.strategy, each.key]))
        if ranges.get((each.strategy, each.key)) is each and (each.strategy, each.key) in inside
        else each
        for each in kept
    )


def _holds(outer: object, inner: object) -> bool:
    match outer, inner:
        case Extent(low, high), Extent(first, last):
            return low <= first and last <= high
        case _:
            return False
