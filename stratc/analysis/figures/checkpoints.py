"""What the checkpoints of a training run take, and what a failure loses between two of them, by the figures of a plan.

Each function gives every reading of one quantity, as those of run.py do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.analysis.figures.run import (
    DAY,
    DAYS,
    WHOLE,
    fact,
    figures_of_run,
    rates,
    readings,
    step_seconds,
    step_tokens,
    steps,
    told,
)
from stratc.arith.term import Literal, Term
from stratc.arith.unit import UNITS

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim


def interval_seconds(case: Case) -> tuple[Term, ...]:
    """Time from one checkpoint to the next."""
    stepwise = readings(lambda n, t: n * t, told(case, "checkpoint.every_steps"), step_seconds(case))
    return (*told(case, "checkpoint.every_time"), *stepwise)


def seconds_between_steps(case: Case) -> tuple[Term, ...]:
    """Time from one checkpoint to the next by its steps and the time, or the tokens and their rate, of each."""
    by_rate = readings(lambda s, r: s / r, step_tokens(case), rates(case, "throughput.tokens", WHOLE))
    by_run = readings(lambda t, n: t / n, told(case, *DAYS), told(case, "run.steps"))
    each = (*step_seconds(case), *by_rate, *by_run)
    return readings(lambda n, t: n * t, told(case, "checkpoint.every_steps"), each)


def intervals_told_twice(case: Case) -> tuple[Claim, ...]:
    """Times from one checkpoint to the next that stand in the sentence of its steps, without a working."""
    stepwise = {each.context for each in figures_of_run(case, "checkpoint.every_steps")}
    times = figures_of_run(case, "checkpoint.every_time")
    return tuple(each for each in times if each.context in stepwise and each.working is None)


def goodputs_by_failures(case: Case) -> tuple[Term, ...]:
    """Share of the time in which a run makes progress, if each failure loses half an interval and nothing else."""
    return readings(lambda m, i: m / (m + i / 2), told(case, "run.failure_time"), interval_seconds(case))


def kept(case: Case) -> tuple[Term, ...]:
    """Checkpoints that are kept as stated, or all that the run writes where none is deleted."""
    stated = told(case, "checkpoint.kept")
    if stated or not any(case.claims("checkpoint.all_kept")):
        return stated
    return readings(lambda n, k: n / k, steps(case), told(case, "checkpoint.every_steps"))


def lost_seconds(case: Case) -> tuple[Term, ...]:
    """Time of the work that a failure loses in the mean: half of the interval."""
    return tuple(each / 2 for each in interval_seconds(case))


def saved_bytes(case: Case) -> tuple[Term, ...]:
    """Size of a checkpoint by its bytes of a parameter."""
    return readings(lambda n, b: n * b, fact(case, "model.parameters"), told(case, "checkpoint.bytes"))


def save_seconds(case: Case) -> tuple[Term, ...]:
    """Time of a checkpoint by its size and the rate of the storage."""
    return readings(lambda s, r: s / r, told(case, "checkpoint.size"), told(case, "checkpoint.rate"))


def stored_bytes(case: Case) -> tuple[Term, ...]:
    """Storage of all checkpoints that are kept."""
    return readings(lambda n, s: n * s, kept(case), told(case, "checkpoint.size"))


def daily_bytes(case: Case) -> tuple[Term, ...]:
    """Bytes of the checkpoints of a day."""
    every = tuple(Literal(DAY, UNITS["s"]) / each for each in interval_seconds(case))
    return readings(lambda n, s: n * s, every, told(case, "checkpoint.size"))


def save_shares(case: Case) -> tuple[Term, ...]:
    """Share of the time that checkpoints take, of the steps between them or of both."""
    every, each = interval_seconds(case), told(case, "checkpoint.time")
    return (*readings(lambda c, i: c / i, each, every), *readings(lambda c, i: c / (i + c), each, every))
