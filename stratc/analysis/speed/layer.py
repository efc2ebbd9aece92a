"""The passes of a micro-batch through one layer on one device, by operator class."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from stratc.analysis.memory.setting import Setting
from stratc.analysis.speed.machine import Machine
from stratc.arith.term import plain
from stratc.cost.compute import kind_flops
from stratc.cost.hybrids import DeltaNet, Indexer, Mamba
from stratc.cost.operators import (
    Pair,
    aligned_share,
    exchange_seconds,
    fused_attention_seconds,
    gather_seconds,
    plain_attention_seconds,
)
from stratc.cost.parameters import attention_kinds, feed_forward_layers
from stratc.cost.shape import Shape
from stratc.cost.windows import computed_positions

BLOCK = 128
"""Queries of a head that one multiprocessor attends at once.  Source: dao-2023, section 3.3."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Seconds of a pass by operator class, collectives by axis as far as computation waits for them.

    `launches` are those of the host while the device computes, `waits` those in which the device has nothing to do.
    """

    products: float = 0.0
    attention: float = 0.0
    memory: float = 0.0
    launches: float = 0.0
    tp: float = 0.0
    ep: float = 0.0
    cp: float = 0.0
    waits: float = 0.0

    def __add__(self, other: Parts) -> Parts:
        return Parts(
            self.products + other.products,
            self.attention + other.attention,
            self.memory + other.memory,
            self.launches + other.launches,
            self.tp + other.tp,
            self.ep + other.ep,
            self.cp + other.cp,
            self.waits + other.waits,
        )

    def __mul__(self, factor: float) -> Parts:
        return Parts(
            self.products * factor,
            self.attention * factor,
            self.memory * factor,
            self.launches * factor,
            self.tp * factor,
            self.ep * factor,
            self.cp * factor,
            self.waits * factor,
        )

    def moving(self, memory: float) -> Parts:
        """The same with so many more seconds of traffic to memory."""
        moved = self.memory + memory
        return Parts(self.products, self.attention, moved, self.launches, self.tp, self.ep, self.cp, self.waits)

    def seconds(self, launch: float) -> float:
        """Time of the pass: kernels, or their launches where these take longer, then what waits."""
        device = self.products + self.attention + self.memory
        return max(device, self.launches) + launch * self.launches + self.tp + self.ep + self.cp + self.waits


CLASSES = tuple(field.name for field in fields(Parts) if field.name not in ("launches", "waits"))


@dataclass(frozen=True, slots=True)
class Both:
    """The forward pass of a layer, and its backward pass with what is computed again."""

    forward: Parts
    backward: Parts


NOTHING = Both(Parts(), Parts())


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a layer: products, attention and traffic, kernels, narrowed values, collectives, kernels waited for."""

    products: Pair = Pair()
    attention: Pair = Pair()
    moved: float = 0.0
    kernels: float = 0.0
    cast: float = 0.0
    ep: float = 0.0
    waits: float = 0.0

    def __mul__(self, share: float) -> Block:
        products, attention = self.products * share, self.attention * share
        kernels, ep, waits = self.kernels * share, self.ep * share, self.waits * share
        return Block(products, attention, self.moved * share, kernels, self.cast * share, ep, waits)


