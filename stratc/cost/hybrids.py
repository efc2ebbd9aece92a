"""Parameters and operations of attention that is not the same in every layer, or more than attention."""

from __future__ import annotations

from typing import NamedTuple

from stratc.arith.term import Number
from stratc.arith.unit import Flop, Parameters
from stratc.record import Record, dataclass


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DeltaNet(Record):
    """Gated delta nets in place of attention in all layers but every `every`-th; `width` is that of their heads."""

    every: int
    key_heads: Number
    value_heads: Number
    width: Number = 128
    kernel: int = 4
    chunk: int = 64

    @property
    def inner(self) -> Number:
        """Width of all value heads."""
        return self.value_heads * self.width

    @property
    def columns(self) -> Number:
        """Columns of the projection in: queries, keys, values, the gate of the output, and two gates a head."""
        return 2 * self.key_heads * self.width + 2 * self.inner + 2 * self.value_heads

    @property
    def kept(self) -> Number:
        """Elements of a token that kernels keep: what comes in, queries, keys and values of every value head after the
        convolution, a row of its chunk a head, and what goes into the last norm."""
        return self.columns + 4 * self.inner + self.chunk * self.value_heads

    @property
    def held(self) -> Number:
        """Elements of the state of a sequence: keys times values of every value head."""
        return self.inner * self.width


class Indexer(NamedTuple):
    """Small heads, in `share` of the layers, that choose the tokens which sparse attention reads: `chosen` at most."""

    heads: Number
    width: Number = 128
    chosen: Number = 2048
    share: tuple[int, int] = (1, 1)

    @property
    def kept(self) -> Number:
        """Elements of a token that stay for the backward pass: queries, a key, and the weights of the heads."""
        return self.heads * self.width + self.width + self.heads


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Windows(Record):
    """Layers with sliding windows, `share` of all, that have key-value heads of their own and a sink a head."""

    kv_heads: Number
    share: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Mamba(Record):
    """Blocks that are state-space layers, attention or feed-forward alone, each with its share of all blocks."""

    heads: Number
    state: Number
    share: tuple[int, int]
    attention: tuple[int, int]
    mlp: tuple[int, int]
    width: Number = 64
    groups: Number = 8
    kernel: int = 4

    @property
    def inner(self) -> Number:
        """Width of all heads."""
        return self.heads * self.width

    @property
    def mixed(self) -> Number:
        """Width of what comes into and out of the state, for all groups."""
        return 2 * self.groups * self.state

    @property
    def columns(self) -> Number:
        """Columns of the projection in: values, their gate, what comes into and out of the state, and a step a head."""
        return 2 * self.inner + self.mixed + self.heads

    @property
    def kept(self) -> Number:
        """Elements of a token that the fused kernel keeps: what comes in, and what goes into the last norm."""
        return self.columns + self.inner

    @property
    def held(self) -> Number:
        """Elements of the state of a sequence."""
        return self.inner * self.state


def mamba_parameters(h: Number, mamba: Mamba) -> Parameters:
    """Parameters of one Mamba-2 block, its inner norm included.

    in: h × (2 d + 2 groups × state + heads); convolution with bias: (d + 2 groups × state) × (kernel + 1); three
    numbers a head; norm: d; out: d × h, where d = heads × width

    >>> mamba_parameters(8192, Mamba(heads=256, state=256, share=(54, 118), attention=(10, 118), mlp=(54, 118)))
    438424320

    Source: dao-2024, section 7; nemotron-h, table 1.
    """
    d = mamba.inner
    return h * mamba.columns + (d + mamba.mixed) * (mamba.kernel + 1) + 3 * mamba.heads + d + d * h


def mamba_flops(h: Number, mamba: Mamba) -> Flop:
    """Operations of a token's forward pass in one Mamba-2 block.

    2 h × (2 d + 2 groups × state + heads) + 7 d × state + 2 d × h, where d = heads × width: in, scan and out

    >>> mamba_flops(8192, Mamba(heads=256, state=256, share=(54, 118), attention=(10, 118), mlp=(54, 118)))
    905969664

    Neglects: the convolution.  Source: megatron-flops, mamba_layer_flops, with the block's own width.
    """
    return 2 * h * mamba.columns + 7 * mamba.inner * mamba.state + 2 * mamba.inner * h


def delta_net_parameters(h: Number, net: DeltaNet) -> Parameters:
    """Parameters of one gated delta net, its norm included.

    in: h × (2 k + 2 v) and two gates a value head; convolution: (2 k + v) × kernel; decay and step of a head; norm;
    out: v × h, where k and v are the widths of all key and all value heads

    >>> delta_net_parameters(2048, DeltaNet(every=4, key_heads=16, value_heads=32))
    33718464

    Source: yang-2024, section 3; qwen3-next, gated delta net.
    """
    k, v = net.key_heads * net.width, net.inner
    return h * net.columns + (2 * k + v) * net.kernel + 2 * net.value_heads + net.width + v * h


def delta_net_flops(h: Number, net: DeltaNet) -> Flop:
    """Operations of a token's forward pass in one gated delta net.

    2 × (h × (2 k + 2 v) + two gates a value head + convolution + 4 × value heads × width² + v × h): in, kernel, four
    products with the state, out, where k and v are the widths of all key and all value heads

    >>> delta_net_flops(2048, DeltaNet(every=4, key_heads=16, value_heads=32))
    71630848

    Source: megatron-flops, gdn_layer_flops.
    """
    k, v = net.key_heads * net.width, net.inner
    return 2 * (h * net.columns + (2 * k + v) * net.kernel + 4 * v * net.width + v * h)


def indexer_parameters(h: Number, rank: Number, indexer: Indexer) -> Parameters:
    """Parameters of the indexer of one layer.

    queries from their latent: rank × heads × width; keys: h × width and a LayerNorm; weight of a head: h × heads

    >>> indexer_parameters(h=6144, rank=2048, indexer=Indexer(heads=32))
    9371904

    Source: deepseek-v3-2, section 2.1.
    """
    return rank * indexer.heads * indexer.width + h * indexer.width + 2 * indexer.width + h * indexer.heads
