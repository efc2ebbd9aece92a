"""Floating-point operations of a transformer, and the time they take at best."""

from __future__ import annotations

from stratc.arith.functions import counts, maximum, minimum, total
from stratc.arith.term import Number
from stratc.arith.unit import Bytes, BytesPerSecond, Flop, FlopPerSecond, Fraction, Seconds
from stratc.cost.hybrids import DeltaNet, Indexer, Mamba, delta_net_flops, indexer_parameters, mamba_flops
from stratc.cost.ledger import Ledger
from stratc.cost.parameters import (
    Kind,
    attention_kinds,
    cached_layers,
    feed_forward_layers,
    mlp_parameters,
    projection_parameters,
)
from stratc.cost.shape import Shape


def forward_flops(N: Number) -> Flop:
    """Operations of a token's forward pass by the number of parameters it uses.

    2 N

    Neglects: attention scores, which grow with the sequence.

    >>> forward_flops(N=7e9)
    14000000000.0

    Source: kaplan-2020, section 2.1.
    """
    return 2 * N


def training_flops(N: Number, tokens: Number) -> Flop:
    """Operations of training on so many tokens by the number of parameters a token uses.

    6 N × tokens: twice as much backward as forward

    Neglects: attention scores, which grow with the sequence.

    >>> training_flops(N=175e9, tokens=300e9)
    3.15e+23

    Source: kaplan-2020, section 2.1.
    """
    return 6 * N * tokens


def score_flops(a: Number, g: Number, s: Number) -> Flop:
    """Operations of a token's attention scores and their weighted sum in a layer, every position counted.

    4 a g s

    Holds for s positions looked at, whether or not a mask hides them.

    >>> score_flops(a=96, g=128, s=2048)
    100663296

    Source: narayanan-2021, appendix (2 B s² h each for scores and weighted sum).
    """
    return 4 * a * g * s


def causal_score_flops(a: Number, g: Number, s: Number) -> Flop:
    """Operations of a token's attention where a causal mask hides later positions, in the mean over a sequence.

    2 a g (s + 1)

    Holds for kernels that skip what the mask hides.

    >>> causal_score_flops(a=96, g=128, s=2047)
    50331648

    Source: dao-2023, section 3.1.1 (about half of the blocks are skipped).
    """
    return 2 * a * g * (s + 1)


def latent_score_flops(shape: Shape, s: Number) -> Flop:
    """Operations of a token's scores and weighted sum in a layer of attention, multi-head latent attention included.

    2 a s (nope + rope + v), or 2 a s (g + width of a value)

    Holds for keys and values expanded from the latents, every position counted; where an indexer chooses the tokens
    that are looked at, s is no more than these.

    Source: deepseek-v2, section 2.1; deepseek-v3-2, section 2.1 for the indexer.
    """
    latent = shape.latent
    if latent is None:
        if shape.value_dim:
            return 2 * shape.heads * s * (shape.head_dim + shape.value_dim)
        return score_flops(shape.heads, shape.head_dim, s)
    seen = minimum(s, shape.indexer.chosen) if shape.indexer else s
    return 2 * shape.heads * seen * (latent.nope + latent.rope + latent.value)


def index_flops(h: Number, rank: Number, indexer: Indexer, s: Number) -> Flop:
    """Operations of a token in the indexer of a layer: its projections, and a score a head for each of s positions.

    2 × (rank × heads × width + h × width + h × heads) + 2 s × heads × width

    >>> index_flops(7168, 1536, Indexer(heads=64), s=4096)
    95027200

    Source: deepseek-v3-2, section 2.1, equation 1.
    """
    projections = indexer_parameters(h, rank, indexer) - 2 * indexer.width
    return 2 * projections + 2 * s * indexer.heads * indexer.width


def projection_flops(shape: Shape) -> Flop:
    """Operations of a token's query, key, value and output projections in a layer.

    2 × their weights

    >>> from stratc.cost.shape import Shape
    >>> projection_flops(Shape(1, 1024, 16, 16, 64))
    8388608

    Source: narayanan-2021, appendix (8 B s h² a layer).
    """
    return 2 * projection_parameters(shape)


def kind_flops(shape: Shape, kind: Kind, s: Number) -> Flop:
    """Operations of a token in one layer's attention of a kind, without the scores that follow cached keys.

    2 × the weights of projections; a scan or four products with the state where there is no attention; an index

    Source: as the parts.
    """
    match kind:
        case DeltaNet():
            return delta_net_flops(shape.hidden, kind)
        case Mamba():
            return mamba_flops(shape.hidden, kind)
        case Indexer():
            return index_flops(shape.hidden, shape.latent.q_rank if shape.latent else 0, kind, s)
    return projection_flops(kind)


def mlp_flops(h: Number, f: Number, matrices: int = 2) -> Flop:
    """Operations of a token in one feed-forward block or expert.

    2 × matrices × h × f

    >>> mlp_flops(h=1024, f=4096)
    16777216

    Source: narayanan-2021, appendix (16 B s h² a layer with f = 4 h).
    """
    return 2 * mlp_parameters(h, f, matrices)


def moe_flops(h: Number, f: Number, K: Number, matrices: int = 2) -> Flop:
    """Operations of a token in the experts that it is routed to.

    K × 2 × matrices × h × f

    Neglects: tokens dropped or padded by a capacity factor.

    >>> moe_flops(h=1024, f=2048, K=2)
    16777216

    Source: lepikhin-2020, sections 2.2 and 3.1.
    """
    return K * mlp_flops(h, f, matrices)