def layer_passes(setting: Setting, machine: Machine, *, moe: bool) -> Both:
    """Forward and backward pass of a dense layer or of one with experts; raises Missing where sizes are not said."""
    tokens = device_tokens(setting)
    blocks = _mixing(setting, machine, tokens)
    if not moe or setting.whole.shared_ffn:
        width = plain(setting.whole.shared_ffn if moe else setting.whole.ffn)
        block = _feed_forward(setting, machine, tokens, width)
        blocks.append(
            block * plain(feed_forward_layers(setting.whole, 1)) if setting.whole.mamba and not moe else block
        )
    if moe:
        blocks.append(_experts(setting, machine, tokens))
    products = sum((block.products for block in blocks), Pair())
    attention = sum((block.attention for block in blocks), Pair())
    memory = sum(block.moved for block in blocks) / machine.bandwidth
    if machine.width < 2:
        memory += machine.every.cast * sum(block.cast for block in blocks) / machine.bandwidth
    launches = sum(block.kernels for block in blocks) * machine.generation.host
    ahead, back = _reduced(setting, machine, tokens, moe)
    ep, cp = sum(block.ep for block in blocks), _ring(setting, machine)
    waits = sum(block.waits for block in blocks) * machine.generation.host
    forward = Parts(products.forward, attention.forward, memory, launches, ahead, ep, cp, waits)
    again = _again(setting, machine, forward)
    every = machine.every
    backward = Parts(products.backward, attention.backward, memory * every.back, 2 * launches, back, ep, 2 * cp, waits)
    return Both(forward, backward + again)


def device_tokens(setting: Setting) -> float:
    """Tokens of a micro-batch on a device."""
    return (setting.sequence or 0.0) * (setting.sequences or 0.0) / setting.division.cp


def _again(setting: Setting, machine: Machine, forward: Parts) -> Parts:
    """What recomputation runs once more before the backward pass; selective is that of attention, fused or not.

    Source: korthikanti-2022, section 5; megatron-core, where core_attn is what it recomputes unless told otherwise.
    """
    match setting.kept.recompute:
        case "full":
            return forward
        case "selective" if setting.kept.flash and machine.software.again:
            return Parts(products=forward.products * machine.software.again, memory=forward.memory)
        case "selective":
            return Parts(attention=forward.attention)
    return Parts()


def _mixing(setting: Setting, machine: Machine, tokens: float) -> list[Block]:
    """Attention, or what stands in its place, in the mean over layers of each kind."""
    if not setting.whole.mixed:
        return [_attention(setting, machine, tokens)]
    return [
        (
            _attention(replace(setting, whole=kind), machine, tokens)
            if isinstance(kind, Shape)
            else _index(setting, machine, tokens, kind)
            if isinstance(kind, Indexer)
            else _recurrent(setting, machine, tokens, kind)
        )
        * plain(share)
        for share, kind in attention_kinds(setting.whole, 1)
    ]


def _index(setting: Setting, machine: Machine, tokens: float, indexer: Indexer) -> Block:
    """The scores by which an indexer chooses tokens, on every device of a tensor-parallel group."""
    shape, generation = setting.whole, machine.generation
    width, own = plain(indexer.heads * indexer.width), plain(indexer.width + indexer.heads)
    products = machine.product(tokens, own, plain(shape.hidden))
    if shape.latent is not None:
        products += machine.product(tokens, width, plain(shape.latent.q_rank))
    flop = 2 * tokens * width * plain(computed_positions(shape.sliding, setting.sequence or 0.0))
    rate = machine.peak * machine.software.attention
    ahead, back = rate * generation.forward, rate * generation.backward
    return Block(products, fused_attention_seconds(flop, 2 * tokens * (width + own), ahead, back, machine.bandwidth))


def _recurrent(setting: Setting, machine: Machine, tokens: float, block: DeltaNet | Mamba) -> Block:
    """The projections of a delta net or a state-space block, and the work on its states between them."""
    shape, t, generation = setting.whole, setting.division.tp, machine.generation
    hidden, into, inner = plain(shape.hidden), plain(block.columns), plain(block.inner)
    products = machine.product(tokens, into / t, hidden) + machine.product(tokens, hidden, inner / t)
    flop = tokens * (plain(kind_flops(shape, block, 0)) - 2 * hidden * (into + inner)) / t
    rate, moved = machine.peak * machine.software.attention, 2 * tokens * (into + inner) / t
    ahead, back = rate * generation.forward, rate * generation.backward
    states = fused_attention_seconds(flop, moved, ahead, back, machine.bandwidth)
    around = 2 * _traffic(setting, machine) * machine.every.wide * tokens * hidden
    shared = t if setting.kept.sequence_parallel else 1
    return Block(products, states, around / shared, machine.every.kernels, tokens * (2 * hidden + inner / t))


