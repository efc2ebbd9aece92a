"""What a plan itself says is missing."""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING

from stratc.arith.term import Apply

if TYPE_CHECKING:
    from stratc.analysis.case import Case


def admits_shortfall(case: Case, available: float) -> bool:
    """Whether the plan takes what there is from more that it needs: "8 needed - 2 there = 6 missing"."""
    workings = (claim.working for claim in case.claims("equation"))
    return any(
        isinstance(each, Apply)
        and each.op == "-"
        and each.left.value > each.right.value > 0
        and isclose(each.right.value, available)
        for each in workings
    )
