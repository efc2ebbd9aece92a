"""How good a plan can be expected to be: the better ends of what measurements leave of its estimates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stratc.analysis.layout.division import division
from stratc.analysis.speed.machine import spread_of
from stratc.analysis.speed.performance import performance
from stratc.arith.unit import PERCENT, SECOND, TOKEN_RATE, Dimension, Unit
from stratc.cost.efficiency import UNMEASURED, UNTRIED

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.analysis.speed.training import Training


WIDEST = 4  # times its low end that an interval may be high and still say something


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the figure of a metric is expected, `of` whom, and which measurements say so."""

    metric: str
    low: float
    high: float
    unit: Dimension | Unit
    origin: str
    devices: int = 1

    @property
    def is_time(self) -> bool:
        """Whether less is better."""
        return self.unit == SECOND


def reaches(case: Case) -> Iterator[Reach]:
    """What can be expected of the times and rates that a plan may claim; nothing where its estimate has no interval."""
    told = performance(case)
    spread = spread_of(case)
    if told.training is not None and spread not in (UNMEASURED, UNTRIED):
        yield from _of_training(case, told.training)
    if told.inference is not None and spread is not UNTRIED:
        between = {"latency.ttft": told.inference.prefill_between, "latency.tpot": told.inference.decode_between}
        for metric, ends in between.items():
            if ends is not None and ends[1] < WIDEST * ends[0]:
                yield Reach(metric, *ends, SECOND, "published runs of serving engines")


def _of_training(case: Case, told: Training) -> Iterator[Reach]:
    interval = told.interval
    if interval is None:
        return
    slow, fast = told.step_seconds / interval.high, told.step_seconds / interval.low
    yield Reach("latency.step", interval.low, interval.high, SECOND, interval.origin)
    yield Reach("utilisation.mfu", told.mfu * slow, told.mfu * fast, PERCENT, interval.origin)
    rate, divided = told.tokens_per_second, division(case)
    devices = divided.tp * divided.pp * divided.cp * divided.dp
    yield Reach("throughput.tokens", rate * slow, rate * fast, TOKEN_RATE, interval.origin, devices)
