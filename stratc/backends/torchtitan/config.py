"""The part of torchtitan's configuration that a plan decides, as typed values.

Sections, keys and meaning: torchtitan 0.2.2, torchtitan/config/job_config.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from stratc.ir.origin import Known

VERSION = "0.2"
Section: TypeAlias = tuple[tuple[str, Known[Any]], ...]


@dataclass(frozen=True, slots=True)
class TitanJob:
    """The sections of the file, keys with their values, and the shape of the job."""

    sections: tuple[tuple[str, Section], ...]
    world: Known[int]
    per_node: Known[int]
    nodes: int


@dataclass(frozen=True, slots=True)
class Flavour:
    """A model that torchtitan has registered, by its shape."""

    name: str
    flavour: str
    layers: int
    hidden_size: int
    heads: int
    experts: int
    vocab_size: int


FLAVOURS = (
    Flavour("llama3", "8B", 32, 4096, 32, 0, 128256),
    Flavour("llama3", "70B", 80, 8192, 64, 0, 128256),
    Flavour("llama3", "405B", 126, 16384, 128, 0, 128256),
    Flavour("llama4", "17bx16e", 48, 5120, 40, 16, 202048),
    Flavour("llama4", "17bx128e", 48, 5120, 40, 128, 202048),
    Flavour("deepseek_v3", "16B", 27, 2048, 16, 64, 102400),
    Flavour("deepseek_v3", "671B", 61, 7168, 128, 256, 129280),
    Flavour("qwen3", "32B", 64, 5120, 64, 0, 151936),
)
"""Source: the configurations under torchtitan/models/*/train_configs of 0.2.2, the shapes of the published models."""
SCHEDULES = {
    "1f1b": "1F1B",
    "gpipe": "GPipe",
    "interleaved": "Interleaved1F1B",
    "zb-v": "ZBVZeroBubble",
    "dualpipe": "DualPipeV",
}
"""Schedule of a plan: its name in torch.distributed.pipelining."""
MANY_A_RANK = ("Interleaved1F1B", "ZBVZeroBubble", "DualPipeV")
"""Schedules of torch whose ranks hold two stages, unless the layers of a stage say otherwise."""
TWO_A_RANK = ("zb-v", "dualpipe")
"""Schedules whose ranks hold one stage on the way down and one on the way back."""
