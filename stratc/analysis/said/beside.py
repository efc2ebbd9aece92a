"""What the line of a figure says of the facts of a plan, or of another that it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from stratc.ir.claim import is_part
from stratc.ir.plan import FACTS

if TYPE_CHECKING:
    from stratc.ir.statement import Statement
    from stratc.text.span import Span

Beside: TypeAlias = Callable[["Span"], "Mapping[str, list[Statement]]"]
"""The statements on the line of a place that give facts, by their keys."""


def nothing_beside(_: Span) -> Mapping[str, list[Statement]]:
    """For findings of a plan without a text."""
    return {}


def beside(statements: Iterable[Statement], line_of: Callable[[Span], int]) -> Beside:
    """What each line of a text gives to facts, whichever plan it speaks of."""
    lines: dict[tuple[str, int], dict[str, list[Statement]]] = {}
    for each in statements:
        if each.subject in FACTS and not is_part(each):
            line = lines.setdefault((each.span.source, line_of(each.span)), {})
            line.setdefault(each.subject, []).append(each)
    return lambda place: lines.get((place.source, line_of(place)), {})
