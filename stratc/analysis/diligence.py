"""How carefully a plan was worked out, by its own arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.analysis.workings import SOUND, Verdict, checked_workings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim

FAR, SHORT = 3, 0.04  # a total further away counts something else; nearer, a line was rounded
MANY = 16  # workings; of plans with fewer, one that is right throughout may be so by chance


def is_worked_through(cases: Sequence[Case]) -> bool:
    """Whether a plan derives many of its figures, and none of them falsely.

    Whoever calculates that carefully is more often misread than wrong about what no calculation of the plan shows.
    """
    found = {each.claim: each.verdict for case in cases for each in checked_workings(case)}
    held = sum(verdict is Verdict.HOLDS for verdict in found.values())
    added = all(_adds_up(claim) for case in cases for claim in case.claims("lines.bytes"))
    return held >= MANY and added and all(verdict in SOUND for verdict in found.values())


def _adds_up(total: Claim) -> bool:
    """Whether a total is not clearly less than all lines above it."""
    added = total.working.value if total.working else 0.0
    return not added / FAR < total.quantity.high < added * (1 - SHORT)
