"""Memory that no tensor of the model holds: workspaces of libraries, and buckets for communication."""

from __future__ import annotations

from stratc.arith.term import Number
from stratc.arith.unit import Bytes

CUBLAS_WORKSPACE = 32 * 2**20
"""Bytes of cuBLAS's workspace of one thread, on Hopper and in deterministic runs.  Source: cublas-manual."""
ENGINE_WORKSPACE = 32 * 2**20
"""Bytes of Transformer Engine's own workspace; 4 MiB before Hopper.  Source: transformer-engine, module/base.py."""
ENGINE_WORKSPACE_BEFORE_HOPPER = 4 * 2**20

CUDA_CONTEXT = 1343 * 2**20
"""Bytes of a process's context with PyTorch's kernels loaded.  Source: huggingface-anatomy, before the first tensor."""
COMMUNICATOR_OF_TWO = 544 * 2**20
"""Bytes of a communicator between two linked devices, whatever the messages.  Source: nccl-memory (A100, NVLink)."""
COMMUNICATOR = 688 * 2**20
"""The same of more than two."""

PEAK_SPREAD = (0.93, 1.25)
"""Measured peaks of training as multiples of their estimates: four of five of the readings named by PEAKS.

The middle four fifths of all other sources, 0.96 to 1.18, hold 77 % of a source's readings; hence somewhat wider.
"""
PEAKS = "219 published peaks of eight sources"


def library_workspaces(before_hopper: bool = False) -> Bytes:
    """Bytes that matrix libraries keep for themselves: cuBLAS for the forward and the backward thread, and one more.

    2 × 32 MiB + 32 MiB, or + 4 MiB before Hopper

    >>> library_workspaces(), library_workspaces(before_hopper=True)
    (100663296, 71303168)

    Source: cublas-manual; transformer-engine, module/base.py.
    """
    return 2 * CUBLAS_WORKSPACE + (ENGINE_WORKSPACE_BEFORE_HOPPER if before_hopper else ENGINE_WORKSPACE)


def bucket_bytes(elements: Number, w: Number, overlapped: bool = False) -> Bytes:
    """Bytes of the buffers in which gradients and weights are collected before they are sent.

    elements × w, 4.5 times as much where sending overlaps with computing

    >>> bucket_bytes(elements=1e9, w=2) / 1e9, bucket_bytes(elements=1e9, w=2, overlapped=True) / 1e9
    (2.0, 9.0)

    Source: deepspeed-config, reduce_bucket_size and allgather_bucket_size; huggingface-deepspeed, overlap_comm (9 GB).
    """
    return elements * w * (4.5 if overlapped else 1)


def unfused_step_bytes(N: Number) -> Bytes:
    """Bytes that Adam needs for a while where no fused kernel steps the optimizer's share of N parameters.

    2 × 4 × N for the root of the second moment, without and with ε; 2 × N for half-precision gradients flattened
    before FP32 copies are made.  As single tensors they do not fit where activations were.

    >>> unfused_step_bytes(N=1e9) / 1e9
    10.0

    Source: pytorch-adamw, foreach; internevo-zero, step.
    """
    return 2 * 4 * N + 2 * N


def communicator_bytes(n: int) -> Bytes:
    """Bytes of buffers that a communicator of n devices holds outside of the framework's own memory.

    none of one, 544 MiB of two, 688 MiB of more

    >>> [communicator_bytes(n) // 2**20 for n in (1, 2, 8)]
    [0, 544, 688]

    Neglects: all-to-all over every channel, which takes more; groups that share their buffers.  Source: nccl-memory.
    """
    return 0 if n <= 1 else COMMUNICATOR_OF_TWO if n == 2 else COMMUNICATOR
