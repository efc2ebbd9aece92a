"""DeepSpeed's own checks of a configuration, run on a CPU as one process that stands for a rank of the job."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import warnings
from collections.abc import Mapping
from typing import Any


def load() -> None:
    """Import DeepSpeed for a machine without GPU."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    os.environ.update(DS_ACCELERATOR="cpu", LOCAL_RANK="0", LOCAL_SIZE="1", RANK="0")
    os.environ.update(MASTER_ADDR="localhost", MASTER_PORT="29511")
    import deepspeed
    import deepspeed.pipe  # noqa: F401


def judged(config: Mapping[str, Any], world: int, tp: int, pp: int, cp: int, layers: int) -> dict[str, Any]:
    """The batch as DeepSpeed counts it, and the layers of its stages; or the text of its refusal.

    It leaves global state behind: call it in a process of its own.
    """
    os.environ["WORLD_SIZE"] = str(world)
    found: dict[str, Any] = {"stage": "config"}
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            _derive(config, world, tp, pp, cp, layers, found)
    except Exception as error:  # whatever DeepSpeed raises is its verdict
        return {**found, "refused": f"{type(error).__name__}: {error}"}
    return {**found, "stage": "done"}


def _derive(
    config: Mapping[str, Any], world: int, tp: int, pp: int, cp: int, layers: int, found: dict[str, Any]
) -> None:
    import deepspeed
    import torch.distributed as dist
    from deepspeed.runtime.config import DeepSpeedConfig
    from torch.testing._internal.distributed.fake_pg import FakeStore

    dist.init_process_group("fake", store=FakeStore(), rank=0, world_size=world)
    deepspeed.init_distributed()

    class Grid:
        """What Megatron-DeepSpeed passes as `mpu`."""

        @staticmethod
        def get_data_parallel_world_size() -> int:
            return world // (tp * pp * cp)

    read = DeepSpeedConfig(dict(config), mpu=Grid() if tp * pp > 1 else None)
    found["batch"] = read.train_batch_size
    found["steps"] = read.gradient_accumulation_steps
    found["dp"] = int(read.world_size)
    if pp > 1 and cp == 1 and "fp16" not in config:  # no CPU computes in fp16
        found["stage"] = "pipeline"
        found["parts"] = _pipeline(config, world, tp, pp, layers)


def _pipeline(config: Mapping[str, Any], world: int, tp: int, pp: int, layers: int) -> list[int]:
    """The first layer of every stage, and the end, as DeepSpeed's engine parts a pipeline of equal layers."""
    import deepspeed
    import torch
    from deepspeed.pipe import LayerSpec, PipelineModule
    from deepspeed.runtime.pipe.topology import PipeModelDataParallelTopology

    topology = PipeModelDataParallelTopology(num_pp=pp, num_mp=tp, num_dp=world // (tp * pp))
    blocks = [LayerSpec(torch.nn.Linear, 4, 4) for _ in range(layers)]
    network = PipelineModule(layers=blocks, topology=topology, loss_fn=torch.nn.MSELoss())
    optimizer = {"type": "Adam", "params": {"lr": 1e-4, "torch_adam": True}}
    whole = {**config, "optimizer": optimizer}
    deepspeed.initialize(model=network, model_parameters=list(network.parameters()), config=whole)
    return [int(part) for part in network.parts]
