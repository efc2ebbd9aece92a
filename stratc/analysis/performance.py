"""How fast a plan is by a roofline: the values of `stratc estimate` beside parameters and memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stratc.analysis.architecture import Assumption, architecture
from stratc.analysis.communication import Traffic, traffic
from stratc.analysis.compute import (
    Work,
    slowest_stage_flops,
    step_passes,
    step_tokens,
    step_work,
)
from stratc.analysis.division import division
from stratc.analysis.memory import stage_activations
from stratc.analysis.serving import Inference, inference
from stratc.analysis.setting import Setting, amount, setting_of
from stratc.arith.term import plain
from stratc.cost.compute import compute_seconds
from stratc.cost.schedule import interleaved_bubble_share
from stratc.ir.origin import Missing

if TYPE_CHECKING:
    from stratc.analysis.case import Case

TRAINING_EFFICIENCY = 0.55  # of the peak, inside matrix products; in the middle, published steps come out right
# What a layer keeps is written and read forward; backward it is read, and its gradient written and read twice.
PASSES_THROUGH_MEMORY = 6


@dataclass(frozen=True, slots=True)
class Training:
    """A step of training."""

    step_seconds: float
    tokens_per_second: float
    mfu: float
    bubble: float


@dataclass(frozen=True, slots=True)
class Performance:
    """What the plan's facts imply for time; None where they do not suffice, with the keys that would settle it."""

    compute: Work | None = None
    communication: tuple[Traffic, ...] = ()
    training: Training | None = None
    inference: Inference | None = None
    assumed: tuple[Assumption, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rates:
    """What a device computes and reads in a second, by what the plan counts on or what is usual."""

    flops: float | None
    peak: float | None
    memory: float | None


def performance(case: Case) -> Performance:
    """Work, traffic and time of a step; nothing but `missing` where the architecture is not said.

    Equal stages, no contention; communication that computation waits for is added, the other hidden behind it.
    """
    case = replace(case, explain=False)
    try:
        found, divided = architecture(case), division(case)
        assumed = [*found.assumed, *divided.assumed]
        setting = setting_of(case, found.shape, divided, assumed)
    except Missing as unknown:
        return Performance(missing=(unknown.key,))
    rows = traffic(case, setting)
    training = _training(setting, _rates(case, assumed), rows) if setting.training else None
    served = None if setting.training else inference(case, setting, assumed)
    missing = tuple(dict.fromkeys(_missing(case, setting, rows)))
    return Performance(step_work(setting), rows, training, served, tuple(assumed), missing)


def _missing(case: Case, setting: Setting, rows: tuple[Traffic, ...]) -> Iterator[str]:
    if not setting.whole.vocab:
        yield "model.vocab_size"
    if setting.whole.experts and not setting.whole.top_k:
        yield "model.top_k"
    if setting.sequence is None:
        yield "workload.sequence_length"
    if setting.sequences is None:
        yield "workload.micro_batch_size" if setting.training else "workload.batch_size"
    needed = ("peak_flops",) if setting.training else ("peak_flops", "memory_bandwidth")
    yield from (f"hardware.{name}" for name in needed if not case.has(f"hardware.{name}"))
    if any(row.seconds is None for row in rows):
        yield from (key for key in ("hardware.link_bandwidth", "hardware.network_bandwidth") if not case.has(key))


def _rates(case: Case, assumed: list[Assumption]) -> Rates:
    peak, memory = amount(case, "hardware.peak_flops"), amount(case, "hardware.memory_bandwidth")
    share, read = amount(case, "hardware.mfu"), amount(case, "hardware.bandwidth_utilization")
    if share is not None:
        memory = None  # the plan's own utilisation already holds what memory costs
    else:
        share = TRAINING_EFFICIENCY
        assumed.append(Assumption("hardware.mfu", share, "of the peak while computing, the middle of published runs"))
    return Rates(peak * share if peak else None, peak, memory * (read or 1.0) if memory else None)


def _waiting(rows: tuple[Traffic, ...], *, whole_step: bool) -> float:
    """Seconds that computation waits: known times only; gradients wait for the step's end, the rest for every layer."""
    return sum(row.seconds or 0.0 for row in rows if row.waits and (whole_step or row.axis != "dp"))


def _training(setting: Setting, rates: Rates, rows: tuple[Traffic, ...]) -> Training | None:
    tokens, work = step_tokens(setting), step_work(setting)
    if tokens is None or work is None or not rates.flops or not rates.peak or setting.sequence is None:
        return None
    divided = setting.division
    per_token = slowest_stage_flops(setting, setting.sequence) * step_passes(setting)
    each = tokens / divided.dp / setting.micro_batches * per_token / (divided.tp * divided.cp)
    busy = (plain(compute_seconds(each, rates.flops)) + _moving(setting, rates)) * setting.micro_batches
    busy += _waiting(rows, whole_step=False)
    bubble = plain(interleaved_bubble_share(divided.pp, setting.micro_batches, divided.vpp))
    gradients = sum((row.seconds or 0.0) for row in rows if row.axis == "dp")
    seconds = busy / (1 - bubble) + max(0.0, gradients - busy / 2)
    return Training(seconds, tokens / seconds, work.model / (seconds * rates.peak), bubble)


def _moving(setting: Setting, rates: Rates) -> float:
    """Seconds that a micro-batch's activations take through memory in a stage: norms, activations and routing."""
    tokens = (setting.sequence or 0.0) * (setting.sequences or 0.0) / setting.division.cp
    kept = max(stage_activations(setting, index, tokens) for index in range(len(setting.division.layers)))
    return PASSES_THROUGH_MEMORY * kept / rates.memory if rates.memory else 0.0
