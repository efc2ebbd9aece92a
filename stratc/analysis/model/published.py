"""Figures of a plan that depart from what is published under a name that it gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from stratc.ir.origin import Given, Known

if TYPE_CHECKING:
    from stratc.analysis.case import Case


def departures(case: Case, keys: frozenset[str] | tuple[str, ...]) -> Iterator[tuple[str, Known[Any], Known[Any]]]:
    """Key, believed value and the catalogue's value, wherever the plan states only another one than the catalogue."""
    for conflict in case.plan.conflicts:
        if conflict.key in keys:
            said = {other.value for other in conflict.others if other.is_stated}
            for other in conflict.others:
                if isinstance(other.origin, Given) and other.value not in said:
                    yield conflict.key, conflict.believed, other
