"""Times to the first token that a plan works out from the operations of one prompt."""

from __future__ import annotations

from math import inf, isclose, prod
from typing import TYPE_CHECKING

from stratc.analysis.figures.throughput import stated_lengths
from stratc.analysis.said.factors import figures_of, multiplied
from stratc.arith.term import Literal
from stratc.arith.unit import FLOP, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.analysis.case import Case
    from stratc.arith.term import Term
    from stratc.ir.claim import Claim

_TIMES = ("latency.ttft", "latency.prefill")
NEAR = 0.02
NEARLY = 1.1  # 2K may be 2,048
LARGEST = 1e8  # of a number of tokens; what is above counts parameters


def times_of_one_prompt(case: Case) -> tuple[tuple[Claim, Claim], ...]:
    """Times of the prompt phase, each with the operations, or the time, of one prompt that it rests on."""
    works = tuple(_works_of_one(case))
    equations = tuple(each for each in case.claims("equation", *_TIMES) if each.quantity.dimension == SECOND)
    found = []
    for claim in case.claims(*_TIMES):
        beside = (each for each in equations if each.quantity.agrees(claim.value, NEAR))
        source = next((work for each in (claim, *beside) for work in works if _rests_on(each, work)), None)
        if _is_of_one(case, claim.working) or source is not None:
            found.append((claim, source or claim))
    return tuple(found)


def _works_of_one(case: Case) -> Iterator[Claim]:
    for claim in case.claims("equation", "compute.flops"):
        if claim.quantity.dimension == FLOP and _is_of_one(case, claim.working):
            yield claim


def _rests_on(time: Claim, work: Claim) -> bool:
    """Whether a time is worked out of these operations."""
    parts = figures_of(time.working) if time.working is not None else ()
    scale = work.quantity.unit.scale
    bare = any(isinstance(each, Literal) and isclose(each.value * scale, work.value, rel_tol=NEAR) for each in parts)
    return bare or any(isclose(each.value, work.value, rel_tol=NEAR) for each in parts)


def _is_of_one(case: Case, working: Term | None) -> bool:
    """Whether a working begins with two operations for each parameter and token of one prompt, and nothing more."""
    longest = max(stated_lengths(case), default=inf) * NEARLY
    sizes = sorted(each.value for each in multiplied(working)) if working is not None else []
    return len(sizes) == 3 and sizes[0] == 2 and sizes[2] >= LARGEST and 2 < sizes[1] <= longest and prod(sizes) > 0
