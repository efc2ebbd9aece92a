"""The pipeline of a plan: stages, micro-batches, and the share of the time it can be busy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stratc.arith.term import Number, plain
from stratc.arith.unit import Fraction
from stratc.cost.schedule import (
    bubble_overhead,
    bubble_share,
    in_flight,
    in_flight_gpipe,
    interleaved_bubble_share,
    interleaved_utilisation_bound,
    micro_batches_needed,
    utilisation_bound,
    zero_bubble_share,
    zero_bubble_utilisation_bound,
)
from stratc.ir.origin import Derived, Known, Missing, Unknown, value_or
from stratc.ir.workload import ACCUMULATION

if TYPE_CHECKING:
    from stratc.analysis.case import Case

PLAIN = ("gpipe", "1f1b")
INTERLEAVED = "interleaved"
BATCH = "workload.batch_size"
BATCH_PARTS = ("workload.micro_batches", "workload.micro_batch_size", "strategy.dp")  # which multiply to it


def is_cut_without_pipeline(case: Case) -> bool:
    """Whether a plan states its batch and all that multiplies to it, each in one way, and has no pipeline."""
    stated = all(_is_said(case.fact(key)) for key in (BATCH, *BATCH_PARTS))
    return stated and value_or(case.strategy.pp, 1) == 1 and not case.has_several(BATCH, *BATCH_PARTS)


def pipeline_stages(case: Case) -> Number:
    """Stages of the pipeline; raises Missing where the plan has none or does not say."""
    stages = case.number("strategy.pp")
    if plain(stages) <= 1:
        raise Missing("strategy.pp")
    return stages


def micro_batches(case: Case) -> Number:
    """Micro-batches of a step as stated, or of a batch divided by micro-batch size and replicas.

    Raises Missing where neither is said; serving engines cut no batch of their own accord, so theirs is only divided by
    a micro-batch size that the plan states.
    """
    if case.has("workload.micro_batches"):
        return case.number("workload.micro_batches")
    if not _trains(case) and not _is_stated(case.fact("workload.micro_batch_size")):
        raise Missing("workload.micro_batches")
    whole = case.number("workload.batch_size")
    count = whole / (case.number("workload.micro_batch_size") * case.number_or("strategy.dp", 1))
    if plain(count) < 1:
        raise Missing("workload.micro_batches")
    return count


def _trains(case: Case) -> bool:
    phase = case.fact("workload.phase")
    return isinstance(phase, Known) and phase.value == "training"


def _is_stated(fact: Known[Any] | Unknown) -> bool:
    return isinstance(fact, Known) and fact.is_stated


def _is_said(fact: Known[Any] | Unknown) -> bool:
    """Whether a plan states a figure, or the accumulation steps that stand for its micro-batches."""
    accumulated = isinstance(fact, Known) and isinstance(fact.origin, Derived) and fact.origin.by == ACCUMULATION
    return accumulated or _is_stated(fact)


def schedule_of(case: Case) -> str:
    """gpipe, 1f1b, interleaved or a zero-bubble schedule; 1f1b over chunks of a stage is the interleaved one."""
    fact = case.fact("strategy.schedule")
    said = str(fact.value) if isinstance(fact, Known) else "1f1b"
    in_chunks = case.has("strategy.vpp") and plain(case.number("strategy.vpp")) > 1
    return INTERLEAVED if said == "1f1b" and in_chunks else said


def first_stage_in_flight(case: Case) -> Number:
    """Micro-batches whose activations the first stage keeps at once.  Raises Missing where a part of it is open."""
    p, m = pipeline_stages(case), micro_batches(case)
    match schedule_of(case):
        case "gpipe":
            return in_flight_gpipe(m)
        case "1f1b":
            return in_flight(p, m, 0)
    raise Missing("strategy.schedule")


def busy_share(case: Case) -> Fraction:
    """Busy share of the pipeline at most.  Raises Missing where stages, micro-batches or schedule leave it open."""
    p, m = pipeline_stages(case), micro_batches(case)
    match schedule_of(case):
        case "gpipe" | "1f1b":
            return utilisation_bound(p, m)
        case "interleaved":
            return interleaved_utilisation_bound(p, m, case.number("strategy.vpp"))
        case "zb-h1":
            return zero_bubble_utilisation_bound(p, m)
    raise Missing("strategy.schedule")


def most_busy(case: Case) -> Fraction:
    """As busy_share; where the chunks of an interleaved schedule are not said, that of one layer a chunk."""
    if schedule_of(case) != INTERLEAVED or case.has("strategy.vpp"):
        return busy_share(case)
    return 1 - least_idle_share(case)


def least_idle_share(case: Case) -> Fraction:
    """As idle_share; where the chunks of an interleaved schedule are not said, that of one layer a chunk."""
    if schedule_of(case) != INTERLEAVED or case.has("strategy.vpp"):
        return idle_share(case)
    p = pipeline_stages(case)
    return interleaved_bubble_share(p, micro_batches(case), max(1, int(plain(case.number("model.layers")) // plain(p))))


def idle_share(case: Case) -> Fraction:
    """Idle share of the pipeline at least, as busy_share."""
    p, m = pipeline_stages(case), micro_batches(case)
    match schedule_of(case):
        case "gpipe" | "1f1b":
            return bubble_share(p, m)
        case "interleaved":
            return interleaved_bubble_share(p, m, case.number("strategy.vpp"))
        case "zb-h1":
            return zero_bubble_share(p, m)
    raise Missing("strategy.schedule")


def idle_with(case: Case, count: Number) -> Fraction:
    """Idle share of the stages under GPipe or 1F1B with another number of micro-batches; raises Missing for others."""
    if schedule_of(case) not in ("gpipe", "1f1b"):
        raise Missing("strategy.schedule")
    return bubble_share(pipeline_stages(case), count)


def idle_overhead(case: Case) -> Fraction:
    """Idle time relative to the ideal time, the other way in which plans count a bubble."""
    p, m = pipeline_stages(case), micro_batches(case)
    return bubble_overhead(p, m, case.number("strategy.vpp") if schedule_of(case) == INTERLEAVED else 1)


def bubble_saved(case: Case) -> Fraction:
    """Share of the bubble of an uncut batch that cutting it into micro-batches saves."""
    p = pipeline_stages(case)
    return 1 - idle_share(case) / bubble_share(p, 1)


def needed_for(case: Case, utilisation: float) -> Number:
    """Fewest micro-batches with which the pipeline can be busy for that share of the time."""
    virtual = case.number_or("strategy.vpp", 1) if schedule_of(case) == INTERLEAVED else 1
    return micro_batches_needed(pipeline_stages(case), utilisation, virtual)


def bubble_readings(case: Case, *, plainly: bool) -> tuple[Number, ...]:
    """The bubble as a share of the step and of the ideal time; `plainly` also without the interleaving of the plan.

    Empty for zero-bubble schedules and where stages or micro-batches have several values.  Raises Missing where the
    plan does not say them.
    """
    if case.has_several("strategy.pp", "workload.micro_batches", "strategy.vpp"):
        return ()
    schedule, p, m = schedule_of(case), pipeline_stages(case), micro_batches(case)
    if schedule not in (*PLAIN, INTERLEAVED) or (schedule == INTERLEAVED and not case.has("strategy.vpp")):
        return ()
    chunks = [case.number("strategy.vpp")] if case.has("strategy.vpp") else [1]
    chunks += [1] if plainly and case.has("strategy.vpp") else []
    return tuple(each(p, m, v) for v in chunks for each in (interleaved_bubble_share, bubble_overhead))
