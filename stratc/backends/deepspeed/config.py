"""The part of DeepSpeed's configuration that a plan decides, as typed values.

Keys and meaning: DeepSpeed 0.19, deepspeed/runtime/config.py and runtime/zero/config.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stratc.ir.origin import Known


@dataclass(frozen=True, slots=True)
class DeepSpeedConfig:
    """One configuration: train_batch_size = micro-batch size × accumulation steps × data-parallel degree."""

    train_batch_size: Known[int]
    train_micro_batch_size_per_gpu: Known[int]
    gradient_accumulation_steps: Known[int]
    zero_stage: Known[int]
    offloaded: tuple[str, ...]  # keys of what lies on the host
    precision: Known[str]
    stages: Known[int]
    recompute: Known[str] | None
    sequence_parallel_size: Known[int]

    def as_json(self) -> dict[str, Any]:
        """The dictionary that DeepSpeed reads; what is at its default is left out."""
        config: dict[str, Any] = {
            "train_batch_size": self.train_batch_size.value,
            "train_micro_batch_size_per_gpu": self.train_micro_batch_size_per_gpu.value,
            "gradient_accumulation_steps": self.gradient_accumulation_steps.value,
            "zero_optimization": {
                "stage": self.zero_stage.value,
                **{key: {"device": "cpu"} for key in self.offloaded},
            },
        }
        if self.precision.value in ("bf16", "fp16"):
            config[self.precision.value] = {"enabled": True}
        if self.stages.value > 1:
            interval = int(self.recompute is not None)
            config["pipeline"] = {"stages": self.stages.value, "activation_checkpoint_interval": interval}
        elif self.recompute is not None:
            config["activation_checkpointing"] = {"partition_activations": False, "cpu_checkpointing": False}
        if self.sequence_parallel_size.value > 1:
            config["sequence_parallel_size"] = self.sequence_parallel_size.value
        return config


@dataclass(frozen=True, slots=True)
class DeepSpeedJob:
    """The configuration, the Megatron-DeepSpeed arguments beside it, and the shape of the job."""

    config: DeepSpeedConfig
    arguments: tuple[tuple[str, Known[Any]], ...]
    nodes: int
    per_node: int
    world: Known[int]
    version: str  # of DeepSpeed
