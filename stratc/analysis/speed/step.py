"""The time of a training step: layers make stages, stages a pipeline; then gradients are reduced, weights updated."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from stratc.analysis.memory.setting import Setting
from stratc.analysis.speed.layer import NOTHING, Both, Parts, device_tokens, layer_passes
from stratc.analysis.speed.machine import Machine
from stratc.arith.term import plain
from stratc.cost.operators import border_seconds, gather_seconds
from stratc.cost.parameters import device_parameters
from stratc.cost.schedule import uneven_interleaved_seconds, uneven_seconds
from stratc.cost.simulation import Costs, simulate

UPDATE_BYTES = 34
"""Bytes that an update of Adam moves for a parameter: gradient, master weight and two moments in FP32 read, the three
written, the weight written in 16 bits, the gradient zeroed.  Source: rajbhandari-2020, section 3.1, states counted."""

LOSS_BYTES = 10, 8
"""Bytes that a score of the vocabulary moves forward and backward, in fused kernels: FP32 copies.  Source: as above."""

BUCKETS = 8  # calls in which the gradients of a step are reduced


@dataclass(frozen=True, slots=True)
class Stage:
    """Seconds of a micro-batch in a stage, forward and backward, by operator class, and parameters of a device."""

    forward: float
    backward: float
    parts: Parts
    parameters: float
    experts: float


@dataclass(frozen=True, slots=True)
class Step:
    """Seconds of a step: the pipeline's run with its idle share, reduction that shows, update, and the rest."""

    seconds: float
    bubble: float
    stages: tuple[Stage, ...]
    border: float  # a micro-batch, from a stage to the next, as far as stages wait
    run: float
    reduction: float
    update: float
    fixed: float


def step_of(setting: Setting, machine: Machine) -> Step:
    """The step of a plan whose sequence and micro-batch are known.

    Each micro-batch passes all layers of a stage; first and last stage also have the embedding and the output layer.
    1F1B and the interleaved schedule by their closed forms for stages that differ, zero-bubble schedules simulated.
    """
    divided = setting.division
    stages = _stages(setting, machine)
    border = _border(setting, machine)
    crossing = border * max(1, divided.vpp)
    forward = [stage.forward + crossing for stage in stages]
    backward = [stage.backward + crossing for stage in stages]
    run = _run(setting, forward, backward)
    ideal = setting.micro_batches * max(f + b for f, b in zip(forward, backward, strict=True))
    kinds = {id(stage): stage for stage in stages}.values()  # those that hold the same are one
    reduction = max(_reduction(setting, machine, stage) for stage in kinds)
    update = max(_update(setting, machine, stage) for stage in kinds)
    nodes = max(1.0, divided.tp * divided.cp * divided.pp * divided.dp / machine.links.node)
    fixed = machine.software.step + machine.every.jitter * log2(nodes) * (run + reduction + update)
    seconds = run + reduction + update + fixed
    return Step(seconds, max(0.0, 1 - ideal / run), stages, border, run, reduction, update, fixed)


def _run(setting: Setting, forward: list[float], backward: list[float]) -> float:
    """Seconds of the pipeline."""
    divided, m = setting.division, setting.micro_batches
    if divided.schedule == "gpipe":
        return sum(forward) + sum(backward) + (m - 1) * (max(forward) + max(backward))
    if divided.schedule in ("zb-h1", "zb-v", "dualpipe"):
        return _simulated(divided.schedule, forward, backward, m)
    if divided.vpp > 1:
        both = [f + b for f, b in zip(forward, backward, strict=True)]
        return uneven_interleaved_seconds(both, m, divided.vpp)
    return uneven_seconds(forward, backward, m)


def _simulated(schedule: str, forward: list[float], backward: list[float], m: float) -> float:
    """Seconds by the event simulation, micro-batches beyond its first ones at the pace of the slowest stage.

    A schedule that does not exist for these numbers runs as 1F1B.  Of ZB-V both stages of a device take as long.
    """
    p, twice = len(forward), schedule == "zb-v"
    some = int(min(m, 4 * p)) // 2 * 2
    stages = [*range(p), *reversed(range(p))] if twice else [*range(p)]  # there and back again
    share = 0.5 if twice else 1.0
    ahead, half = (
        tuple(part * row[stage] for stage in stages) for part, row in ((share, forward), (share / 2, backward))
    )
    try:
        found = simulate(schedule, Costs(ahead, half, half), some, p).seconds
    except ValueError:
        return uneven_seconds(forward, backward, m)
    return found + (m - some) * max(f + b for f, b in zip(forward, backward, strict=True))


def _stages(setting: Setting, machine: Machine) -> tuple[Stage, ...]:
    """Every stage; neighbours that hold the same are computed once."""
    layers = setting.division.layers
    end = setting.division.end
    dense = layer_passes(setting, machine, moe=False) if any(d for d, _ in layers) else NOTHING
    moe = layer_passes(setting, machine, moe=True) if any(m for _, m in layers) else NOTHING
    known: dict[tuple[int, int, bool, bool], Stage] = {}
    for index, (d, m) in enumerate(layers):
        key = (d, m, index == 0, index == end)
        if key not in known:
            known[key] = _stage(setting, machine, (dense, moe), key)
    return tuple(known[d, m, index == 0, index == end] for index, (d, m) in enumerate(layers))


