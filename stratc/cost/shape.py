"""The numbers of an architecture that the formulas of parameters and memory share."""

from __future__ import annotations

from typing import NamedTuple

from stratc.arith.term import Number
from stratc.cost.hybrids import DeltaNet, Indexer, Mamba, Windows
from stratc.record import Record, dataclass


class Latent(NamedTuple):
    """Ranks and widths of multi-head latent attention; a rank of zero leaves queries uncompressed."""

    q_rank: Number
    kv_rank: Number
    nope: Number
    rope: Number
    value: Number


class Sliding(NamedTuple):
    """Layers that look back on `window` tokens only, all but every n-th; all of them where `every` is zero."""

    window: Number
    every: Number = 0


class Biases(NamedTuple):
    """Which matrices have a bias, and which norms."""

    qkv: bool = False
    output: bool = False
    mlp: bool = False
    norm: bool = False
    router: bool = False
    lm_head: bool = False


class Norms(NamedTuple):
    """Where norms stand; queries and keys are normalised head by head ("heads"), over their width ("width") or not."""

    per_layer: int = 2
    final: bool = True
    embedding: bool = False
    queries: str = "none"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Shape(Record):
    """An architecture as numbers: widths, counts and choices; what it does not have is zero.

    `matrices` is 2 for a plain feed-forward block and 3 for a gated one; `dense_first` tells whether the layers
    without experts come first or are spread evenly.  `value_dim` is the width of a value where a key has another;
    `output_gate` tells whether attention gates its output, `shared_gate` whether shared experts have a gate.
    `expert_latent` is the width that routed experts work in where it is not the hidden size, with a projection there
    and one back.
    """

    layers: Number
    hidden: Number
    heads: Number
    kv_heads: Number
    head_dim: Number
    ffn: Number = 0
    vocab: Number = 0
    position_rows: Number = 0
    tied: bool = False
    matrices: int = 2
    moe_layers: Number = 0
    experts: Number = 0
    top_k: Number = 0
    expert_ffn: Number = 0
    expert_latent: Number = 0
    shared_ffn: Number = 0
    dense_first: bool = True
    latent: Latent | None = None
    sinks: bool = False
    biases: Biases = Biases()
    norms: Norms = Norms()
    value_dim: Number = 0
    output_gate: bool = False
    shared_gate: bool = False
    delta: DeltaNet | None = None
    indexer: Indexer | None = None
    windows: Windows | None = None
    sliding: Sliding | None = None
    mamba: Mamba | None = None

    @property
    def routed(self) -> Number:
        """Width of a token that experts see."""
        return self.expert_latent or self.hidden

    @property
    def mixed(self) -> bool:
        """Whether layers have attention of several kinds, or more than attention."""
        return bool(self.delta or self.mamba or self.windows or self.indexer)

    @property
    def parts(self) -> int:
        """Blocks of a layer, each with a norm, an input and an all-reduce of its own: two, or one alone."""
        return 1 if self.mamba else 2

    @property
    def dense_layers(self) -> Number:
        """Layers with an ordinary feed-forward block."""
        if not self.experts:
            return self.layers
        return 0 if self.moe_layers == self.layers else self.layers - self.moe_layers
