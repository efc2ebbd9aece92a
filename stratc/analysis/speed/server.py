"""One pass of prompts or tokens through a replica: what its devices compute, read and send, in seconds."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.analysis.memory.setting import Setting
from stratc.arith.term import plain
from stratc.cost.balance import busy_experts
from stratc.cost.compute import causal_score_flops, kind_flops, latent_score_flops
from stratc.cost.memory import layer_cache, state_bytes
from stratc.cost.parameters import attention_kinds, cached_layers, feed_forward_layers, mlp_parameters
from stratc.cost.serving import (
    attention_seconds,
    exchange_seconds,
    expert_seconds,
    launched_seconds,
    matrix_seconds,
    reduction_seconds,
    start_seconds,
)
from stratc.cost.stacks import EXPERT_KERNELS, GROUPED, LINK_SHARE, MOVES, NETWORK_SHARE, Silicon, Stack
from stratc.cost.windows import kept_positions


@dataclass(frozen=True, slots=True)
class Server:
    """A replica with the rates it reaches, as plain numbers."""

    setting: Setting
    silicon: Silicon
    stack: Stack
    rate: float  # operations a second in matrix products
    scores: float  # and in attention
    memory: float | None
    link: float
    network: float
    nodes: float  # that the tensor-parallel group spans
    joined: float  # devices that fast links join


@dataclass(frozen=True, slots=True)
class Load:
    """Sequences of a pass, the tokens computed of each, and the positions that a token looks at."""

    sequences: float
    new: float
    seen: float

    @property
    def tokens(self) -> float:
        """Tokens of the pass."""
        return self.sequences * self.new


def pass_seconds(server: Server, load: Load) -> float:
    """One pass of a micro-batch through all layers of all stages, and the choice of the next tokens."""
    setting, engine = server.setting, server.stack
    layers, moe = _pairs(setting), plain(setting.whole.moe_layers)
    device = _dense(server, load) + _attention(server, load) + _moves(server, load)
    if setting.whole.experts:
        device += moe * _experts(server, load)
    if plain(setting.recipe.weight) < 2:
        device += layers * engine.quantised
    device += layers * 2 * _reduction(server, load)
    launches = engine.layer * (layers + EXPERT_KERNELS * moe) * (1 if engine.eager else server.silicon.gaps)
    host = engine.step + (engine.sequence + engine.sequence_layer * layers) * load.sequences
    return plain(launched_seconds(device, launches, engine.eager)) + host


def _pairs(setting: Setting) -> float:
    """Layers as pairs of two blocks, of which those of some models have only one."""
    return plain(setting.whole.layers) * setting.whole.parts / 2


def _bandwidth(server: Server) -> float:
    return server.memory or float("inf")


def _dense(server: Server, load: Load) -> float:
    """Projections, feed-forward blocks, shared experts, and the output layer for the last token of each sequence."""
    setting, shape = server.setting, server.setting.whole
    t, w = setting.division.tp, plain(setting.recipe.weight)
    tokens = load.tokens / (setting.division.cp if load.new > 1 else 1)
    kinds = attention_kinds(shape, shape.layers)
    each = [(plain(layers), plain(kind_flops(shape, kind, 0)) / 2) for layers, kind in kinds]
    if shape.ffn:
        dense = feed_forward_layers(shape, shape.dense_layers)
        each.append((plain(dense), plain(mlp_parameters(shape.hidden, shape.ffn, shape.matrices))))
    if shape.shared_ffn:
        each.append((plain(shape.moe_layers), plain(mlp_parameters(shape.hidden, shape.shared_ffn, shape.matrices))))
    if shape.expert_latent:
        each.append((plain(shape.moe_layers), plain(2 * shape.hidden * shape.expert_latent)))
    seconds = sum(
        layers * plain(matrix_seconds(tokens, count / t, w, server.rate, _bandwidth(server)))
        for layers, count in each
        if layers
    )
    scores = plain(shape.hidden * shape.vocab) / t
    return seconds + plain(matrix_seconds(load.sequences, scores, max(w, 2.0), server.rate, _bandwidth(server)))


def _experts(server: Server, load: Load) -> float:
    """The routed experts of one layer on one device, which tokens of all replicas of the group reach."""
    setting, shape = server.setting, server.setting.whole
    divided, count = setting.division, plain(shape.experts)
    chosen = min(1.0, (plain(shape.top_k) or 1.0) / count)
    tokens = load.tokens * max(1.0, divided.ep * divided.expert_tp / divided.tp)
    held = count * plain(mlp_parameters(shape.routed, shape.expert_ffn, shape.matrices))
    held /= divided.ep * divided.expert_tp
    touched = busy_experts(plain(shape.top_k) or 1.0, count, tokens)
    w = plain(setting.recipe.weight)
    seconds = plain(expert_seconds(tokens, held, w, chosen, touched, server.rate * GROUPED, _bandwidth(server)))
    return seconds + 2 * _exchange(server, load)


def _exchange(server: Server, load: Load) -> float:
    """Tokens to their experts or back, in the mean of both; beside tensor parallelism every device has them already.

    Tokens travel in the precision of the weights, results in 16 bits.
    """
    divided, shape = server.setting.division, server.setting.whole
    group = divided.ep * divided.expert_tp
    if divided.ep == 1 or group <= divided.tp:
        return 0.0
    width = (min(plain(server.setting.recipe.weight), 2.0) + 2) / 2
    size = load.tokens * (plain(shape.top_k) or 1.0) * plain(shape.hidden) * max(width, 1.5) / divided.tp
    nodes = max(1.0, group / server.joined)
    start = start_seconds(group, nodes, server.stack)
    rate = server.link * LINK_SHARE if nodes == 1 else server.network * NETWORK_SHARE
    return plain(exchange_seconds(size, divided.ep, start, rate))


def _attention(server: Server, load: Load) -> float:
    """Scores of prompts, or the cache of every sequence read once."""
    setting, shape = server.setting, server.setting.whole
    divided, layers = setting.division, plain(cached_layers(shape, shape.layers))
    if load.new > 1:
        flop = load.tokens * plain(_scores(setting, load.seen)) / divided.tp / divided.cp
        return layers * plain(attention_seconds(flop, 0, server.scores, _bandwidth(server)))
    seen = plain(kept_positions(shape.sliding, load.seen))
    reads = token_cache(setting) * seen
    if server.stack.copies:
        reads *= server.stack.copies * (1 + plain(shape.heads) / max(plain(shape.kv_heads), 1))
    flop = load.tokens * _cached_scores(setting, seen) / divided.tp / divided.cp
    size = load.sequences * reads
    states = 2 * load.sequences * plain(state_bytes(setting.part, shape.layers))  # read, and written anew
    seconds = plain(attention_seconds(flop, size, server.scores, _bandwidth(server)))
    return layers * seconds + states / _bandwidth(server)


def token_cache(setting: Setting) -> float:
    """Bytes of one token in one layer's cache on a device."""
    divided = setting.division
    return plain(layer_cache(setting.whole, divided.tp, setting.cache_bytes)) / divided.cp


