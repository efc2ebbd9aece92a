"""Bytes that devices exchange, and the time it takes, by collective and by axis; volumes are those one device sends."""

from __future__ import annotations

from stratc.arith.functions import maximum
from stratc.arith.term import Number
from stratc.arith.unit import Bytes, BytesPerSecond, Seconds


def all_reduce_factor(n: Number) -> Number:
    """Bytes a device sends in a ring all-reduce as a multiple of the message.

    2 (n - 1) / n

    >>> all_reduce_factor(n=4), all_reduce_factor(n=2)
    (1.5, 1.0)

    Source: nccl-tests, "AllReduce".
    """
    return 2 * (n - 1) / n


def all_reduce_bytes(size: Bytes, n: Number) -> Bytes:
    """Bytes a device sends in a ring all-reduce of `size` bytes among n devices.

    2 (n - 1) / n × size

    >>> all_reduce_bytes(1000, n=4), all_reduce_bytes(1000, n=2), all_reduce_bytes(1000, n=1)
    (1500.0, 1000.0, 0.0)

    Source: nccl-tests, "AllReduce"; thakur-2005, section 4.
    """
    return all_reduce_factor(n) * size


def all_gather_bytes(size: Bytes, n: Number) -> Bytes:
    """Bytes a device sends in a ring all-gather that leaves `size` bytes on each of n devices.

    (n - 1) / n × size

    >>> all_gather_bytes(1000, n=4)
    750.0

    Source: nccl-tests, "AllGather"; thakur-2005, section 4.
    """
    return (n - 1) / n * size


def reduce_scatter_bytes(size: Bytes, n: Number) -> Bytes:
    """Bytes a device sends in a ring reduce-scatter that starts with `size` bytes on each of n devices.

    (n - 1) / n × size

    >>> reduce_scatter_bytes(1000, n=4)
    750.0

    Source: nccl-tests, "ReduceScatter"; thakur-2005, section 4.
    """
    return (n - 1) / n * size


def all_to_all_bytes(size: Bytes, n: Number) -> Bytes:
    """Bytes a device sends in an all-to-all of `size` bytes a device, spread evenly over n devices.

    (n - 1) / n × size

    >>> all_to_all_bytes(1000, n=4)
    750.0

    Source: nccl-tests, "AlltoAll"; thakur-2005, section 4.
    """
    return (n - 1) / n * size


def all_reduce_steps(n: Number) -> Number:
    """Messages one after another in a ring all-reduce.

    2 (n - 1)

    >>> all_reduce_steps(n=8)
    14

    Source: thakur-2005, section 4.
    """
    return 2 * (n - 1)


def one_pass_steps(n: Number) -> Number:
    """Messages one after another in a ring all-gather, reduce-scatter or pairwise all-to-all.

    n - 1

    >>> one_pass_steps(n=8)
    7

    Source: thakur-2005, section 4.
    """
    return n - 1


def transfer_seconds(size: Bytes, steps: Number, latency: Seconds, bandwidth: BytesPerSecond) -> Seconds:
    """Time of a transfer of `size` bytes a device in so many steps.

    steps × latency + size / bandwidth

    Neglects: contention, and the compute of the reduction.

    >>> transfer_seconds(1.5e9, steps=6, latency=1e-6, bandwidth=300e9)
    0.005006

    Source: thakur-2005, section 3 (the α-β model).
    """
    return steps * latency + size / bandwidth


def activation_bytes(b: Number, s: Number, h: Number, w: Number) -> Bytes:
    """Bytes of the activations between two layers of a micro-batch.

    b s h w

    >>> activation_bytes(b=1, s=2048, h=12288, w=2)
    50331648

    Source: narayanan-2021, section 3.2.
    """
    return b * s * h * w


def tensor_layer_bytes(b: Number, s: Number, h: Number, w: Number, t: Number) -> Bytes:
    """Bytes a device sends for tensor parallelism in one layer's forward pass of a micro-batch; backward as much again.

    2 × 2 (t - 1) / t × b s h w

    Holds with sequence parallelism too, which parts each all-reduce into a reduce-scatter and an all-gather.

    >>> tensor_layer_bytes(b=1, s=2048, h=12288, w=2, t=8)
    176160768.0

    Source: narayanan-2021, section 3.2: 8 b s h (t - 1) / t elements both ways; korthikanti-2022, section 4.2.2.
    """
    return 2 * all_reduce_bytes(activation_bytes(b, s, h, w), t)


def stage_border_bytes(b: Number, s: Number, h: Number, w: Number) -> Bytes:
    """Bytes a stage hands to the next for a micro-batch; backward as much again.

    b s h w

    >>> stage_border_bytes(b=1, s=2048, h=12288, w=2)
    50331648

    Source: narayanan-2021, section 3.2.
    """
    return activation_bytes(b, s, h, w)


def gradient_bytes(N: Number, w: Number, d: Number) -> Bytes:
    """Bytes a device sends in a step to average the gradients of its N parameters over d replicas.

    2 (d - 1) / d × N w

    Holds for plain data parallelism and for ZeRO stages 1 and 2.

    >>> gradient_bytes(N=1e9, w=4, d=4)
    6000000000.0

    Source: rajbhandari-2020, section 7.
    """
    return all_reduce_bytes(N * w, d)


def sharded_gradient_bytes(N: Number, w: Number, d: Number) -> Bytes:
    """Bytes a device sends in a step under ZeRO stage 3: parameters gathered twice, gradients scattered once.

    3 (d - 1) / d × N w

    >>> sharded_gradient_bytes(N=1e9, w=2, d=4)
    4500000000.0

    Source: rajbhandari-2020, section 7.2.2.
    """
    return 3 * all_gather_bytes(N * w, d)


def dispatch_bytes(b: Number, s: Number, h: Number, w: Number, K: Number, e: Number) -> Bytes:
    """Bytes a device sends to bring a micro-batch's tokens to their experts; to combine the results, as much again.

    (e - 1) / e × b s K h w

    Holds when tokens spread evenly over the experts.

    >>> dispatch_bytes(b=1, s=4096, h=1024, w=2, K=2, e=8)
    14680064.0

    Source: lepikhin-2020, sections 3.2 (tokens change from groups to experts and back) and 3.3.1 (AllToAll).
    """
    return all_to_all_bytes(K * activation_bytes(b, s, h, w), e)


def ring_attention_bytes(b: Number, s: Number, k: Number, g: Number, w: Number, c: Number) -> Bytes:
    """Bytes a device sends in a layer's forward pass to show its keys and values to all c parts of the sequence.

    (c - 1) / c × 2 b s k g w

    Holds for ring attention; backward twice as much, keys and values with their gradients.

    >>> ring_attention_bytes(b=1, s=8192, k=8, g=128, w=2, c=4)
    25165824.0

    Source: liu-2023, section 3.
    """
    return (c - 1) / c * 2 * b * s * k * g * w


def exposed_seconds(communication: Seconds, computation: Seconds) -> Seconds:
    """Least time of communication that computation cannot hide.

    max(communication - computation, 0)

    >>> exposed_seconds(communication=3.0, computation=2.0)
    1.0

    Source: williams-2009, section 3, applied to the network.
    """
    return maximum(communication - computation, 0)


LEAST_COLLECTIVE_SECONDS = 3.6e-6
"""Time before the first byte of the fastest collective of NCCL (ring, low-latency protocol).  Source: nccl-tuning."""

HOP_SECONDS = {"link": 3.4e-6, "network": 9.6e-6}
"""Latency of a ring step over NVLink and over the network with large messages.  Source: nccl-tuning."""