def _attention(setting: Setting, machine: Machine, tokens: float) -> Block:
    """Projections and attention, the norms and residuals of the whole layer."""
    shape, every, t = setting.whole, machine.every, setting.division.tp
    hidden, heads, keys, size = (plain(n) for n in (shape.hidden, shape.heads, shape.kv_heads, shape.head_dim))
    shared = t if setting.kept.sequence_parallel else 1
    if shape.latent is not None:
        products, inner, outer, score = _latent(setting, machine, tokens)
    else:
        inner, outer, score = (heads + 2 * keys) * size, heads * size, 4 * heads * size
        products = machine.product(tokens, (heads + 2 * max(keys, t)) * size / t, hidden)
        products += machine.product(tokens, hidden, outer / t)
    moved = 2 * _traffic(setting, machine) * (every.wide * tokens / shared * hidden + 2 * tokens * inner / t)
    kernels = every.kernels if shape.latent is None else every.kernels + 6
    scores = _scores(setting, machine, tokens * score / t, 2 * tokens * (inner + outer) / t)
    kernels += 0 if setting.kept.flash else 5
    return Block(products, scores, moved, kernels, tokens * (2 * hidden + outer / t))


def _latent(setting: Setting, machine: Machine, tokens: float) -> tuple[Pair, float, float, float]:
    """Projections of latent attention, its widths before and after attention, and the operations of a score."""
    shape, t = setting.whole, setting.division.tp
    latent, heads, hidden = shape.latent, plain(shape.heads), plain(shape.hidden)
    if latent is None:
        return Pair(), 0.0, 0.0, 0.0
    ranks = (latent.q_rank, latent.kv_rank, latent.nope, latent.rope, latent.value)
    queries, keys, nope, rope, value = (plain(rank) for rank in ranks)
    own = tokens / (t if setting.kept.sequence_parallel else 1)
    products = machine.product(own, keys + rope, hidden) + machine.product(tokens, heads * (nope + value) / t, keys)
    products += machine.product(tokens, heads * (nope + rope) / t, queries or hidden)
    if queries:
        products += machine.product(own, queries, hidden)
    products += machine.product(tokens, hidden, heads * value / t)
    return products, heads * (2 * (nope + rope) + value), heads * value, 2 * heads * (nope + rope + value)


def _scores(setting: Setting, machine: Machine, each: float, size: float) -> Pair:
    """Attention by a fused kernel that skips what the mask hides, or with all scores going through memory."""
    generation, every = machine.generation, machine.every
    length, shape, t = setting.sequence or 0.0, setting.whole, setting.division.tp
    if setting.kept.flash:
        idle = every.blocks * BLOCK * generation.processors / (plain(shape.heads) / t * device_tokens(setting))
        rate = machine.peak * machine.attention / (1 + every.short / length + idle)
        seen = plain(computed_positions(shape.sliding, length))
        flop = each * (min(seen, plain(shape.indexer.chosen)) if shape.indexer else seen)
        forward, backward = rate * generation.forward, rate * generation.backward
        return fused_attention_seconds(flop, size, forward, backward, machine.bandwidth)
    cells = every.cells * max(1.0, _inner(machine, _traffic(setting, machine)))
    scores = plain(shape.heads) / t * device_tokens(setting) * length
    rate = machine.plain_rate * aligned_share(plain(shape.head_dim), every.misfit)
    return plain_attention_seconds(each * length, scores, cells, rate, machine.bandwidth)


def _traffic(setting: Setting, machine: Machine) -> float:
    """Passes of norms and residuals relative to fused kernels, which some stacks lack where layers are recomputed."""
    software = machine.software
    return software.traffic * (software.unfused if setting.kept.recompute == "full" else 1.0)


def _inner(machine: Machine, traffic: float) -> float:
    """Traffic of the inside of a block relative to that of fused kernels."""
    return 1 + (traffic - 1) * machine.every.inner


