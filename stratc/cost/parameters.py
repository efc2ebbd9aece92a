"""How many parameters a transformer has: one law a block, ledgers for the model and for a device."""

from __future__ import annotations

from dataclasses import replace

from stratc.arith.functions import counts, maximum, total
from stratc.arith.term import Number, Term
from stratc.arith.unit import Parameters
from stratc.cost.hybrids import (
    DeltaNet,
    Indexer,
    Mamba,
    delta_net_parameters,
    indexer_parameters,
    mamba_parameters,
)
from stratc.cost.ledger import Ledger
from stratc.cost.shape import Latent, Shape

COMPONENTS = ("embedding", "attention", "mlp", "experts", "router", "norm", "lm_head")


def matrix_parameters(rows: Number, columns: Number, bias: bool = False) -> Parameters:
    """Parameters of a linear layer from `rows` inputs to `columns` outputs.

    rows × columns, and one bias an output

    >>> matrix_parameters(4, 3), matrix_parameters(4, 3, bias=True)
    (12, 15)

    Source: vaswani-2017, section 3.
    """
    return rows * columns + columns if bias else rows * columns


def attention_parameters(
    h: Number, a: Number, k: Number, g: Number, qkv_bias: bool = False, output_bias: bool = False
) -> Parameters:
    """Parameters of the query, key, value and output projections of a layer.

    h × (a + 2 k) × g + a × g × h

    Holds for multi-head (k = a), grouped-query and multi-query (k = 1) attention.

    >>> attention_parameters(h=4096, a=32, k=8, g=128)
    41943040

    Source: vaswani-2017, section 3.2.2; ainslie-2023, section 2.2 for fewer key-value heads.
    """
    return matrix_parameters(h, (a + 2 * k) * g, qkv_bias) + matrix_parameters(a * g, h, output_bias)


def latent_attention_parameters(h: Number, a: Number, latent: Latent) -> Parameters:
    """Parameters of multi-head latent attention of a layer, the norms of the latents included.

    keys and values: h × (r_kv + rope) + r_kv + r_kv × a × (nope + v); output: a × v × h;
    queries: h × r_q + r_q + r_q × a × (nope + rope), or h × a × (nope + rope) where they are not compressed

    >>> latent_attention_parameters(2048, 16, Latent(0, 512, 128, 64, 128))
    13763072

    Source: deepseek-v2, section 2.1 and appendix C.
    """
    key = latent.nope + latent.rope
    down = h * (latent.kv_rank + latent.rope) + latent.kv_rank
    up = latent.kv_rank * a * (latent.nope + latent.value)
    return _latent_queries(h, a * key, latent.q_rank) + down + up + a * latent.value * h


def _latent_queries(h: Number, width: Number, rank: Number) -> Parameters:
    return h * rank + rank + rank * width if rank else h * width


def mlp_parameters(h: Number, f: Number, matrices: int = 2, bias: bool = False) -> Parameters:
    """Parameters of one feed-forward block or expert.

    matrices × h × f, where a plain block has 2 matrices and a gated one (SwiGLU, GeGLU) has 3

    >>> mlp_parameters(h=1024, f=4096), mlp_parameters(h=1024, f=2048, matrices=3)
    (8388608, 6291456)

    Source: shazeer-2020, section 2.
    """
    weights = matrices * h * f
    return weights + (matrices - 1) * f + h if bias else weights


def router_parameters(h: Number, E: Number, bias: bool = False) -> Parameters:
    """Parameters of the gate that scores the experts of a layer.

    h × E

    >>> router_parameters(h=1024, E=64)
    65536

    Source: shazeer-2017, section 2.1.
    """
    return matrix_parameters(h, E, bias)


def norm_parameters(h: Number, bias: bool = False) -> Parameters:
    """Parameters of one norm: a gain, and for LayerNorm a bias, a channel.

    h, or 2 × h

    >>> norm_parameters(1024, bias=True)
    2048

    Source: ba-2016, section 3; zhang-2019, section 4 for RMSNorm.
    """
    return 2 * h if bias else h


