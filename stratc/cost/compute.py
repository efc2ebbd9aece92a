"""Floating-point operations of a transformer, and the time they take at best."""

from __future__ import annotations

from stratc.arith.functions import counts, maximum
from stratc.arith.term import Number
from stratc.arith.unit import Bytes, BytesPerSecond, Flop, FlopPerSecond, Fraction, Seconds
from stratc.cost.ledger import Ledger
from stratc.cost.parameters import attention_parameters, latent_attention_parameters, mlp_parameters
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
    """Operations of a token's scores and weighted sum in a layer of multi-head latent attention.

    2 a s (nope + rope + v)

    Holds for keys and values expanded from the latents, every position counted.

    Source: deepseek-v2, section 2.1.
    """
    latent = shape.latent
    if latent is None:
        return score_flops(shape.heads, shape.head_dim, s)
    return 2 * shape.heads * s * (latent.nope + latent.rope + latent.value)


def projection_flops(shape: Shape) -> Flop:
    """Operations of a token's query, key, value and output projections in a layer.

    2 × attention parameters

    >>> from stratc.cost.shape import Shape
    >>> projection_flops(Shape(1, 1024, 16, 16, 64))
    8388608

    Source: narayanan-2021, appendix (8 B s h² a layer).
    """
    if shape.latent is not None:
        return 2 * latent_attention_parameters(shape.hidden, shape.heads, shape.latent)
    return 2 * attention_parameters(shape.hidden, shape.heads, shape.kv_heads, shape.head_dim)


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


def layer_flops(shape: Shape, s: Number, moe: bool) -> Ledger:
    """Operations of a token's forward pass in one layer, by component.

    Source: as the parts.
    """
    rows: list[tuple[str, Number]] = [("attention", projection_flops(shape)), ("scores", latent_score_flops(shape, s))]
    if not moe:
        return Ledger((*rows, ("mlp", mlp_flops(shape.hidden, shape.ffn, shape.matrices))))
    if shape.shared_ffn:
        rows.append(("mlp", mlp_flops(shape.hidden, shape.shared_ffn, shape.matrices)))
    rows.append(("router", router_flops(shape.hidden, shape.experts)))
    rows.append(("experts", moe_flops(shape.hidden, shape.expert_ffn, shape.top_k, shape.matrices)))
    return Ledger(tuple(rows))


def token_flops(shape: Shape, s: Number) -> Ledger:
    """Operations of a token's forward pass by component; s is the number of positions it looks at.

    >>> from stratc.cost.shape import Shape
    >>> gpt = Shape(96, 12288, 96, 96, 128, ffn=49152, vocab=51200)
    >>> round(token_flops(gpt, 2048).total / 1e9)
    359

    Source: narayanan-2021, section 5.1, a third of equation (3) without recomputation.
    """
    rows: dict[str, Number] = {}
    for layers, moe in ((shape.dense_layers, False), (shape.moe_layers, True)):
        if not counts(layers):
            continue
        for name, amount in layer_flops(shape, s, moe).rows:
            rows[name] = rows[name] + layers * amount if name in rows else layers * amount
    if shape.vocab:
        rows["lm_head"] = logit_flops(shape.hidden, shape.vocab)
    return Ledger(tuple(rows.items()))


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
