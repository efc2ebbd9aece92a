"""How carefully a plan was worked out, by its own arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.analysis.breakdown import falls_short
from stratc.analysis.workings import SOUND, Verdict, checked_workings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.analysis.case import Case

MANY = 16  # workings; of plans with fewer, one that is right throughout may be so by chance


def is_worked_through(cases: Sequence[Case]) -> bool:
    """Whether a plan derives many of its figures, and none of them falsely.

    Whoever calculates that carefully is more often misread than wrong about what no calculation of the plan shows.
    """
    found = {each.claim: each.verdict for case in cases for each in checked_workings(case)}
    held = sum(verdict is Verdict.HOLDS for verdict in found.values())
    short = any(falls_short(claim) for case in cases for claim in case.claims("lines.bytes"))
    return held >= MANY and not short and all(verdict in SOUND for verdict in found.values())