def embedding_parameters(v: Number, h: Number, rows: Number = 0) -> Parameters:
    """Parameters of the token embedding and of a learned position table of `rows` positions.

    (v + rows) × h

    >>> embedding_parameters(v=50257, h=1600, rows=1024)
    82049600

    Source: radford-2019, section 2.3.
    """
    return (v + rows) * h if rows else v * h


def projection_parameters(shape: Shape) -> Parameters:
    """Weights of the projections of attention of one layer, its gate included, without biases and norms.

    >>> projection_parameters(Shape(2, 2048, 16, 8, 128, sinks=True))
    12582912

    Source: as layer_attention.
    """
    if shape.latent:
        whole = latent_attention_parameters(shape.hidden, shape.heads, shape.latent)
        return whole - shape.latent.q_rank - shape.latent.kv_rank
    found = attention_parameters(shape.hidden, shape.heads, shape.kv_heads, shape.head_dim)
    return _other_widths(shape, found)


def _other_widths(shape: Shape, found: Parameters) -> Parameters:
    """Projections with the weights of a gate of the output, and without what narrower values save."""
    heads, kv_heads, head_dim = shape.heads, shape.kv_heads, shape.head_dim
    if shape.output_gate:
        found = found + shape.hidden * heads * head_dim
    if shape.value_dim:
        found = found - (head_dim - shape.value_dim) * (heads + kv_heads) * shape.hidden
    return found


def layer_attention(shape: Shape) -> Parameters:
    """Attention of one layer with everything that belongs to it: norms of queries and keys, sinks.

    >>> layer_attention(Shape(2, 2048, 16, 8, 128))
    12582912

    Source: deepseek-v2, section 2.1 for latent attention; vaswani-2017, section 3.2 otherwise.
    """
    if shape.latent:
        return latent_attention_parameters(shape.hidden, shape.heads, shape.latent)
    heads, kv_heads, head_dim = shape.heads, shape.kv_heads, shape.head_dim
    found = attention_parameters(shape.hidden, heads, kv_heads, head_dim, shape.biases.qkv, shape.biases.output)
    if shape.norms.queries == "heads":
        found = found + 2 * head_dim
    elif shape.norms.queries == "width":
        found = found + (heads + kv_heads) * head_dim
    found = _other_widths(shape, found)
    return found + heads if shape.sinks else found


Kind = Shape | DeltaNet | Mamba | Indexer


def attention_kinds(shape: Shape, layers: Number) -> list[tuple[Number, Kind]]:
    """How many of so many layers have attention of each kind, evenly; an indexer comes on top of its layers' own.

    >>> from stratc.cost.hybrids import DeltaNet
    >>> [count for count, _ in attention_kinds(Shape(40, 2048, 16, 2, 256, delta=DeltaNet(4, 16, 32)), 40)]
    [10, 30]

    Source: qwen3-next; deepseek-v3-2, section 2.1; mimo-v2; nemotron-h, table 1.
    """
    if shape.delta:
        full = _some(layers, (1, shape.delta.every))
        return [(full, shape), (layers - full, shape.delta)]
    if shape.mamba:
        return [(_some(layers, shape.mamba.attention), shape), (_some(layers, shape.mamba.share), shape.mamba)]
    if shape.windows:
        narrow = _some(layers, shape.windows.share)
        other = replace(shape, kv_heads=shape.windows.kv_heads, sinks=True)
        return [(layers - narrow, shape), (narrow, other)]
    if shape.indexer and shape.latent:
        return [(layers, shape), (_some(layers, shape.indexer.share), shape.indexer)]
    return [(layers, shape)]


def feed_forward_layers(shape: Shape, dense: Number) -> Number:
    """How many of so many layers without experts have a feed-forward block.

    >>> from stratc.cost.hybrids import Mamba
    >>> feed_forward_layers(Shape(118, 8192, 64, 8, 128, mamba=Mamba(256, 256, (54, 118), (10, 118), (54, 118))), 118)
    54

    Source: nemotron-h, table 1.
    """
    return _some(dense, shape.mamba.mlp) if shape.mamba else dense


