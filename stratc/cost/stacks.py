"""What accelerators and serving engines really reach: the few constants of serving, in one place, with what gave them.

Measured by others, fitted on one source and tested on another: FasterTransformer's guide (A100, fitted; NVIDIA's NeMo
table tested), the Splitwise tables (PyTorch without CUDA graphs, fitted), the Qwen3 speed benchmark (H20, fitted) and
TensorRT-LLM's static batches (A100, H100, L40S, tested).  The rates are of the whole generation, never of a model.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Silicon:
    """Shares of a generation's published rates that kernels reach, and the finest element its matrix units multiply."""

    matrices: float  # of the peak, large matrix products
    attention: float  # of the 16-bit peak, fused attention over a prompt
    memory: float  # of the memory bandwidth, weights and caches read once
    finest: float = 1  # bytes of an element
    network: float = 25e9  # bytes a second of a device's usual adapter, where the plan names none
    gaps: float = 1.0  # time of short kernels in a graph, against those of Ampere and Hopper


AMPERE = Silicon(matrices=0.65, attention=0.6, memory=0.78, finest=2)
HOPPER = Silicon(matrices=0.55, attention=0.6, memory=0.85, network=50e9)
BLACKWELL = Silicon(matrices=0.5, attention=0.5, memory=0.75, finest=0.5, network=50e9, gaps=0.7)
ADA = Silicon(matrices=0.6, attention=0.5, memory=0.8)
SILICON: dict[str, Silicon] = {
    # how the name of the accelerator begins; adapters as in NVIDIA's DGX of the generation (fastertransformer-guide,
    # qwen3-speed, splitwise-2023; gaps of Blackwell from aiconfigurator-2026, the rest taken over from neighbours)
    "v100": Silicon(matrices=0.6, attention=0.4, memory=0.78, finest=2, network=12.5e9),
    **dict.fromkeys(("a100", "a800", "a10", "a30", "a40"), AMPERE),
    "h20": Silicon(matrices=0.82, attention=0.7, memory=0.42, network=50e9),
    **dict.fromkeys(("h100", "h800", "h200", "gh200"), HOPPER),
    **dict.fromkeys(("b200", "b300", "b100", "gb200", "gb300"), BLACKWELL),
    **dict.fromkeys(("l40", "l4", "l20", "rtx"), ADA),
    "mi": Silicon(matrices=0.45, attention=0.4, memory=0.7, network=50e9),
}
USUAL = Silicon(matrices=0.55, attention=0.5, memory=0.78)

LINK_SHARE = 0.5
"""Share of the links in one direction that an all-reduce of some megabytes reaches: fastertransformer-guide."""
NETWORK_SHARE = 0.7
"""The same between nodes, where all adapters of a node work at once: fastertransformer-guide, 2 and 4 nodes."""
NETWORK_SECONDS = 25e-6
"""What a collective waits at least for each doubling of the nodes, and once more: fastertransformer-guide."""
GROUPED = 0.3
"""Products of many experts at once against one product of the same size, in rate, experts
of unequal load included: tensorrt-overview (MoE models), aiconfigurator-2026."""
EXPERT_KERNELS = 0.6
"""Kernels of routing, sorting and combining experts, as a share of those of an ordinary layer: qwen3-speed."""
MOVES = 12
"""Times that a layer reads or writes its hidden state beside its matrices: residuals and norms: narayanan-2021."""
SPLIT_TOKENS = 4096
"""Tokens of prompts that pipeline engines compute at once, the rest follows: fastertransformer-guide, its source."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Measured times against estimated ones: the bounds that nine in ten of them keep."""

    prefill: tuple[float, float]
    decode: tuple[float, float]


ALONE = Spread(prefill=(0.9, 1.7), decode=(0.85, 1.3))
"""Batches that begin and end together: 91 prompts and 82 tokens of splitwise-2023 and others."""
TOGETHER = Spread(prefill=(0.5, 4.6), decode=(0.7, 2.1))
"""Clients that keep asking: 721 runs of three engines on Hopper and Blackwell, aiconfigurator-2026."""