def _feed_forward(setting: Setting, machine: Machine, tokens: float, width: float) -> Block:
    shape, t = setting.whole, setting.division.tp
    hidden, own = plain(shape.hidden), width / t
    apart = shape.matrices - 1 if setting.stack.parted else 1
    products = machine.product(tokens, (shape.matrices - 1) * own / apart, hidden) * apart
    products += machine.product(tokens, hidden, own)
    moved = 2 * tokens * own * shape.matrices * _inner(machine, _traffic(setting, machine))
    return Block(products, Pair(), moved, 3, tokens * own)


def _experts(setting: Setting, machine: Machine, tokens: float) -> Block:
    """Router, dispatch, the local experts one after another, and the way back.

    Biases of experts are scaled by the share of their token in FP32 where a stack does so; gates are clamped apart.
    Source: megatron-core, transformer/moe/experts.py (`_apply_bias`) and fusions/fused_bias_geglu.py.
    """
    shape, divided, every = setting.whole, setting.division, machine.every
    hidden, width = plain(shape.routed), plain(shape.expert_ffn) / divided.expert_tp
    own = tokens / (divided.tp if setting.kept.sequence_parallel else 1)
    routed = own * (plain(shape.top_k) or 1.0) * (divided.expert_tp if setting.kept.sequence_parallel else 1)
    if not setting.kept.sequence_parallel:
        routed *= divided.expert_tp / divided.tp
    local = max(1.0, plain(shape.experts) / divided.ep)
    one = machine.product(routed / local, (shape.matrices - 1) * width, hidden)
    one += machine.product(routed / local, hidden, width)
    products = one * (local * every.uneven) + machine.product(
        own, plain(shape.experts), plain(shape.hidden), narrow=False
    )
    if shape.expert_latent:
        products += machine.product(own, hidden, plain(shape.hidden)) + machine.product(
            own, plain(shape.hidden), hidden
        )
    moved = 2 * routed * (every.routed * hidden + shape.matrices * width)
    if shape.biases.mlp:
        moved += 2 * routed * (machine.software.offset * hidden + machine.software.clamped * width)
    shown = 1 - machine.software.experts
    ep = 2 * shown * exchange_seconds(machine.links, 2 * routed * hidden, divided.ep, divided.expert_tp)
    each = every.expert_each * (every.scaled if machine.scaled else 1.0)
    kernels = (every.expert_kernels + each * local) * machine.software.graphs
    merged = machine.software.dispatched
    return Block(
        products, Pair(), moved * merged, kernels, routed * (hidden + width) * merged, ep, every.synced * kernels
    )


def _reduced(setting: Setting, machine: Machine, tokens: float, moe: bool) -> tuple[float, float]:
    """All-reduces of tensor parallelism, or the all-gathers and reduce-scatters of sequence parallelism, each way.

    An input that several products read apart has its gradient all-reduced once for each, but gathered once.
    """
    divided, shape = setting.division, setting.whole
    only = moe and not shape.shared_ffn and divided.expert_tp == 1
    calls = 2 if only else 2 * shape.parts
    each = gather_seconds(machine.links, 2 * tokens * plain(shape.hidden), divided.tp, 1)
    one = each * (1 - machine.software.tensor) + (machine.software.wait if divided.tp > 1 else 0.0)
    more = 2 * (shape.matrices - 2) if setting.stack.parted and not (moe or setting.kept.sequence_parallel) else 0
    return calls * one, (calls + more) * one


def _ring(setting: Setting, machine: Machine) -> float:
    """Keys and values that go round the parts of a sequence."""
    divided, shape = setting.division, setting.whole
    keys = plain(shape.kv_heads) / min(divided.tp, plain(shape.kv_heads))
    size = 4 * keys * plain(shape.head_dim) * device_tokens(setting) * divided.cp
    calls = divided.cp - 1
    return gather_seconds(machine.links, size, divided.cp, divided.tp, calls) * (1 - machine.software.context)
