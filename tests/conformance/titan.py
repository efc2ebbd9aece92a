"""torchtitan's own reading of a configuration, run on a CPU as one process that stands for a rank of the job.

Its own code reads the file, checks meshes, makes them (torch's `fake` backend), and cuts its real model on the meta
device into stages and shards.  What needs a GPU is switched off: compilation and float8.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import warnings
from typing import Any


def load() -> None:
    """Import torchtitan for a machine without GPU."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    import torch._dynamo  # noqa: F401  # every model would import it anew
    import torchtitan.distributed.parallel_dims as dims
    import torchtitan.distributed.pipeline_parallel
    import torchtitan.protocols.train_spec  # noqa: F401
    import torchtitan.tools.utils as tools

    tools.device_type = dims.device_type = "cpu"


def judged(path: str, world: int) -> dict[str, Any]:
    """What torchtitan derives, or the stage and text of its refusal.

    It leaves global state behind: call it in a process of its own.
    """
    os.environ.update(RANK="0", LOCAL_RANK="0", WORLD_SIZE=str(world), MASTER_ADDR="localhost", MASTER_PORT="29544")
    found: dict[str, Any] = {"stage": "config"}
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            _derive(path, world, found)
    except SystemExit:
        return {**found, "refused": out.getvalue()[-400:]}
    except Exception as error:  # whatever torchtitan raises is its verdict
        return {**found, "refused": f"{type(error).__name__}: {error}"}
    return {**found, "stage": "done"}


def _derive(path: str, world: int, found: dict[str, Any]) -> None:
    import torch
    import torch.distributed as dist
    from torch.testing._internal.distributed.fake_pg import FakeStore
    from torchtitan.config import ConfigManager
    from torchtitan.protocols.train_spec import get_train_spec

    config = ConfigManager().parse_args(["--job.config_file", path])
    found["stage"] = "meshes"
    dims = _dims(config.parallelism, world)
    found["degrees"] = {name: getattr(dims, name) for name in ("tp", "pp", "cp", "ep")}
    found["dp"] = dims.dp_replicate * dims.dp_shard
    share = config.training.local_batch_size * found["dp"]
    found["batch"], found["steps"] = config.training.global_batch_size, config.training.global_batch_size / share
    dist.init_process_group("fake", store=FakeStore(), rank=0, world_size=world)
    dims.build_mesh()
    found["stage"] = "model"
    spec = get_train_spec(config.model.name)
    shape = spec.model_args[config.model.flavor]
    shape.update_from_config(config)
    with torch.device("meta"):
        model = spec.model_cls(shape)
    found["parameters"] = sum(weight.numel() for weight in model.parameters())
    found["stage"] = "stages"
    parts = _parts(config, dims, spec, model, shape)
    found["layers"] = [len(part.layers) for part in parts]
    found["held"] = sum(_held(weight) for part in parts for weight in part.parameters())


def _dims(told: Any, world: int) -> Any:
    from torchtitan.distributed import ParallelDims

    return ParallelDims(
        dp_replicate=told.data_parallel_replicate_degree,
        dp_shard=told.data_parallel_shard_degree,
        cp=told.context_parallel_degree,
        tp=told.tensor_parallel_degree,
        pp=told.pipeline_parallel_degree,
        ep=told.expert_parallel_degree,
        etp=told.expert_tensor_parallel_degree,
        world_size=world,
    )


def _parts(config: Any, dims: Any, spec: Any, model: Any, shape: Any) -> list[Any]:
    """The stages of the first rank, sharded."""
    import torch

    config.compile.enable, config.parallelism.enable_async_tensor_parallel, config.model.converters = False, False, []
    if dims.pp == 1:
        return [spec.parallelize_fn(model, dims, config)]
    device, cut = torch.device("cpu"), spec.parallelize_fn
    _, parts, _, _ = spec.pipelining_fn(model, dims, config, device, shape, cut, lambda *_: 0)
    return list(parts)


def _held(weight: Any) -> int:
    return int(weight.to_local().numel() if hasattr(weight, "to_local") else weight.numel())
