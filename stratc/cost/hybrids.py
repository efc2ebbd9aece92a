"""Parameters and operations of attention that is not the same in every layer, or more than attention."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.arith.term import Number
from stratc.arith.unit import Flop, Parameters


@dataclass(frozen=True, slots=True)
class DeltaNet:
    """Gated delta nets in place of attention in all layers but every `every`-th; `width` is that of their heads."""

    every: int
    key_heads: Number
    value_heads: Number
    width: Number = 128
    kernel: int = 4


@dataclass(frozen=True, slots=True)
class Indexer:
    """Small heads, in `share` of the layers, that choose the tokens which sparse attention reads: `chosen` at most."""

    heads: Number
    width: Number = 128
    chosen: Number = 2048
    share: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class Windows:
    """Layers with sliding windows, `share` of all, that have key-value heads of their own and a sink a head."""

    kv_heads: Number
    share: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mamba:
    """Blocks that are state-space layers, attention or feed-forward alone, each with its share of all blocks."""

    heads: Number
    state: Number
    share: tuple[int, int]
    attention: tuple[int, int]
    mlp: tuple[int, int]
    width: Number = 64
    groups: Number = 8
    kernel: int = 4


def mamba_parameters(h: Number, mamba: Mamba) -> Parameters:
    """Parameters of one Mamba-2 block, its inner norm included.

    in: h × (2 d + 2 groups × state + heads); convolution with bias: (d + 2 groups × state) × (kernel + 1); three
    numbers a head; norm: d; out: d × h, where d = heads × width

    >>> mamba_parameters(8192, Mamba(heads=256, state=256, share=(54, 118), attention=(10, 118), mlp=(54, 118)))
    438424320

    Source: dao-2024, section 7; nemotron-h, table 1.
    """
    d, mixed = mamba.heads * mamba.width, 2 * mamba.groups * mamba.state
    within = h * (2 * d + mixed + mamba.heads) + (d + mixed) * (mamba.kernel + 1)
    return within + 3 * mamba.heads + d + d * h


def mamba_flops(h: Number, mamba: Mamba) -> Flop:
    """Operations of a token's forward pass in one Mamba-2 block.

    2 h × (2 d + 2 groups × state + heads) + 7 d × state + 2 d × h, where d = heads × width: in, scan and out

    >>> mamba_flops(8192, Mamba(heads=256, state=256, share=(54, 118), attention=(10, 118), mlp=(54, 118)))
    905969664

    Neglects: the convolution.  Source: megatron-flops, mamba_layer_flops, with the block's own width.
    """
    d, mixed = mamba.heads * mamba.width, 2 * mamba.groups * mamba.state
    return 2 * h * (2 * d + mixed + mamba.heads) + 7 * d * mamba.state + 2 * d * h


def delta_net_parameters(h: Number, net: DeltaNet) -> Parameters:
    """Parameters of one gated delta net, its norm included.

    in: h × (2 k + 2 v) and two gates a value head; convolution: (2 k + v) × kernel; decay and step of a head; norm;
    out: v × h, where k and v are the widths of all key and all value heads

    >>> delta_net_parameters(2048, DeltaNet(every=4, key_heads=16, value_heads=32))
    33718464

    Source: yang-2024, section 3; qwen3-next, gated delta net.
    """
    k, v = net.key_heads * net.width, net.value_heads * net.width
    within = h * (2 * k + 2 * v) + 2 * h * net.value_heads
    return within + (2 * k + v) * net.kernel + 2 * net.value_heads + net.width + v * h


def delta_net_flops(h: Number, net: DeltaNet) -> Flop:
    """Operations of a token's forward pass in one gated delta net.

    2 × (h × (2 k + 2 v) + two gates a value head + convolution + 4 × value heads × width² + v × h): in, kernel, four
    products with the state, out, where k and v are the widths of all key and all value heads

    >>> delta_net_flops(2048, DeltaNet(every=4, key_heads=16, value_heads=32))
    71630848

    Source: megatron-flops, gdn_layer_flops.
    """
    k, v = net.key_heads * net.width, net.value_heads * net.width
    within = h * (2 * k + 2 * v) + 2 * h * net.value_heads
    return 2 * (within + (2 * k + v) * net.kernel + 4 * net.value_heads * net.width * net.width + v * h)


def indexer_parameters(h: Number, rank: Number, indexer: Indexer) -> Parameters:
    """Parameters of the indexer of one layer.

    queries from their latent: rank × heads × width; keys: h × width and a LayerNorm; weight of a head: h × heads

    >>> indexer_parameters(h=6144, rank=2048, indexer=Indexer(heads=32))
    9371904

    Source: deepseek-v3-2, section 2.1.
    """
    return rank * indexer.heads * indexer.width + h * indexer.width + 2 * indexer.width + h * indexer.heads
