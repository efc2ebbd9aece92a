"""How carefully a plan was worked out, by its own arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.analysis.figures.workings import SOUND, Verdict, checked_workings
from stratc.analysis.memory.breakdown import falls_short
from stratc.arith.term import Apply
from stratc.arith.unit import COUNT, PERCENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim


def sound_workings(cases: Sequence[Case]) -> int:
    """How many figures but shares a plan derives by a working that holds; 0 where one of its workings does not."""
    found = {each.claim: each.verdict for case in cases for each in checked_workings(case)}
    short = any(falls_short(claim) for case in cases for claim in case.claims("lines.bytes"))
    sound = not short and all(verdict in SOUND for verdict in found.values())
    return sum(verdict is Verdict.HOLDS and not _is_share(claim) for claim, verdict in found.items()) if sound else 0


def _is_share(claim: Claim) -> bool:
    """Whether a figure only says which part of a whole another one is: "0.6 of 0.8 TB/s, that is 75 %"."""
    match claim.working:
        case Apply("÷", part, _):
            return claim.quantity.unit == PERCENT and part.dimension != COUNT
    return False
