"""What the line of a figure says of the facts of a plan, or of another that it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from stratc.ir.claim import is_part
from stratc.ir.plan import KEYS

if TYPE_CHECKING:
    from stratc.ir.statement import Statement
    from stratc.ir.values import Value
    from stratc.text.span import Span

Beside: TypeAlias = Callable[["Span"], "Mapping[str, list[Value]]"]
"""The values that the line of a place gives to facts, by their keys; what the place itself says is left out."""

_KEYS = frozenset(KEYS)


def nothing_beside(_: Span) -> Mapping[str, list[Value]]:
    """For findings of a plan without a text."""
    return {}


def beside(statements: Iterable[Statement], line_of: Callable[[Span], int]) -> Beside:
    """What each line of a text gives to facts, whichever plan it speaks of."""
    lines: dict[tuple[str, int], list[Statement]] = {}
    for each in statements:
        if each.subject in _KEYS and not is_part(each):
            lines.setdefault((each.span.source, line_of(each.span)), []).append(each)

    def said(place: Span) -> Mapping[str, list[Value]]:
        found: dict[str, list[Value]] = {}
        for each in lines.get((place.source, line_of(place)), ()):
            if each.span != place:
                found.setdefault(each.subject, []).append(each.value)
        return found

    return said
