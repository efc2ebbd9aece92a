"""How fast a plan is by a roofline: the values of `stratc estimate` beside parameters and memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stratc.analysis.architecture import Assumption, architecture
from stratc.analysis.communication import Traffic, traffic
from stratc.analysis.compute import (
    Work,
    looked_at,
    slowest_stage_flops,
    step_passes,
    step_tokens,
    step_work,
)
from stratc.analysis.division import division
from stratc.analysis.memory import stage_activations
from stratc.analysis.setting import Setting, amount, setting_of
from stratc.arith.term import plain
from stratc.cost.balance import busy_experts
from stratc.cost.communication import LEAST_COLLECTIVE_SECONDS
from stratc.cost.compute import compute_seconds, roofline_seconds, token_flops
from stratc.cost.memory import layer_cache
from stratc.cost.parameters import model_parameters
from stratc.cost.schedule import interleaved_bubble_share
from stratc.ir.origin import Missing

if TYPE_CHECKING:
    from stratc.analysis.case import Case

# The first three were chosen so that published steps, prompts and tokens come out right in the middle.
TRAINING_EFFICIENCY = 0.55  # of the peak, inside matrix products
PREFILL_EFFICIENCY = 0.5  # the same, without a backward pass to overlap with
READING_EFFICIENCY = 0.5  # of the memory bandwidth, while decoding
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
class Inference:
    """A prompt, a token of every sequence of the batch, and tokens a second over all replicas."""

    prefill_seconds: float | None
    decode_seconds_per_token: float | None
    tokens_per_second: float | None


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
    rates = _rates(case, setting, assumed)
    rows = traffic(case, setting)
    training = _training(setting, rates, rows) if setting.training else None
    inference = None if setting.training else _inference(case, setting, rates, rows)
    missing = tuple(dict.fromkeys(_missing(case, setting, rows)))
    return Performance(step_work(setting), rows, training, inference, tuple(assumed), missing)


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


def _rates(case: Case, setting: Setting, assumed: list[Assumption]) -> Rates:
    peak, memory = amount(case, "hardware.peak_flops"), amount(case, "hardware.memory_bandwidth")
    share = amount(case, "hardware.mfu")
    if setting.training and share is not None:
        memory = None  # the plan's own utilisation already holds what memory costs
    if share is None:
        share = TRAINING_EFFICIENCY if setting.training else PREFILL_EFFICIENCY
        assumed.append(Assumption("hardware.mfu", share, "of the peak while computing, the middle of published runs"))
    read = amount(case, "hardware.bandwidth_utilization")
    if read is None and not setting.training:
        read = READING_EFFICIENCY
        because = "of the memory bandwidth while decoding, the middle of published runs"
        assumed.append(Assumption("hardware.bandwidth_utilization", read, because))
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


def _inference(case: Case, setting: Setting, rates: Rates, rows: tuple[Traffic, ...]) -> Inference:
    decode = _decode(setting, rates)
    batch = setting.sequences
    rate = batch * setting.division.dp / decode if decode and batch else None
    return Inference(_prefill(case, setting, rates, rows), decode, rate)


def _prefill(case: Case, setting: Setting, rates: Rates, rows: tuple[Traffic, ...]) -> float | None:
    """Time of all prompts of a replica: stages follow each other, so only tp and cp shorten it."""
    length = amount(case, "workload.prompt_length") or setting.sequence
    if not rates.flops or length is None or setting.sequences is None:
        return None
    flop = plain(token_flops(setting.whole, looked_at(setting, length)).total) * length * setting.sequences
    together = setting.division.tp * setting.division.cp
    return plain(compute_seconds(flop / together, rates.flops)) + _waiting(rows, whole_step=True)


def _decode(setting: Setting, rates: Rates) -> float | None:
    """Time of one token of every sequence: reading weights and cache, or computing, and the collectives' latency."""
    if not rates.memory or not rates.peak or setting.sequences is None:
        return None
    divided, shape = setting.division, setting.whole
    batch, length = setting.sequences, setting.sequence or 0.0
    weights = _touched(setting, batch) * plain(setting.recipe.weight)
    cache = batch * length * plain(layer_cache(shape, divided.tp, setting.cache_bytes)) * plain(shape.layers)
    flop = plain(token_flops(shape, length).total) * batch / divided.tp
    seconds = plain(roofline_seconds(flop, weights + cache, rates.peak, rates.memory))
    collectives = 2 * plain(shape.layers) if divided.tp > 1 else 0.0
    return seconds + collectives * LEAST_COLLECTIVE_SECONDS


def _touched(setting: Setting, tokens: float) -> float:
    """Parameters that a device of every stage reads for a step of decoding, all stages together."""
    divided, shape = setting.division, setting.whole
    whole = dict(model_parameters(shape).rows)
    experts = plain(whole.pop("experts", 0.0))
    whole.pop("embedding", None)
    dense = sum(plain(each) for each in whole.values()) / divided.tp
    if not shape.experts:
        return dense
    touched = plain(busy_experts(plain(shape.top_k) or 1.0, plain(shape.experts), tokens * divided.dp))
    return dense + experts * touched / (divided.ep * divided.expert_tp)
