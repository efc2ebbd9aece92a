"""The step of a plan that trains: its time, what it consists of, and how far off it may be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stratc.analysis.memory.setting import Setting, amount
from stratc.analysis.model.architecture import Assumption
from stratc.analysis.speed.communication import Traffic, traffic
from stratc.analysis.speed.compute import slowest_stage_flops, step_passes, step_tokens, step_work
from stratc.analysis.speed.layer import CLASSES
from stratc.analysis.speed.machine import machine_of, spread_of
from stratc.analysis.speed.step import Stage, Step, step_of
from stratc.arith.term import plain
from stratc.cost.compute import compute_seconds
from stratc.cost.schedule import interleaved_bubble_share

if TYPE_CHECKING:
    from stratc.analysis.case import Case

MOST_USUAL = 2  # sequences of a micro-batch that plans without a pipeline commonly have at least


@dataclass(frozen=True, slots=True)
class Interval:
    """Where four of five measured steps lay beside their estimates, and which steps these were."""

    low: float
    high: float
    origin: str


@dataclass(frozen=True, slots=True)
class Training:
    """A step of training; `parts` are seconds of the slowest stage by class and what comes after the pipeline.

    `stages` are the seconds of a micro-batch in every stage: forward, backward, and of both by class.
    """

    step_seconds: float
    tokens_per_second: float
    mfu: float
    bubble: float
    interval: Interval | None = None
    parts: dict[str, float] | None = None
    stages: tuple[dict[str, float], ...] = ()


def with_micro_batch(case: Case, setting: Setting, assumed: list[Assumption]) -> Setting:
    """The setting with a usual micro-batch where a plan that trains says none but a batch."""
    batch = amount(case, "workload.batch_size")
    if not setting.training or setting.sequences is not None or not batch:
        return setting
    whole = max(1.0, batch / setting.division.dp)
    size = min(float(MOST_USUAL), whole) if setting.division.pp == 1 else 1.0
    because = "a step is timed with the usual, one sequence in pipelines and up to two without, where none is named"
    assumed.append(Assumption("workload.micro_batch_size", size, because))
    return replace(setting, sequences=size, micro_batches=max(1.0, whole / size))


def training(case: Case, setting: Setting, assumed: list[Assumption]) -> Training | None:
    """The step of a plan; None where peak rate, batch or sequence are not said.

    A utilisation that the plan counts on is used as stated; without one, the operators are timed one by one.
    """
    tokens, work, peak = step_tokens(setting), step_work(setting), amount(case, "hardware.peak_flops")
    if tokens is None or work is None or not peak or not setting.sequence:
        return None
    share = amount(case, "hardware.mfu")
    if share:
        return _counted_on(setting, traffic(case, setting), peak, share)
    machine = machine_of(case, assumed)
    if machine is None:
        return None
    step = step_of(setting, machine)
    spread = spread_of(case)
    interval = Interval(step.seconds * spread.low, step.seconds * spread.high, spread.origin)
    told = _told(step, setting.micro_batches)
    rate, mfu = tokens / step.seconds, work.model / (step.seconds * peak)
    return Training(step.seconds, rate, mfu, step.bubble, interval, told, tuple(map(_passes, step.stages)))


def _passes(stage: Stage) -> dict[str, float]:
    """Seconds of a micro-batch in a stage; launches and what is fixed are what the classes leave of both passes."""
    classes = {name: getattr(stage.parts, name) for name in CLASSES}
    rest = max(0.0, stage.forward + stage.backward - sum(classes.values()))
    return {"forward": stage.forward, "backward": stage.backward, **classes, "launches_and_fixed": rest}


def _told(step: Step, micro_batches: float) -> dict[str, float]:
    """Seconds of a step by what takes them; they add up to the step."""
    slowest = max(step.stages, key=lambda stage: stage.forward + stage.backward)
    classes = {name: getattr(slowest.parts, name) * micro_batches for name in CLASSES}
    busy = (slowest.forward + slowest.backward) * micro_batches
    told = {name: seconds for name, seconds in classes.items() if seconds}
    told["launches_and_fixed"] = max(0.0, busy - sum(told.values()))
    told["pipeline"] = max(0.0, step.run - sum(told.values()))
    return {**told, "reduction": step.reduction, "update": step.update, "fixed": step.fixed}


def _counted_on(setting: Setting, rows: tuple[Traffic, ...], peak: float, share: float) -> Training | None:
    """The step by the utilisation that the plan states: equal micro-batches, and the collectives that they wait for."""
    tokens, work = step_tokens(setting), step_work(setting)
    if tokens is None or work is None or setting.sequence is None:
        return None
    divided = setting.division
    per_token = slowest_stage_flops(setting, setting.sequence) * step_passes(setting)
    each = tokens / divided.dp / setting.micro_batches * per_token / (divided.tp * divided.cp)
    busy = plain(compute_seconds(each, peak * share)) * setting.micro_batches
    busy += sum(row.seconds or 0.0 for row in rows if row.waits and row.axis != "dp")
    bubble = plain(interleaved_bubble_share(divided.pp, setting.micro_batches, divided.vpp))
    gradients = sum(row.seconds or 0.0 for row in rows if row.axis == "dp")
    seconds = busy / (1 - bubble) + max(0.0, gradients - busy / 2)
    return Training(seconds, tokens / seconds, work.model / (seconds * peak), bubble)
