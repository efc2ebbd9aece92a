"""Memory figures that a plan lists together: a total and its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stratc.ir.claim import Claim
from stratc.ir.scope import Role
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from stratc.analysis.case import Case

TOTALS = ("memory.total", "memory.training", "memory.inference")
STATES = ("memory.weights", "memory.gradients", "memory.optimizer")
INSIDE_WEIGHTS = ("memory.attention", "memory.mlp", "memory.experts", "memory.embedding")
PARTS = (*STATES, *INSIDE_WEIGHTS, "memory.activations", "memory.kv_cache", "memory.buffers")
AS_WEIGHTS = {"parameters.device": "memory.weights", "parameters.experts": "memory.experts"}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a total in bytes; `claim` is where it is said, perhaps as a number of parameters."""

    metric: str
    claim: Claim
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A total and the parts listed before it, each metric at most once."""

    total: Claim
    parts: tuple[Part, ...]

    def has(self, *metrics: str) -> bool:
        """Whether one of these parts is listed."""
        return any(part.metric in metrics for part in self.parts)

    @property
    def summands(self) -> tuple[Part, ...]:
        """The parts without those that another part holds: experts beside the weights of which they are some."""
        if not self.has("memory.weights"):
            return self.parts
        return tuple(part for part in self.parts if part.metric not in INSIDE_WEIGHTS)

    @property
    def low(self) -> float:
        """Sum of the lower ends."""
        return sum(part.low for part in self.summands)

    @property
    def high(self) -> float:
        """Sum of the upper ends."""
        return sum(part.high for part in self.summands)


def breakdowns(case: Case, width: float | None) -> Iterator[Breakdown]:
    """Every total of this plan with at least two parts listed in its section before it.

    `width` is the bytes of a parameter, for parts given as a number of parameters; None leaves those out.
    """
    pending: list[Claim] = []
    for claim in _in_order(case):
        if claim.metric in TOTALS:
            found = Breakdown(claim, tuple(_parts(claim, pending, width)))
            if len(found.summands) >= 2:
                yield found
            pending = []
        else:
            pending.append(claim)


def in_one_section(claim: Claim, other: Claim) -> bool:
    """Whether two claims stand under the same headings."""
    return claim.scope.path == other.scope.path


def _in_order(case: Case) -> list[Claim]:
    found = [
        claim
        for claim in case.plan.claims
        if claim.scope.role is Role.PLAN and claim.metric in (*TOTALS, *PARTS, *AS_WEIGHTS)
    ]
    return sorted(found, key=lambda claim: claim.places[0])


def _parts(total: Claim, pending: list[Claim], width: float | None) -> Iterator[Part]:
    seen: set[str] = set()
    for claim in pending:
        metric = AS_WEIGHTS.get(claim.metric, claim.metric)
        scale = 1.0 if metric == claim.metric else width
        if metric in seen or scale is None or not _belongs(claim, total):
            continue
        seen.add(metric)
        yield Part(metric, claim, claim.quantity.low * scale, claim.quantity.high * scale)


def _belongs(part: Claim, total: Claim) -> bool:
    """Whether both stand in one section, or in neighbouring ones of one parent, and count for the same."""
    here, there = part.scope.path, total.scope.path
    near = here == there or (len(here) == len(there) > 1 and here[:-1] == there[:-1]) or here[:-1] == there
    return near and _same_kind(part.per, total.per)


def _same_kind(part: Per, total: Per) -> bool:
    return part is total or Per.UNSAID in (part, total)
