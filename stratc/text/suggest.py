"""The name that was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Known names close to the one given, best first; empty when none is close.

    >>> nearest("layrs", ["layers", "heads", "experts"])
    ('layers',)
    """
    from difflib import get_close_matches  # a slow import that only a mistake pays for

    folded = {each.casefold(): each for each in known}
    return tuple(folded[each] for each in get_close_matches(name.casefold(), folded, n=limit, cutoff=0.6))


def likeness(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1.

    >>> round(likeness("tensor-parallel-size", "tensor-model-parallel-size"), 2)
    0.87
    """
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio()
