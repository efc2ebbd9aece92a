"""Time of a forward pass that serves prompts or tokens, and of requests that wait for each other."""

from __future__ import annotations

from math import log2, sqrt

from stratc.arith.functions import maximum
from stratc.arith.term import Number
from stratc.arith.unit import Bytes, BytesPerSecond, Flop, FlopPerSecond, Fraction, Seconds
from stratc.cost.communication import all_reduce_bytes, all_to_all_bytes, transfer_seconds
from stratc.cost.compute import roofline_seconds
from stratc.cost.stacks import LINK_SHARE, NETWORK_SECONDS, NETWORK_SHARE, SPLIT_TOKENS, Stack


def matrix_seconds(tokens: Number, N: Number, w: Number, rate: FlopPerSecond, bandwidth: BytesPerSecond) -> Seconds:
    """Time to multiply so many tokens with N parameters: small batches wait for the weights, large ones compute.

    max(2 N tokens / rate, N w / bandwidth)

    >>> matrix_seconds(1, N=7e9, w=2, rate=200e12, bandwidth=1.4e12)
    0.01
    >>> matrix_seconds(4096, N=7e9, w=2, rate=200e12, bandwidth=1.4e12)
    0.28672

    Source: pope-2022, section 2.
    """
    return roofline_seconds(2 * N * tokens, N * w, rate, bandwidth)


def expert_seconds(
    tokens: Number, N: Number, w: Number, share: Fraction, touched: Fraction, rate: FlopPerSecond,
    bandwidth: BytesPerSecond,
) -> Seconds:  # fmt: skip
    """Time of N parameters of experts, of which a token uses one share and the whole batch touches another.

    max(2 N share tokens / rate, N touched w / bandwidth)

    >>> expert_seconds(1, N=1e9, w=2, share=1 / 8, touched=1 / 8, rate=200e12, bandwidth=1e12)
    0.00025

    Source: pope-2022, section 2; touched by a batch of tokens: 1 - (1 - K / E)^tokens.
    """
    return roofline_seconds(2 * N * share * tokens, N * touched * w, rate, bandwidth)


def attention_seconds(flop: Flop, size: Bytes, rate: FlopPerSecond, bandwidth: BytesPerSecond) -> Seconds:
    """Time of attention: prompts compute their scores, tokens read the cache.

    max(flop / rate, bytes of the cache / bandwidth)

    >>> attention_seconds(flop=1e12, size=3e9, rate=1e14, bandwidth=1.5e12)
    0.01

    Source: pope-2022, section 3.3; dao-2022, section 3.
    """
    return roofline_seconds(flop, size, rate, bandwidth)


def start_seconds(n: float, nodes: float, stack: Stack) -> Seconds:
    """Time of a collective before its first byte: its kernels, and a tree over devices and over nodes.

    first + doubling × log₂(devices of a node) + network × (1 + log₂ nodes)

    >>> from stratc.cost.stacks import STACKS
    >>> engine = STACKS["fastertransformer"]
    >>> [round(start_seconds(n, nodes, engine) * 1e6) for n, nodes in ((2, 1), (8, 1), (16, 2), (32, 4))]
    [32, 56, 106, 131]

    Source: nccl-tuning (the form: a base latency and one for every level of the tree).
    """
    if n <= 1:
        return 0.0
    inside = stack.collective + stack.doubling * log2(max(1.0, n / nodes))
    return inside + (NETWORK_SECONDS * (1 + log2(nodes)) if nodes > 1 else 0.0)


def reduction_seconds(
    size: Bytes, n: float, nodes: float, start: Seconds, link: BytesPerSecond, network: BytesPerSecond
) -> Seconds:
    """Time of an all-reduce of `size` bytes among n devices of so many nodes.

    start + 2 (n - 1) / n × size / link + 2 (nodes - 1) / nodes × size / (network of a node's devices together), links
    and network at the shares of their bandwidth that stacks.py says

    >>> reduction_seconds(0, n=8, nodes=1, start=5e-5, link=300e9, network=25e9)
    5e-05

    Source: thakur-2005, section 4; nccl-tests, "AllReduce".
    """
    if n <= 1:
        return 0.0
    seconds = transfer_seconds(all_reduce_bytes(size, n), 1, start, link * LINK_SHARE)
    if nodes > 1:
        seconds += all_reduce_bytes(size, nodes) / (network * (n / nodes) * NETWORK_SHARE)
    return seconds


