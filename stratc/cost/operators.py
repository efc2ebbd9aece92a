"""Seconds of operators and collectives at the rates that a device reaches."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf


@dataclass(frozen=True, slots=True)
class Pair:
    """Seconds of a forward pass and of its backward pass."""

    forward: float = 0.0
    backward: float = 0.0

    def __add__(self, other: Pair) -> Pair:
        return Pair(self.forward + other.forward, self.backward + other.backward)

    def __mul__(self, factor: float) -> Pair:
        return Pair(self.forward * factor, self.backward * factor)


TILES = ((256, 128, 1.0), (128, 256, 1.0), (128, 128, 0.92), (128, 64, 0.8), (64, 64, 0.6))
"""Rows and columns of the tiles of a result that a multiprocessor computes at once, and the rate that they reach."""


def wave_share(rows: float, columns: float, processors: int) -> float:
    """Share of a matrix product's best rate when its result is cut into tiles, computed so many at once.

    m n ÷ min over tiles a × b of waves × processors × a b ÷ rate, waves = ⌈⌈m ÷ a⌉ ⌈n ÷ b⌉ ÷ processors⌉

    >>> round(wave_share(2048, 5376, 108), 2), round(wave_share(8192, 5376, 108), 2)
    (0.82, 0.96)

    Source: nvidia-matmul, sections 2.3 (tiles), 3.1 and 3.2 (quantisation of tiles and waves).
    """
    least = inf
    for height, width, rate in TILES:
        waves = ceil(ceil(rows / height) * ceil(columns / width) / processors)
        if (cost := waves * height * width / rate) < least:
            least = cost
    return rows * columns / (least * processors)


def product_seconds(
    rows: float, columns: float, inner: float, rate: float, bandwidth: float, width: float = 2.0,
    processors: int = 0, shown: float = 1.0, loaded: float = 1.0,
) -> Pair:  # fmt: skip
    """Time of a matrix product of rows × inner by inner × columns, and of the two products of its backward pass.

    the longer of busy and moved, and the share `loaded` of the shorter, where k is the inner dimension,
    busy = 2 m n k ÷ rate × (1 + shown × (1 ÷ wave share - 1)) and moved = (w (m k + k n) + 2 m n) ÷ bandwidth

    Backward, the gradient of the input is m × k and that of the weights k × n.  Operands come from memory while the
    matrix units are busy, but for the first and last tiles; kernels hide a share of what the last wave of tiles idles.

    >>> product_seconds(4096, 4096, 4096, rate=250e12, bandwidth=2e12).forward * 1e6 // 1
    600.0
    >>> product_seconds(4096, 4096, 4096, rate=250e12, bandwidth=2e12, processors=132, loaded=0.0).forward * 1e6 // 1
    566.0

    Source: williams-2009, section 3, with part of both times added; nvidia-matmul, sections 2.1 and 3.
    """
    if not rows * columns * inner:
        return Pair()
    busy = 2 * rows * columns * inner / rate
    moved = (width * (rows * inner + inner * columns) + 2 * rows * columns) / bandwidth
    if not processors:
        return Pair(busy + moved, 2 * busy + 2 * moved)
    ahead = _overlapped(busy * _slowing(rows, columns, processors, shown), moved, loaded)
    given = _overlapped(busy * _slowing(rows, inner, processors, shown), moved, loaded)
    weights = _overlapped(busy * _slowing(inner, columns, processors, shown), moved, loaded)
    return Pair(ahead, given + weights)


def _overlapped(busy: float, moved: float, loaded: float) -> float:
    """Time of the longer, and a share of the shorter beside it."""
    return busy + loaded * moved if busy > moved else moved + loaded * busy


def _slowing(rows: float, columns: float, processors: int, shown: float) -> float:
    """By how much the waves of its tiles make a matrix product longer, as far as kernels show it."""
    return 1 + shown * (1 / wave_share(rows, columns, processors) - 1)


ALIGNED = 8  # elements of 16 bits that a tensor core loads at once: nvidia-matmul, section 2.2


def aligned_share(size: float, misfit: float) -> float:
    """Share of the rate of batched matrix products in 16 bits that an inner dimension leaves.

    1 where operands are aligned to 16 bytes, that is multiples of 8 elements; misfit otherwise

    >>> aligned_share(128, 0.05), aligned_share(108, 0.05), aligned_share(225, 0.05)
    (1.0, 0.05, 0.05)

    Source: nvidia-matmul, section 2.2 (tensor cores need operands aligned to 16 bytes); without tensor cores an A100
    computes a sixteenth, by its data sheet.
    """
    return misfit if size % ALIGNED else 1.0


def fused_attention_seconds(flop: float, size: float, forward: float, backward: float, bandwidth: float) -> Pair:
    """Time of fused attention of so many operations forward, at rates forward and backward, on inputs of size bytes.

    flop ÷ rate + 2 size ÷ bandwidth; backward 2.5 flop, as scores are computed again, and twice the traffic

    >>> fused_attention_seconds(1e12, 0.0, forward=200e12, backward=125e12, bandwidth=2e12)
    Pair(forward=0.005, backward=0.02)

    Source: dao-2023, section 4.1 (backward FLOPs 2.5 times forward).
    """
    return Pair(flop / forward + 2 * size / bandwidth, 2.5 * flop / backward + 4 * size / bandwidth)


def plain_attention_seconds(flop: float, scores: float, cells: float, rate: float, bandwidth: float) -> Pair:
    """Time of attention whose scores go through memory, `cells` bytes of each forward and four more backward.

    >>> plain_attention_seconds(1e12, 1e9, 12.0, rate=250e12, bandwidth=2e12)
    Pair(forward=0.01, backward=0.016)

    Source: dao-2022, section 3.2 (reads and writes of s² elements by every operation).
    """
    return Pair(flop / rate + cells * scores / bandwidth, 2 * flop / rate + (cells + 4) * scores / bandwidth)


@dataclass(frozen=True, slots=True)
class Links:
    """Links that devices reach: bytes a second of each inside a node and beyond, and devices of a node."""

    inside: float
    beyond: float
    point: float
    node: int
    near: float
    far: float
    hop: float


def members(links: Links, n: float, stride: float) -> float:
    """Devices of a group in one node, where neighbours of the group are `stride` devices apart.

    >>> members(Links(300e9, 25e9, 25e9, 8, 0, 0, 0), n=16, stride=4)
    2

    Source: narayanan-2021, section 3.2 (tensor parallelism inside a node).
    """
    return max(1, min(n, links.node // max(1, int(stride))))


def gather_seconds(links: Links, size: float, n: float, stride: float, calls: float = 1.0) -> float:
    """Time of all-gathers or reduce-scatters of together size bytes among n devices, in so many calls.

    (n - 1) ÷ n × size ÷ bandwidth + calls × latency

    Beyond a node, rings use the adapters of all its members at once; their latency grows by a hop a node.

    >>> round(gather_seconds(Links(300e9, 25e9, 25e9, 8, 0, 0, 0), 1e9, n=16, stride=1), 6)
    0.004687

    Source: thakur-2005, section 4; nccl-tests for the bandwidth of rings over several adapters.
    """
    if n <= 1:
        return 0.0
    local = members(links, n, stride)
    bandwidth = links.inside if n <= local else min(links.inside, local * links.beyond)
    wait = links.near if n <= local else links.far + links.hop * n / local
    return (n - 1) / n * size / bandwidth + wait * calls


def exchange_seconds(links: Links, size: float, n: float, stride: float) -> float:
    """Time of an all-to-all in which a device sends size bytes, those for its own node over its links.

    (l - 1) ÷ n × size ÷ links + (n - l) ÷ n × size ÷ adapter + latency, l being the members in a node

    >>> round(exchange_seconds(Links(300e9, 25e9, 25e9, 8, 0, 0, 0), 1e9, n=16, stride=1), 6)
    0.021458

    Source: nccl-tests, "AlltoAll"; deepseek-v3, section 3.2.2 on the two kinds of links.
    """
    if n <= 1:
        return 0.0
    local = members(links, n, stride)
    inside, beyond = (local - 1) / n * size / links.inside, (n - local) / n * size / links.beyond
    return inside + beyond + (links.near if n <= local else links.far)


def border_seconds(links: Links, size: float, stride: float) -> float:
    """Time of handing size bytes to a device `stride` further on.

    size ÷ bandwidth + latency

    >>> border_seconds(Links(300e9, 25e9, 20e9, 8, 0, 0, 0), 1e9, stride=8)
    0.05

    Source: thakur-2005, section 3.
    """
    inside = 2 * stride <= links.node
    return size / (links.inside if inside else links.point) + (links.near if inside else links.far)