def router_flops(h: Number, E: Number) -> Flop:
    """Operations of a token in the router of a layer.

    2 h E

    >>> router_flops(h=1024, E=64)
    131072

    Source: lepikhin-2020, sections 2.2 and 3.1.
    """
    return 2 * h * E


def logit_flops(h: Number, v: Number) -> Flop:
    """Operations of a token in the output layer.

    2 h v

    >>> logit_flops(h=1024, v=50000)
    102400000

    Source: narayanan-2021, appendix (2 B s h V forward).
    """
    return 2 * h * v


def token_flops(shape: Shape, s: Number) -> Ledger:
    """Operations of a token's forward pass by component; s is the number of positions it looks at.

    >>> from stratc.cost.shape import Shape
    >>> gpt = Shape(96, 12288, 96, 96, 128, ffn=49152, vocab=51200)
    >>> round(token_flops(gpt, 2048).total / 1e9)
    359

    Source: narayanan-2021, section 5.1, a third of equation (3) without recomputation; the parts for other kinds.
    """
    dense, moe, h = shape.dense_layers, shape.moe_layers if shape.experts else 0, shape.hidden
    layers = total((dense, moe))
    kinds = attention_kinds(shape, layers)
    rows = [
        ("attention", total([count * kind_flops(shape, kind, s) for count, kind in kinds])),
        ("scores", cached_layers(shape, layers) * latent_score_flops(shape, s)),
    ]
    blocks = []
    if counts(dense):
        blocks.append(feed_forward_layers(shape, dense) * mlp_flops(h, shape.ffn, shape.matrices))
    if counts(moe) and shape.shared_ffn:
        blocks.append(moe * mlp_flops(h, shape.shared_ffn, shape.matrices))
    if blocks:
        rows.append(("mlp", total(blocks)))
    if counts(moe):
        rows.append(("router", moe * router_flops(h, shape.experts)))
        each = moe_flops(shape.routed, shape.expert_ffn, shape.top_k, shape.matrices)
        rows.append(("experts", moe * (each + mlp_flops(h, shape.expert_latent, 2) if shape.expert_latent else each)))
    if shape.vocab:
        rows.append(("lm_head", logit_flops(h, shape.vocab)))
    return Ledger(tuple(rows))


def model_flops(shape: Shape, s: Number, tokens: Number) -> Flop:
    """Operations that training on so many tokens needs, nothing computed twice.

    3 × forward pass × tokens

    >>> from stratc.cost.shape import Shape
    >>> gpt = Shape(96, 12288, 96, 96, 128, ffn=49152, vocab=51200)
    >>> round(model_flops(gpt, 2048, 64 * 2048) / 1e15, 1)
    141.1

    Source: korthikanti-2022, appendix A, "model FLOPs".
    """
    return 3 * token_flops(shape, s).total * tokens


def hardware_flops(shape: Shape, s: Number, tokens: Number, recompute: str = "none") -> Flop:
    """Operations that training on so many tokens takes, those of recomputation included.

    none: 3 forward passes; selective: and the scores once more; full: and the layers once more

    Source: korthikanti-2022, appendix A, "hardware FLOPs", in the words of its text, 4 B s² h a layer (its equation 8
    adds three times as much); narayanan-2021, appendix for full recomputation.
    """
    forward = token_flops(shape, s)
    again: Number = 0
    if recompute == "selective":
        again = forward["scores"]
    elif recompute == "full":
        again = Ledger(tuple(row for row in forward.rows if row[0] != "lm_head")).total
    return (3 * forward.total + again) * tokens


def compute_seconds(flop: Flop, rate: FlopPerSecond) -> Seconds:
    """Time of so many operations at a rate.

    flop / rate

    >>> compute_seconds(312e12, rate=312e12)
    1.0

    Source: williams-2009, section 3.
    """
    return flop / rate


def roofline_seconds(flop: Flop, size: Bytes, rate: FlopPerSecond, bandwidth: BytesPerSecond) -> Seconds:
    """Least time of a kernel that computes and moves memory at once.

    max(flop / rate, size / bandwidth)

    Neglects: anything that keeps the two from overlapping.

    >>> roofline_seconds(flop=1e12, size=1e9, rate=1e14, bandwidth=1e12)
    0.01

    Source: williams-2009, section 3.
    """
    return maximum(flop / rate, size / bandwidth)


def flops_utilisation(tokens_per_second: Number, flop: Flop, n: Number, rate: FlopPerSecond) -> Fraction:
    """Model FLOPs utilisation of a throughput, where a token needs so many operations.

    tokens/s × flop / (n × rate)

    >>> round(flops_utilisation(238.3e3, 6 * 540.35e9, n=6144, rate=275e12), 3)
    0.457

    Source: chowdhery-2022, appendix B.
    """
    return tokens_per_second * flop / (n * rate)


def token_rate_bound(flop: Flop, n: Number, rate: FlopPerSecond) -> Number:
    """Tokens a second that n devices compute at most, where a token needs so many operations.

    n × rate / flop

    >>> token_rate_bound(flop=14e9, n=8, rate=140e12)
    80000.0

    Source: williams-2009, section 3; chowdhery-2022, appendix B.
    """
    return n * rate / flop