def _stage(setting: Setting, machine: Machine, kinds: tuple[Both, Both], key: tuple[int, int, bool, bool]) -> Stage:
    d, m, first, last = key
    forward, backward = _passes(kinds, d, m)
    if first:
        tokens = device_tokens(setting) * plain(setting.whole.hidden) / machine.bandwidth
        forward, backward = forward.moving(6 * tokens), backward.moving(8 * tokens)
    if last and setting.whole.vocab:
        ahead, back = _loss(setting, machine)
        forward, backward = forward + ahead, backward + back
    ledger = device_parameters(setting.part, setting.whole, d, m, first, last)
    experts = plain(ledger["experts"])
    others = plain(ledger.total) - experts
    width = max(2.0, plain(setting.recipe.gradient))
    adding = machine.software.accumulate * 2 * width * (experts + others) / machine.bandwidth
    backward = backward.moving(adding)
    launch, own = machine.every.launch, machine.software.micro_batch
    ahead_seconds, back_seconds = forward.seconds(launch) + own / 3, backward.seconds(launch) + own * 2 / 3
    if setting.division.zero >= 3:
        each = _gathered(setting, machine, others, experts, d + m)
        ahead_seconds = _behind(ahead_seconds, each, machine.software.gradients)
        back_seconds = _behind(back_seconds, 2 * each, machine.software.gradients)
    return Stage(ahead_seconds, back_seconds, forward + backward, others, experts)


def _passes(kinds: tuple[Both, Both], dense: int, moe: int) -> tuple[Parts, Parts]:
    """The passes of so many layers of each kind."""
    if not moe:
        return kinds[0].forward * dense, kinds[0].backward * dense
    if not dense:
        return kinds[1].forward * moe, kinds[1].backward * moe
    return (
        kinds[0].forward * dense + kinds[1].forward * moe,
        kinds[0].backward * dense + kinds[1].backward * moe,
    )


def _loss(setting: Setting, machine: Machine) -> tuple[Parts, Parts]:
    """Output layer and loss, forward and backward; some stacks gather the logits, and every device computes all."""
    tokens, vocab = device_tokens(setting), plain(setting.whole.vocab) / setting.division.tp
    products = machine.product(tokens, vocab, plain(setting.whole.hidden), narrow=False)
    whole = setting.division.tp if setting.stack.loss_whole else 1
    moved = tokens * vocab * whole * machine.software.traffic / machine.bandwidth
    launches = 6 * machine.generation.host
    gathered = gather_seconds(machine.links, 2 * tokens * vocab * whole, whole, 1)
    ahead = Parts(products=products.forward, memory=LOSS_BYTES[0] * moved, launches=launches, tp=gathered)
    return ahead, Parts(products=products.backward, memory=LOSS_BYTES[1] * moved, launches=launches)


def _behind(computation: float, communication: float, hidden: float) -> float:
    """Time of both at once, where a share of what could be hidden is.

    >>> _behind(2.0, 1.0, hidden=1.0), _behind(2.0, 1.0, hidden=0.5), _behind(2.0, 3.0, hidden=1.0)
    (2.0, 2.5, 3.0)
    """
    return max(computation, communication) + (1 - hidden) * min(computation, communication)


def _gathered(setting: Setting, machine: Machine, others: float, experts: float, layers: int) -> float:
    """Gathering the weights of a stage once, a call a layer (ZeRO stage 3)."""
    divided, links = setting.division, machine.links
    whole = gather_seconds(links, 2 * others, divided.dp * divided.cp, divided.tp, layers)
    apart = divided.expert_tp * divided.ep
    return whole + (gather_seconds(links, 2 * experts, divided.expert_dp, apart, layers) if experts else 0.0)


def _border(setting: Setting, machine: Machine) -> float:
    divided = setting.division
    if divided.pp == 1:
        return 0.0
    parts = divided.tp if setting.kept.sequence_parallel or machine.software.scatter else 1
    size = 2 * device_tokens(setting) * plain(setting.whole.hidden) / parts
    crossing = border_seconds(machine.links, size, divided.tp * divided.cp * divided.dp)
    return crossing * (1 - machine.software.border) + machine.software.handover


def _reduction(setting: Setting, machine: Machine, stage: Stage) -> float:
    """Averaging the gradients and, with ZeRO, gathering the new weights, as far as it shows.

    Replicas of an expert are as many ranks apart as hold a layer's experts: Megatron lays ranks out by tensor, expert
    and data parallelism.
    """
    divided = setting.division
    if divided.zero >= 3:
        return 0.0
    width = max(2.0, plain(setting.recipe.gradient))
    seconds = 0.0
    groups = (
        (stage.parameters, divided.dp * divided.cp, divided.tp),
        (stage.experts, divided.expert_dp, divided.expert_tp * divided.ep),
    )
    for count, group, apart in groups:
        if count:
            back = 2.0 if divided.zero else width
            there = setting.stack.averaged * 2.0 or width
            seconds += gather_seconds(machine.links, count * there, group, apart, BUCKETS)
            seconds += gather_seconds(machine.links, count * back, group, apart, BUCKETS)
    after = machine.software.after and divided.pp > 1
    return seconds if after else seconds * (1 - machine.software.gradients)


def _update(setting: Setting, machine: Machine, stage: Stage) -> float:
    """The optimizer's step on the share of a device, and clipping and zeroing all its gradients."""
    divided = setting.division
    shared = divided.dp * divided.cp if divided.zero else 1
    alike = divided.expert_dp if divided.zero else 1
    own = stage.parameters / shared + stage.experts / alike
    return (UPDATE_BYTES * own + machine.every.norm * (stage.parameters + stage.experts)) / machine.bandwidth