def _scores(setting: Setting, seen: float) -> float:
    """Operations of a token of a prompt in a layer; `seen` already leaves out what a mask hides."""
    shape = setting.whole
    if shape.latent is not None:
        return plain(latent_score_flops(shape, seen))
    return plain(causal_score_flops(shape.heads, shape.head_dim, 2 * seen - 1))


def _cached_scores(setting: Setting, seen: float) -> float:
    """Operations of a token against the cache; latents are looked at as they lie there."""
    shape = setting.whole
    if shape.latent is None:
        return 4 * plain(shape.heads) * plain(shape.head_dim) * seen
    return 2 * plain(shape.heads) * (2 * plain(shape.latent.kv_rank) + plain(shape.latent.rope)) * seen


def _moves(server: Server, load: Load) -> float:
    """Seconds of norms, residuals and activation functions, which read and write what lies between the matrices."""
    shape, divided = server.setting.whole, server.setting.division
    wide = plain(shape.expert_ffn) * (plain(shape.top_k) or 1.0) if shape.experts else plain(shape.ffn)
    size = load.tokens * (MOVES * plain(shape.hidden) + 4 * wide / divided.tp) * 2
    return _pairs(server.setting) * size / _bandwidth(server) / (divided.cp if load.new > 1 else 1)


def _reduction(server: Server, load: Load) -> float:
    """One all-reduce of the activations over the tensor-parallel group; two make a layer."""
    n = server.setting.division.tp
    size = load.tokens * plain(server.setting.whole.hidden) * 2
    start = start_seconds(n, server.nodes, server.stack)
    return plain(reduction_seconds(size, n, server.nodes, start, server.link, server.network))
