"""Shares of the work by device or stage, as a plan states them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.analysis.layout.devices import placed_devices
from stratc.arith.term import Term, lift, plain
from stratc.cost.balance import busy_experts, last_block_work
from stratc.cost.schedule import in_flight
from stratc.ir.origin import Known, value_or

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim

SHARES = ("share.compute", "share.experts", "share.layers", "share.memory")


def share_groups(case: Case) -> tuple[tuple[Claim, ...], ...]:
    """For each kind of share that the plan gives for every device or every stage, the claims by number."""
    wholes = {len(placed_devices(case)), *_counts(case)}
    groups = []
    for metric in SHARES:
        numbered = {claim.index: claim for claim in reversed(tuple(case.claims(metric))) if claim.index is not None}
        if len(numbered) > 1 and len(numbered) in wholes:
            groups.append(tuple(numbered[index] for index in sorted(numbered)))
    return tuple(groups)


def busy_share(case: Case) -> float:
    """Share of the experts that one token of every sequence of the batch gives work to; raises Missing."""
    keys = ("model.top_k", "model.experts", "workload.batch_size")
    return busy_experts(*(plain(case.number(key)) for key in keys))


def last_block(case: Case) -> Term:
    """Attention work of the last of the contiguous blocks of a sequence over the mean of all; raises Missing."""
    return lift(last_block_work(case.number("strategy.cp")))


def held_by_first(case: Case) -> float:
    """Micro-batches whose activations the first stage keeps under 1F1B; raises Missing without stages."""
    stages = case.known("strategy.pp").value
    return plain(in_flight(stages, value_or(case.plan.workload.micro_batches, stages), 0))


def _counts(case: Case) -> tuple[int, ...]:
    facts = (case.fact(key) for key in ("strategy.device_count", "hardware.device_count", "strategy.pp"))
    return tuple(fact.value for fact in facts if isinstance(fact, Known))
