"""How fast a device runs the operators that a training or decoding step is made of.

    python benchmarks/operators.py [--device cuda] [--precision bf16] [--quick] [-o FILE.json]

Times matrix products, grouped products of experts, causal attention, and kernels that only move memory, over the
shapes that layers have after tensor parallelism.  Needs torch.  Every row holds the shape, the FLOP and the bytes that
the operator cannot do without, and the median time in seconds; the file also says the device, the software and the
date.  Inputs are random and take turns, so that no run finds the last one's in a cache.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

WIDTHS = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}
TOKENS = (1, 8, 32, 128, 512, 2048, 4096, 8192, 16384)
HIDDEN = (1024, 2048, 4096, 5120, 8192, 12288)
SPLITS = (1, 2, 4, 8)
EXPERTS = ((8, 14336), (16, 1024), (64, 1408), (128, 768))  # experts on a device, width of each
LENGTHS = (512, 1024, 2048, 4096, 8192, 32768)
HEADS = ((16, 64), (8, 128), (32, 128))
ELEMENTS = (1 << 16, 1 << 20, 1 << 24, 1 << 27)
ROTATED = 1 << 28  # bytes of inputs that take turns, more than any cache holds


@dataclass(frozen=True)
class Row:
    """One operator at one shape."""

    operator: str
    shape: dict[str, int]
    flop: float
    bytes: float
    seconds: float


@dataclass(frozen=True)
class Bench:
    """What everything is measured on."""

    device: torch.device
    dtype: torch.dtype
    repeats: int

    def random(self, *shape: int) -> torch.Tensor:
        """Numbers of the normal distribution."""
        return torch.randn(*shape, device=self.device, dtype=self.dtype)

    def sets(self, make: Callable[[], tuple[torch.Tensor, ...]]) -> list[tuple[torch.Tensor, ...]]:
        """As many sets of inputs as no cache holds, at most eight."""
        first = make()
        size = sum(each.numel() * each.element_size() for each in first)
        return [first, *(make() for _ in range(min(7, ROTATED // max(1, size))))]

    def seconds(self, run: Callable[..., Any], inputs: list[tuple[torch.Tensor, ...]]) -> float:
        """The median time of a run, after three that warm up."""
        for turn in range(3):
            run(*inputs[turn % len(inputs)])
        return statistics.median(self._timed(run, inputs[turn % len(inputs)]) for turn in range(self.repeats))

    def _timed(self, run: Callable[..., Any], given: tuple[torch.Tensor, ...]) -> float:
        if self.device.type != "cuda":
            begin = time.perf_counter()
            run(*given)
            return time.perf_counter() - begin
        begun, ended = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begun.record()
        run(*given)
        ended.record()
        torch.cuda.synchronize()
        return begun.elapsed_time(ended) / 1e3


def products(bench: Bench, tokens: tuple[int, ...], hidden: tuple[int, ...]) -> Iterator[Row]:
    """The products of a layer: queries, keys and values; and both ways through the feed-forward block."""
    for m in tokens:
        for h in hidden:
            for t in SPLITS:
                for n, k in ((3 * h // t, h), (4 * h // t, h), (h, 4 * h // t)):
                    inputs = bench.sets(lambda m=m, n=n, k=k: (bench.random(m, k), bench.random(k, n)))
                    moved = (m * k + k * n + m * n) * bench.dtype.itemsize
                    spent = bench.seconds(torch.matmul, inputs)
                    yield Row("gemm", {"m": m, "n": n, "k": k}, 2.0 * m * n * k, moved, spent)


def grouped(bench: Bench, tokens: tuple[int, ...], hidden: tuple[int, ...]) -> Iterator[Row]:
    """The products of a device's experts, each with its share of the tokens."""
    for m in tokens:
        for h in hidden:
            for experts, width in EXPERTS:
                each = max(1, m // experts)
                inputs = bench.sets(
                    lambda e=experts, r=each, h=h, w=width: (bench.random(e, r, h), bench.random(e, h, w))
                )
                moved = experts * (each * h + h * width + each * width) * bench.dtype.itemsize
                spent = bench.seconds(torch.bmm, inputs)
                shape = {"experts": experts, "m": each, "n": width, "k": h}
                yield Row("grouped gemm", shape, 2.0 * experts * each * h * width, moved, spent)


def attention(bench: Bench, lengths: tuple[int, ...]) -> Iterator[Row]:
    """Causal attention of one sequence, and of one new token against a cache of that length."""

    def causal(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        return functional.scaled_dot_product_attention(q, k, v, is_causal=True)

    for s in lengths:
        for a, d in HEADS:
            for name, rows, run in (("attention", s, causal), ("decode", 1, functional.scaled_dot_product_attention)):
                inputs = bench.sets(
                    lambda a=a, d=d, s=s, r=rows: (
                        bench.random(1, a, r, d),
                        *(bench.random(1, a, s, d) for _ in range(2)),
                    )
                )
                pairs = rows * s / 2 if rows == s else rows * s
                moved = 2 * a * d * (rows + s) * bench.dtype.itemsize
                shape = {"heads": a, "head_dim": d, "queries": rows, "keys": s}
                yield Row(name, shape, 4.0 * pairs * a * d, moved, bench.seconds(run, inputs))


def memory_bound(bench: Bench, elements: tuple[int, ...], width: int = 4096) -> Iterator[Row]:
    """Copies, norms, gates and residual sums: bytes read and written, next to no arithmetic."""

    def normed(x: torch.Tensor) -> torch.Tensor:
        return functional.layer_norm(x, (width,))

    def gated(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return functional.silu(x) * y

    kernels: tuple[tuple[str, Callable[..., torch.Tensor], int, int], ...] = (
        # name, what runs, tensors read, tensors read and written
        ("copy", torch.clone, 1, 2),
        ("add", torch.add, 2, 3),
        ("norm", normed, 1, 2),
        ("gate", gated, 2, 5),
    )
    for count in elements:
        rows = max(1, count // width)
        for name, run, read, passes in kernels:
            inputs = bench.sets(lambda n=read, r=rows: tuple(bench.random(r, width) for _ in range(n)))
            moved = passes * rows * width * bench.dtype.itemsize
            yield Row(name, {"rows": rows, "width": width}, 0.0, moved, bench.seconds(run, inputs))


def measured(bench: Bench, quick: bool) -> Iterator[Row]:
    """Every operator over its shapes, or over the smallest ones."""
    tokens, hidden = ((32, 128), (1024,)) if quick else (TOKENS, HIDDEN)
    yield from products(bench, tokens, hidden)
    yield from grouped(bench, tokens[-2:], hidden[:2])
    yield from attention(bench, LENGTHS[:2] if quick else LENGTHS)
    yield from memory_bound(bench, ELEMENTS[:2] if quick else ELEMENTS)


def document(bench: Bench, precision: str, rows: list[Row]) -> dict[str, Any]:
    """What was measured, on what and when."""
    cuda = bench.device.type == "cuda"
    return {
        "device": torch.cuda.get_device_name(bench.device) if cuda else platform.processor() or platform.machine(),
        "software": {"torch": torch.__version__, "cuda": torch.version.cuda if cuda else None},
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "precision": precision,
        "repeats": bench.repeats,
        "rows": [asdict(row) for row in rows],
    }


def main() -> int:
    """Measure, print a line for every operator, and write the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--precision", choices=sorted(WIDTHS), default="bf16")
    parser.add_argument("--quick", action="store_true", help="few small shapes: does it run at all")
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    bench = Bench(torch.device(options.device), WIDTHS[options.precision], 3 if options.quick else 30)
    rows = []
    for row in measured(bench, options.quick):
        rows.append(row)
        shape = " ".join(f"{name}={size}" for name, size in row.shape.items())
        rates = f"{row.flop / row.seconds / 1e12:9.2f} TFLOP/s {row.bytes / row.seconds / 1e9:9.1f} GB/s"
        print(f"{row.operator:12} {shape:40} {row.seconds * 1e6:12.1f} us {rates}")
    if options.output:
        options.output.write_text(
            json.dumps(document(bench, options.precision, rows), indent=1) + "\n", encoding="utf-8"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