def exchange_seconds(size: Bytes, n: float, start: Seconds, bandwidth: BytesPerSecond) -> Seconds:
    """Time of an all-to-all of `size` bytes a device among n devices.

    start + (n - 1) / n × size / bandwidth

    >>> exchange_seconds(8e9, n=8, start=0, bandwidth=70e9)
    0.1

    Source: nccl-tests, "AlltoAll".
    """
    return transfer_seconds(all_to_all_bytes(size, n), 1, start, bandwidth) if n > 1 else 0.0


def launched_seconds(device: Seconds, launches: Seconds, eager: bool) -> Seconds:
    """Time of a pass whose kernels are launched one by one, or stand in a graph with gaps between them.

    eager: max(device, launches); else device + gaps

    >>> launched_seconds(0.01, 0.03, eager=True), launched_seconds(0.01, 0.005, eager=False)
    (0.03, 0.015)

    Source: splitwise-2023 (tokens of a 70B model take the same time on 4 and 8 A100), fastertransformer-guide.
    """
    return maximum(device, launches) if eager else device + launches


def pieces(b: float, tokens: float, p: float) -> float:
    """Micro-batches that a pipeline engine makes of b sequences: one a stage where that divides, and of few tokens.

    >>> pieces(b=16, tokens=128, p=1), pieces(b=6, tokens=20, p=3), pieces(b=32, tokens=136, p=3)
    (1, 3, 2)

    Source: fastertransformer-guide, its source (getLocalBatchSize).
    """
    if p <= 1:
        return 1
    count = p if b % p == 0 else 1
    while b / count * tokens > SPLIT_TOKENS and (b / count) % 2 == 0:
        count *= 2
    return count


def pipelined_seconds(seconds: Seconds, m: Number, p: Number) -> Seconds:
    """Time of m micro-batches, each of which takes `seconds` through all p stages.

    seconds × (m + p - 1) / p

    >>> pipelined_seconds(3.0, m=1, p=3), pipelined_seconds(3.0, m=4, p=3)
    (3.0, 6.0)

    Source: huang-2019, section 2.3.
    """
    return seconds * (m + p - 1) / p


def clump(n: float, waves: bool = False) -> float:
    """Requests of n at once that come together: √n where they drift apart, all where they stay in waves.

    >>> clump(64), clump(64, waves=True)
    (8.0, 64)

    Source: elementary, the spread of a random walk; measured in serving with closed loops, aiconfigurator-2026.
    """
    return n if waves else sqrt(n)


def waiting_prompts(n: float, prefill: float, away: float, waves: bool = False) -> float:
    """Prompts before a new one, itself counted, where each of n clients asks anew `away` after its first token.

    1 + Q (n - 1) / n, with Q of n from a closed queue; at least (1 + c) / 2, the middle of the c that come together

    >>> waiting_prompts(1, prefill=0.1, away=1.0), round(waiting_prompts(64, prefill=0.1, away=1.0))
    (1.0, 54)
    >>> waiting_prompts(16, prefill=0.1, away=100.0), waiting_prompts(16, prefill=0.1, away=100.0, waves=True)
    (2.5, 8.5)

    Source: reiser-1980, in Schweitzer's approximation.
    """
    middle = (1 + clump(n, waves)) / 2
    if waves:
        return middle
    queue = min(n / 2, 1.0)
    for _ in range(30):
        wait = prefill * (1 + queue * (n - 1) / n)
        queue = n * wait / (wait + away) if wait + away else 0.0
    return max(1 + queue * (n - 1) / n, middle)


def shared_token_seconds(token: Seconds, prefill: Seconds, n: float, outputs: float) -> Seconds:
    """Time of a token among n sequences whose followers' prompts are computed in between.

    token + n × prefill / outputs: while a sequence makes its tokens, each of the n ends once and lets a prompt in

    >>> shared_token_seconds(0.02, prefill=0.1, n=32, outputs=320)
    0.03

    Source: yu-2022, section 3, S1 (iteration-level scheduling).
    """
    return token + n * prefill / outputs