@dataclass(frozen=True, slots=True)
class Stack:
    """What a serving engine adds to the work of the device, in seconds."""

    layer: float  # short kernels of a layer, or their launches one by one where eager
    step: float  # sampling and the host, once a step
    sequence: float = 0  # the host's work for every sequence of a step
    sequence_layer: float = 0  # the same in every layer
    eager: bool = False  # launches hide behind the device's work, or the work behind them
    in_flight: bool = False  # requests join and leave a running batch
    waves: bool = False  # prompts go before all tokens, so that requests which began together stay together
    quantised: float = 0  # converting activations in a layer whose weights are quantised
    copies: float = 0  # times that keys and values move for every query head that shares them, and once more
    collective: float = 20e-6  # of a collective before its first byte
    doubling: float = 12e-6  # and for each doubling of its devices
    answer: float = 0  # from request to reply beside the model
    on_demand: bool = False  # pages of the cache are given out as tokens come, not for a whole answer: kwon-2023


EAGER = Stack(layer=550e-6, step=0.5e-3, sequence=0.44e-3, eager=True)
FUSED = Stack(layer=50e-6, step=0.3e-3, collective=8e-6, doubling=1e-6)
STACKS: dict[str, Stack] = {
    # how the engine's name begins; the source of each: fastertransformer-guide (first two), qwen3-speed (next two)
    "fastertransformer": Stack(layer=60e-6, step=0.5e-3),
    "megatron": Stack(layer=540e-6, step=2.8e-3, sequence_layer=166e-6, eager=True),
    "transformers": Stack(layer=600e-6, step=0.2e-3, quantised=1.4e-3, copies=4.3, eager=True),
    "litgpt": Stack(layer=600e-6, step=0.2e-3, eager=True),
    "vllm": Stack(
        35e-6,
        1e-3,
        6e-6,
        in_flight=True,
        quantised=5e-6,
        collective=8e-6,
        doubling=1e-6,
        answer=0.03,
        on_demand=True,
    ),
    "sglang": Stack(
        50e-6, 0.2e-3, 6e-6, in_flight=True, waves=True, quantised=5e-6, collective=8e-6, doubling=1e-6, answer=0.05
    ),
    "tensorrt": Stack(33e-6, 0.5e-3, 6e-6, in_flight=True, quantised=5e-6, collective=8e-6, doubling=1e-6, answer=0.09),
}
ALIASES = {
    "trtllm": "tensorrt",
    "trt-llm": "tensorrt",
    "hugging": "transformers",
    "faster transformer": "fastertransformer",
}


def silicon(name: str) -> Silicon:
    """What the generation of an accelerator reaches, by the longest beginning of its name that is known.

    >>> silicon("NVIDIA H20-96GB").memory, silicon("H200 SXM").memory, silicon("A100").memory, silicon("x").memory
    (0.42, 0.85, 0.78, 0.78)

    Source: fastertransformer-guide, splitwise-2023, qwen3-speed (fitted).
    """
    word = name.lower().removeprefix("nvidia ").removeprefix("amd ").removeprefix("geforce ")
    known = [each for each in SILICON if word.startswith(each)]
    return SILICON[max(known, key=len)] if known else USUAL


def stack(name: str) -> Stack:
    """What a named engine adds: fused kernels where none is named, launches one by one where it is not known.

    >>> stack("vLLM 0.12").in_flight, stack("").eager, stack("our own scripts").eager
    (True, False, True)

    Source: fastertransformer-guide, splitwise-2023, qwen3-speed (fitted).
    """
    word = name.lower().strip()
    word = next((each for alias, each in ALIASES.items() if word.startswith(alias)), word)
    known = next((each for key, each in STACKS.items() if word.startswith(key)), None)
    return known or (EAGER if word else FUSED)