def stage_attention(shape: Shape, layers: Number) -> Parameters:
    """Attention of so many layers, evenly of each kind that the model has.

    >>> from stratc.cost.hybrids import DeltaNet
    >>> net = DeltaNet(every=4, key_heads=16, value_heads=32)
    >>> stage_attention(Shape(40, 2048, 16, 2, 256, output_gate=True, delta=net), 40)
    1284183680

    Source: qwen3-next; deepseek-v3-2, section 2.1; mimo-v2; nemotron-h, table 1.
    """
    if not shape.mixed:
        return layers * layer_attention(shape)
    return total([count * _kind_parameters(shape, kind) for count, kind in attention_kinds(shape, layers)])


def _kind_parameters(shape: Shape, kind: Kind) -> Parameters:
    match kind:
        case DeltaNet():
            return delta_net_parameters(shape.hidden, kind)
        case Mamba():
            return mamba_parameters(shape.hidden, kind)
        case Indexer():
            return indexer_parameters(shape.hidden, shape.latent.q_rank if shape.latent else 0, kind)
    return layer_attention(kind)


def layer_experts(shape: Shape) -> Parameters:
    """Routed experts of one layer, all of them.

    >>> layer_experts(Shape(2, 1024, 16, 16, 64, moe_layers=2, experts=64, expert_ffn=2048))
    268435456

    Source: shazeer-2017, section 2.
    """
    return shape.experts * mlp_parameters(shape.routed, shape.expert_ffn, shape.matrices, shape.biases.mlp)


def layer_shared(shape: Shape) -> Parameters:
    """Shared experts of one layer together, and the projections to the width of the routed ones where that is another.

    >>> layer_shared(Shape(2, 1024, 16, 16, 64, moe_layers=2, experts=64, expert_ffn=256, shared_ffn=512))
    1048576

    Source: deepseek-v2, section 2.2; megatron-core, moe_layer.py (moe_latent_size).
    """
    ways = 2 * shape.hidden * shape.expert_latent if shape.expert_latent else 0
    if not counts(shape.shared_ffn):
        return ways
    block = mlp_parameters(shape.hidden, shape.shared_ffn, shape.matrices, shape.biases.mlp)
    block = block + shape.hidden if shape.shared_gate else block
    return block + ways if shape.expert_latent else block


def stage_parameters(shape: Shape, dense: Number, moe: Number, first: bool, last: bool) -> Ledger:
    """Every parameter of one pipeline stage: `dense` and `moe` layers, the embedding first, the output layer last.

    Tied embeddings are kept twice where the first and the last stage differ.

    >>> stage_parameters(Shape(32, 4096, 32, 32, 128, ffn=11008, vocab=32000, matrices=3), 16, 0, True, False).total
    3369205760

    Source: narayanan-2021, section 2.2; shoeybi-2019, section 3 for the tied embedding.
    """
    layers, h, biases = total((dense, moe)), shape.hidden, shape.biases
    rows: dict[str, Number] = dict.fromkeys(COMPONENTS, 0)
    if first and counts(shape.vocab):
        rows["embedding"] = embedding_parameters(shape.vocab, h, shape.position_rows)
    rows["attention"] = stage_attention(shape, layers)
    if counts(shape.ffn) and counts(dense):
        rows["mlp"] = feed_forward_layers(shape, dense) * mlp_parameters(h, shape.ffn, shape.matrices, biases.mlp)
    if counts(shape.experts) and counts(moe):
        shared = layer_shared(shape)
        rows["experts"] = moe * (layer_experts(shape) + shared if counts(shared) else layer_experts(shape))
        rows["router"] = moe * router_parameters(h, shape.experts, biases.router)
    ends = int(first and shape.norms.embedding) + int(last and shape.norms.final)
    count = layers * shape.norms.per_layer + ends if ends else layers * shape.norms.per_layer
    rows["norm"] = count * norm_parameters(h, biases.norm)
    if last and counts(shape.vocab) and not (first and shape.tied):
        rows["lm_head"] = matrix_parameters(h, shape.vocab, biases.lm_head)
    return Ledger(tuple(rows.items()))


