"""Figures that a plan gives without a working, and what they rest on that it does not state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from stratc.analysis.figures.derivation import RATES, asserted, rate_is_derived
from stratc.analysis.figures.throughput import stated_lengths, token_parameters
from stratc.analysis.layout.division import DEGREES
from stratc.arith.unit import BYTE, FLOP, SECOND
from stratc.ir.origin import Missing
from stratc.ir.scope import Role
from stratc.ir.statement import Per, Relation

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim

LAID_OUT = 2  # degrees that a plan states
SIZE, PRECISION, RATE = "the size of the model", "the precision", "the peak or the bandwidth of a device"
BATCH, LENGTH, LOAD = "the batch", "the length of the sequences", "batch and length of the sequences"
OF_WORK, OF_MEMORY = (SIZE, RATE, BATCH, LENGTH), (SIZE, PRECISION, LOAD)
FULL = 1.0  # a utilisation that counts devices rather than their work


def unstated(case: Case, inputs: tuple[str, ...]) -> list[str]:
    """Which of these inputs the plan does not state; none where the first two are known, or half of all.

    None of a text that lays no model out over devices, which is a note on a plan rather than one.
    """
    counted = case.has("strategy.device_count") or case.has("hardware.device_count")
    if not counted or sum(case.has(f"strategy.{each}") for each in DEGREES) < LAID_OUT:
        return []
    missing = [each for each in inputs if not STATED[each](case)]
    return missing if len(missing) > len(inputs) / 2 and not set(inputs[:2]).isdisjoint(missing) else []


def unworked_rates(case: Case) -> list[Claim]:
    """Tokens a second that the plan reaches, where it works out neither a rate nor a time, and times no part."""
    return [] if _is_worked_out(case) else _bare(case, "throughput.tokens")


def unworked_times(case: Case) -> list[Claim]:
    """Times of a token, a prompt or a batch that the plan reaches, where it works out neither a rate nor a time."""
    metrics = ("latency.tpot", "latency.ttft", "latency.prefill", "latency.step", "latency.forward", "latency.unsaid")
    return [] if _is_worked_out(case) else [each for metric in metrics for each in _bare(case, metric)]


def unworked_utilisations(case: Case) -> list[Claim]:
    """Shares of the devices' time in use, where neither a rate, a time nor a number of micro-batches leads to them."""
    bare = [] if _is_worked_out(case) or case.has("workload.micro_batches") else _bare(case, "utilisation")
    return [each for each in bare if each.metric == "utilisation" and each.quantity.high < FULL]


def unworked_memory(case: Case) -> list[Claim]:
    """Memory in all, or its share of the capacity, where no part of it and no working is given."""
    totals = ("memory.total", "memory.share")
    for each in case.claims("memory", roles=tuple(Role)):
        is_part = each.metric not in (*totals, "memory.headroom") and each.quantity.dimension == BYTE
        if is_part or each.working is not None:
            return []
    needed = [each for each in case.claims(totals[0], roles=(Role.TARGET,)) if each.per is Per.TOTAL]
    whole = [each for each in needed if each.relation is Relation.IS]
    return [*whole, *_bare(case, totals[0])] or _bare(case, totals[1])


def _bare(case: Case, metric: str) -> list[Claim]:
    """Figures of a metric that stand alone: beside no working, and beside no other of their kind that they convert."""
    beside = {each.context for each in case.plan.claims if each.working is not None}
    found = [each for each in asserted(case, metric) if each.context not in beside]
    many = Counter(each.context for each in found)
    return [each for each in found if many[each.context] == 1]


def _is_worked_out(case: Case) -> bool:
    workings = (each.quantity.dimension for each in case.plan.claims if each.working is not None)
    parts = case.claims("latency.stage", "latency.layer", "time", roles=tuple(Role))
    return rate_is_derived(case) or any(each in (*RATES, SECOND, FLOP) for each in workings) or any(parts)


def _has_size(case: Case) -> bool:
    try:
        token_parameters(case)
    except Missing:
        return False
    return True


STATED: dict[str, Callable[[Case], bool]] = {
    SIZE: _has_size,
    PRECISION: lambda case: case.has("model.precision"),
    RATE: lambda case: case.has("hardware.peak_flops") or case.has("hardware.memory_bandwidth"),
    BATCH: lambda case: any(map(case.has, ("workload.batch_size", "workload.micro_batch_size"))),
    LENGTH: lambda case: bool(stated_lengths(case)) or any(case.claims("tokens.step")),
    LOAD: lambda case: STATED[BATCH](case) and STATED[LENGTH](case),
}
