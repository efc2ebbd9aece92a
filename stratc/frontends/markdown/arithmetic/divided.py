"""What a line goes on to divide is a whole, and what comes out its share: "26 GB; 26 GB ÷ 4 = 6.5 GB"."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal
from stratc.arith.unit import BYTE
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.ir.statement import Statement

_UNNAMED = frozenset(("equation", "memory.total"))  # what a heading alone has named, if anything did


def divided(statements: Sequence[Statement], text: str) -> list[Statement]:
    """The statements, in which a size of memory that its line divides counts for no device, but what comes out does."""
    found = list(statements)
    sized = [n for n, each in enumerate(found) if each.subject.startswith("memory.") or each.working is not None]
    for first, then in pairwise(sorted(sized, key=lambda n: found[n].span.start)):
        whole, share = found[first], found[then]
        if share.subject not in _UNNAMED or not whole.subject.startswith("memory."):
            continue
        if whole.per is Per.DEVICE and _divides(share, whole) and "\n" not in text[whole.span.end : share.span.start]:
            found[first] = replace(whole, per=Per.TOTAL)
            found[then] = replace(share, subject=whole.subject, per=Per.DEVICE)
    return found


def _divides(share: Statement, whole: Statement) -> bool:
    """Whether the working of a statement is another's figure over a number, and not over what a device has."""
    match share.working:
        case Apply("÷", Literal(number), over):
            return number == whole.value and over.dimension != BYTE
    return False