def cached_layers(shape: Shape, layers: Number) -> Number:
    """How many of so many layers keep keys and values of every token: those that are attention in full.

    >>> from stratc.cost.hybrids import DeltaNet
    >>> cached_layers(Shape(40, 2048, 16, 2, 256, delta=DeltaNet(4, 16, 32)), 40)
    10

    Source: qwen3-next; nemotron-h, table 1.
    """
    if shape.delta:
        return _some(layers, (1, shape.delta.every))
    return _some(layers, shape.mamba.attention) if shape.mamba else layers


def _some(layers: Number, share: tuple[int, int]) -> Number:
    """So many of the layers as a share of them is, an integer where it is one."""
    part, whole = share
    if part == whole:
        return layers
    if isinstance(layers, Term) or layers * part % whole:
        return layers * part / whole
    return layers * part // whole


def model_parameters(shape: Shape) -> Ledger:
    """Every parameter of the model by component; shared experts stand with the experts.

    >>> model_parameters(Shape(32, 4096, 32, 32, 128, ffn=11008, vocab=32000, matrices=3)).total
    6738415616

    Source: touvron-2023, table 2 (6.7 billion).
    """
    return stage_parameters(shape, shape.dense_layers, shape.moe_layers, first=True, last=True)


def active_parameters(shape: Shape) -> Parameters:
    """Parameters that one token uses, embeddings counted.

    total - (E - K) experts a layer with experts

    >>> experts = {"moe_layers": 32, "experts": 8, "top_k": 2, "expert_ffn": 14336}
    >>> mixtral = Shape(32, 4096, 32, 8, 128, vocab=32000, matrices=3, **experts)
    >>> round(active_parameters(mixtral) / 1e9, 1)
    12.9

    Source: jiang-2024, section 2.1.
    """
    everything = model_parameters(shape).total
    if not shape.experts:
        return everything
    one = mlp_parameters(shape.routed, shape.expert_ffn, shape.matrices, shape.biases.mlp)
    return everything - shape.moe_layers * (shape.experts - shape.top_k) * one


def shard(shape: Shape, t: Number, e: Number, expert_t: Number) -> Shape:
    """The part of the architecture that one device of a tensor- and expert-parallel group holds.

    heads, groups, widths and vocabulary ÷ t; experts ÷ e; width of an expert ÷ expert_t; fewer key-value heads than t
    are repeated, so that no device has less than one

    >>> shard(Shape(32, 4096, 32, 8, 128, ffn=14336), t=16, e=1, expert_t=1).kv_heads
    1

    Source: shoeybi-2019, section 3; lepikhin-2020, section 3.
    """
    delta, windows, mamba = shape.delta, shape.windows, shape.mamba
    return replace(
        shape,
        delta=delta and replace(delta, key_heads=delta.key_heads / t, value_heads=delta.value_heads / t),
        mamba=mamba and replace(mamba, heads=mamba.heads / t, groups=mamba.groups / t),
        windows=windows and replace(windows, kv_heads=maximum(windows.kv_heads / t, 1)),
        heads=shape.heads / t,
        kv_heads=maximum(shape.kv_heads / t, 1),
        ffn=shape.ffn / t if counts(shape.ffn) else 0,
        shared_ffn=shape.shared_ffn / t if counts(shape.shared_ffn) else 0,
        vocab=shape.vocab / t if counts(shape.vocab) else 0,
        experts=shape.experts / e if counts(shape.experts) else 0,
        expert_ffn=shape.expert_ffn / expert_t if counts(shape.experts) else 0,
    )


def device_parameters(part: Shape, whole: Shape, dense: Number, moe: Number, first: bool, last: bool) -> Ledger:
    """Parameters of one device of a stage: its shard, with norms and routers whole.

    >>> whole = Shape(32, 4096, 32, 32, 128, ffn=11008, vocab=32000, matrices=3)
    >>> device_parameters(shard(whole, 2, 1, 1), whole, 32, 0, True, True).total
    3369340928.0

    Source: shoeybi-2019, section 3; lepikhin-2020, section 3.
    """
    held = stage_parameters(part, dense, moe, first, last)
    if not whole.experts:
        return held
    router = moe * router_parameters(whole.hidden, whole.experts, whole.biases.router)
    return Ledger(tuple((name, router if name == "router" else amount) for name, amount in held.rows))
