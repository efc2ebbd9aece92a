"""Bytes that stay on a device through a step: weights, gradients, optimizer state, key-value cache, logits."""

from __future__ import annotations

from stratc.arith.functions import maximum, total
from stratc.arith.term import Number
from stratc.arith.unit import Bytes
from stratc.cost.hybrids import DeltaNet, Mamba
from stratc.cost.ledger import Ledger
from stratc.cost.parameters import attention_kinds
from stratc.cost.shape import Shape
from stratc.record import Record, dataclass

ELEMENT_BYTES: dict[str, float] = {
    # precision: bytes of one element, shared scales of a block included (ocp-mx-2023, table 1; nvfp4: one byte for 16)
    "fp64": 8,
    "fp32": 4,
    "tf32": 4,
    "bf16": 2,
    "fp16": 2,
    "mixed": 2,
    "fp8": 1,
    "mxfp8": 1 + 1 / 32,
    "int8": 1,
    "fp6": 0.75,
    "mxfp6": 0.75 + 1 / 32,
    "fp4": 0.5,
    "int4": 0.5,
    "mxfp4": 0.5 + 1 / 32,
    "nvfp4": 0.5 + 1 / 16,
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Recipe(Record):
    """Bytes a parameter: of its weight, its gradient, and its state in the optimizer (master copy included).

    `kept` is a second gradient that no stage of ZeRO divides.
    """

    weight: Number
    gradient: Number
    optimizer: Number
    kept: Number = 0


MIXED = Recipe(weight=2, gradient=2, optimizer=12)
"""Half-precision weights and gradients; master weights and two Adam moments in FP32.  Source: rajbhandari-2020, 3.1."""
MIXED_FP32_GRADIENTS = Recipe(weight=2, gradient=4, optimizer=12)
"""The same with gradients accumulated in FP32, as Megatron does.  Source: megatron-core, distributed optimizer."""
FULL = Recipe(weight=4, gradient=4, optimizer=8)
"""Everything in FP32.  Source: megatron-core, distributed optimizer."""


def weight_bytes(N: Number, w: Number) -> Bytes:
    """Bytes of N parameters of w bytes each.

    N × w

    >>> weight_bytes(N=7e9, w=2)
    14000000000.0

    Source: micikevicius-2018, section 3.
    """
    return N * w


def model_states(N: Number, recipe: Recipe, d: Number, zero: int) -> Ledger:
    """Bytes of weights, gradients and optimizer state of N parameters that d devices hold together.

    weights ÷ d from ZeRO stage 3, gradients ÷ d from stage 2, optimizer state ÷ d from stage 1

    >>> model_states(N=7.5e9, recipe=MIXED, d=64, zero=1).total / 1e9
    31.40625

    Source: rajbhandari-2020, section 5.4 and figure 1 (31.4 GB).
    """
    weights, gradients, optimizer = recipe.weight * N, recipe.gradient * N, recipe.optimizer * N
    kept = gradients / d if zero >= 2 else gradients
    return Ledger(
        (
            ("weights", weights / d if zero >= 3 else weights),
            ("gradients", kept + recipe.kept * N if recipe.kept else kept),
            ("optimizer", optimizer / d if zero >= 1 else optimizer),
        )
    )


def adam_moments(N: Number, w: Number = 4) -> Bytes:
    """Bytes of the two moments that Adam keeps of every parameter, master weights not counted.

    2 × w × N

    >>> adam_moments(N=30e9) / 1e9
    240.0

    Source: rajbhandari-2020, section 3.1.
    """
    return 2 * w * N


def cache_bytes_per_token(k: Number, g: Number, w: Number) -> Bytes:
    """Bytes of key and value of one token in one layer.

    2 × k × g × w

    >>> cache_bytes_per_token(k=8, g=128, w=2)
    4096

    Source: kwon-2023, section 3; ainslie-2023, section 2.2 for fewer heads.
    """
    return 2 * k * g * w


def latent_cache_bytes_per_token(rank: Number, rope: Number, w: Number) -> Bytes:
    """Bytes of the latent and the rotary key of one token in one layer, the same on every tensor-parallel device.

    (rank + rope) × w

    >>> latent_cache_bytes_per_token(rank=512, rope=64, w=2)
    1152

    Source: deepseek-v2, section 2.1.4 and table 1.
    """
    return (rank + rope) * w


def cache_bytes(tokens: Number, layers: Number, per_token: Bytes) -> Bytes:
    """Bytes of the key-value cache of so many tokens in so many layers.

    tokens × layers × bytes of a token in a layer

    >>> cache_bytes(tokens=8192, layers=80, per_token=4096) / 1e9
    2.68435456

    Source: kwon-2023, section 3.
    """
    return tokens * layers * per_token


def layer_cache(shape: Shape, t: Number, w: Number) -> Bytes:
    """Bytes of one token in one layer's cache on a device of a tensor-parallel group of t.

    key-value heads ÷ t, at least one, each with a key and a value; latents whole

    Neglects: layers with key-value heads of their own.

    >>> layer_cache(Shape(32, 4096, 32, 8, 128), t=4, w=2)
    1024.0

    Source: shoeybi-2019, section 3; deepseek-v2, section 2.1.4.
    """
    if shape.latent:
        return latent_cache_bytes_per_token(shape.latent.kv_rank, shape.latent.rope, w)
    width = (shape.head_dim + shape.value_dim) / 2 if shape.value_dim else shape.head_dim
    return cache_bytes_per_token(maximum(shape.kv_heads / t, 1), width, w)


def state_bytes(shape: Shape, layers: Number, w: Number = 4) -> Bytes:
    """Bytes of a sequence's states in so many layers, whatever its length; zero where all layers are attention.

    layers × elements of a state × w: value heads × width² of a delta net, heads × width × state of a state-space block

    >>> from stratc.cost.hybrids import DeltaNet
    >>> state_bytes(Shape(48, 2048, 16, 2, 256, delta=DeltaNet(4, key_heads=16, value_heads=32)), layers=48) / 2**20
    72.0

    Holds for states in FP32.  Neglects: the last tokens of convolutions.
    Source: yang-2024, section 3; dao-2024, section 7.
    """
    if not (shape.delta or shape.mamba):
        return 0
    kinds = attention_kinds(shape, layers)
    return total(count * kind.held * w for count, kind in kinds if isinstance(kind, (DeltaNet, Mamba)))


def logits_bytes(tokens: Number, v: Number, t: Number, w: Number, copies: int = 1) -> Bytes:
    """Bytes of the scores of all vocabulary entries while the loss of a micro-batch is computed.

    tokens × v ÷ t × (w + 4 copies): the output layer's product, and its copies in FP32; a fused loss has one that the
    gradient overwrites, an unfused one three (scores, their logarithm, the gradient)

    >>> logits_bytes(tokens=4096, v=128256, t=8, w=2) / 1e6
    394.002432

    Source: korthikanti-2022, section 4.3.
    """
    return tokens * v / t * (w + 4 * copies)
