"""What every strategy must satisfy: the only definition of "divides".

The predicates take plain numbers, so that a rule can turn a false one into a finding and a search can prune with it.
"""

from __future__ import annotations

from math import gcd

from stratc.arith.functions import product
from stratc.arith.term import Number


def divides(parts: float, whole: float) -> bool:
    """Whether a whole can be cut into so many equal parts.

    >>> divides(4, 16), divides(6, 16), divides(0, 16)
    (True, False, False)
    """
    return parts > 0 and whole % parts == 0


def heads_divide(a: float, t: float) -> bool:
    """Whether every device of a tensor-parallel group gets whole query heads: a mod t = 0.

    >>> heads_divide(a=32, t=6)
    False

    Source: megatron-core, TransformerConfig.
    """
    return divides(t, a)


def kv_heads_divide(k: float, t: float) -> bool:
    """Whether KV heads can be split, or copied evenly: k mod t = 0 or t mod k = 0.

    >>> kv_heads_divide(k=8, t=16), kv_heads_divide(k=8, t=12)
    (True, False)

    Source: megatron-core, TransformerConfig (copies since 0.16); vLLM copies KV heads as well.
    """
    return divides(t, k) or divides(k, t)


def layers_divide(L: float, p: float, i: float = 1) -> bool:
    """Whether all stages, and all their virtual stages, get as many layers: L mod (p i) = 0.

    >>> layers_divide(L=80, p=8, i=2), layers_divide(L=80, p=8, i=3)
    (True, False)

    Source: megatron-core, validate_args.  Uneven stages are legal where the plan lists them one by one.
    """
    return divides(p * i, L)


def experts_divide(E: float, e: float) -> bool:
    """Whether all expert-parallel ranks hold as many experts of a layer: E mod e = 0.

    >>> experts_divide(E=64, e=16), experts_divide(E=60, e=8)
    (True, False)

    Source: megatron-core, validate_args; DeepSpeed, MoE layer.
    """
    return divides(e, E)


def width_divides(f: float, t: float) -> bool:
    """Whether the columns of a feed-forward block can be split over a tensor-parallel group: f mod t = 0.

    >>> width_divides(f=11008, t=8), width_divides(f=11007, t=4)
    (True, False)

    Source: megatron-core, tensor_parallel layers.
    """
    return divides(t, f)


def batch_divides(B: float, d: float, b: float = 1) -> bool:
    """Whether a global batch is whole micro-batches on every replica: B mod (b d) = 0.

    >>> batch_divides(B=100, d=16), batch_divides(B=1024, d=16, b=4)
    (False, True)

    Source: megatron-core, micro-batch calculator.
    """
    return divides(b * d, B)


def sequence_divides(s: float, c: float) -> bool:
    """Whether a sequence can be dealt out to context-parallel ranks, two chunks each: s mod 2c = 0 where c > 1.

    >>> sequence_divides(s=4096, c=4), sequence_divides(s=4098, c=4)
    (True, False)

    Source: megatron-core, validate_args.
    """
    return c <= 1 or divides(2 * c, s)


def expert_ranks_divide(t: float, c: float, d: float, e: float, x: float) -> bool:
    """Whether expert groups fill the devices of a stage: (t c d) mod (e x) = 0.

    >>> expert_ranks_divide(t=2, c=1, d=8, e=16, x=1), expert_ranks_divide(t=2, c=1, d=16, e=64, x=1)
    (True, False)

    Source: megatron-core, parallel_state: e x (expert replicas) = t c d.
    """
    return divides(e * x, t * c * d)


def fewest_replicas(t: int, c: int, e: int, x: int) -> int:
    """The smallest data-parallel degree whose devices hold one expert group: lcm(t c, e x) / (t c).

    >>> fewest_replicas(t=2, c=1, e=64, x=1)
    32
    """
    return e * x // gcd(t * c, e * x)


def world_size(*degrees: Number) -> Number:
    """Devices of a grid with these degrees as its sides: their product.

    >>> world_size(8, 2, 4)
    64

    Source: narayanan-2021, section 3.1 (p t d); for experts beside the dense part see expert_ranks_divide.
    """
    return product(degrees)
