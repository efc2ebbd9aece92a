"""DeepSpeed's own checks of a launch, run on a CPU as one process that stands for a rank of the job.

Its own code parses the launcher's line and the hostfile, reads the configuration, makes the engine around a small model
(with experts, where the plan has them) or a pipeline of as many layers, and makes the process groups (torch's `fake`
backend).  Stubs: what Megatron-DeepSpeed passes as `mpu`, with the conditions of its initialize_model_parallel, the
support for fp16, and the optimizer of PyTorch instead of a compiled one.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

WITHOUT_KERNELS = {
    "optimizer": {"type": "Adam", "params": {"lr": 1e-4, "torch_adam": True}},
    "zero_force_ds_cpu_optimizer": False,
}
"""What lets DeepSpeed make its engine without compiled operators."""
WIDTH = 4  # of the small model; DeepSpeed itself does not look at the size of a network


@dataclass(frozen=True)
class Job:
    """A configuration and what the training program would pass beside it."""

    config: dict[str, Any]
    world: int
    tp: int = 1
    pp: int = 1
    sp: int = 1
    layers: int = 1
    heads: int = 0
    experts: int = 0
    top_k: int = 1
    ep: int = 1
    expert_tp: int = 1


def load() -> None:
    """Import DeepSpeed for a machine without GPU."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    os.environ.update(DS_ACCELERATOR="cpu", LOCAL_RANK="0", LOCAL_SIZE="1", RANK="0")
    os.environ.update(MASTER_ADDR="localhost", MASTER_PORT="29511")
    import deepspeed
    import deepspeed.moe.layer
    import deepspeed.moe.utils
    import deepspeed.pipe
    import deepspeed.runtime.pipe.topology
    import deepspeed.runtime.zero.muon.muon_optimizer  # noqa: F401
    import torch._dynamo  # noqa: F401  # every engine would import it anew
    from deepspeed.accelerator import get_accelerator

    type(get_accelerator()).is_fp16_supported = lambda _: True


def launched(words: list[str], hostfile: str) -> dict[str, Any]:
    """What DeepSpeed's launcher reads of its line and of a hostfile: the devices, and what it hands to the program."""
    from deepspeed.launcher import runner

    read = runner.parse_args(words)
    hosts = runner._parse_hostfile(hostfile.splitlines())
    return {"devices": sum(hosts.values()), "script": read.user_script, "arguments": read.user_args}


def judged(job: Job) -> dict[str, Any]:
    """What DeepSpeed derives, or the stage and text of its refusal.

    It leaves global state behind: call it in a process of its own.
    """
    os.environ["WORLD_SIZE"] = str(job.world)
    found: dict[str, Any] = {"stage": "mpu"}
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            _derive(job, found)
    except Exception as error:  # whatever DeepSpeed raises is its verdict
        return {**found, "refused": f"{type(error).__name__}: {error}"}
    return {**found, "stage": "done"}


def _derive(job: Job, found: dict[str, Any]) -> None:
    import deepspeed
    import torch.distributed as dist
    from torch.testing._internal.distributed.fake_pg import FakeStore

    dist.init_process_group("fake", store=FakeStore(), rank=0, world_size=job.world)
    deepspeed.init_distributed()
    mpu = _mpu(job)
    found["stage"] = "config"
    read = deepspeed.DeepSpeedConfig(dict(job.config), mpu=mpu)
    found["batch"], found["micro batch"] = read.train_batch_size, read.train_micro_batch_size_per_gpu
    found["steps"], found["dp"] = read.gradient_accumulation_steps, int(read.world_size)
    found["stage"] = "attention"
    _attention(job)
    found["stage"] = "engine"
    engine = _pipeline(job, found) if job.pp > 1 else _engine(job, mpu, found)
    found["engine batch"] = engine.train_batch_size()
    found["zero"], found["precision"] = engine.zero_optimization_stage(), str(engine.get_data_types()[0])
    found["on host"] = [name for name in ("optimizer", "param") if _on_host(engine, name)]


def _mpu(job: Job) -> Any:
    """What Megatron-DeepSpeed passes as `mpu`; its conditions: megatron/core/parallel_state.py."""
    import torch.distributed as dist

    if job.world % (job.tp * job.pp * job.sp):
        raise RuntimeError(f"world_size ({job.world}) is not divisible by {job.tp} x {job.pp} x {job.sp}")
    if job.sp > 1 and job.tp * job.pp > 1:
        raise AssertionError("DeepSpeed's sequence parallel does not work with tensor parallel or pipeline parallel")
    if job.tp * job.pp * job.sp == 1:
        return None
    dp = job.world // (job.tp * job.pp * job.sp)
    groups = {
        "data_parallel": range(0, dp * job.tp * job.sp, job.tp * job.sp),
        "model_parallel": range(job.tp),
        "tensor_model_parallel": range(job.tp),
        "sequence_parallel": range(job.sp),
        "sequence_data_parallel": range(0, dp * job.tp * job.sp, job.tp),
    }

    class Grid:
        """The degrees and the groups of the first rank."""

        @staticmethod
        def get_pipeline_model_parallel_world_size() -> int:
            return job.pp

    for name, ranks in groups.items():
        answers = {"world_size": len(ranks), "rank": 0, "group": dist.new_group(list(ranks))}
        for what, answer in answers.items():
            if not name.startswith("sequence") or job.sp > 1:
                setattr(Grid, f"get_{name}_{what}", staticmethod(lambda value=answer: value))
    return Grid


def _attention(job: Job) -> None:
    """The exchange that deals heads out to sequence-parallel ranks, on a tensor of no size."""
    if job.sp > 1 and job.heads:
        import torch
        import torch.distributed as dist
        from deepspeed.sequence.layer import single_all_to_all

        part = torch.empty(1, job.sp, job.heads, 1)
        single_all_to_all(part, 2, 1, 0, dist.new_group(list(range(job.sp))))


def _engine(job: Job, mpu: Any, found: dict[str, Any]) -> Any:
    """DeepSpeed's engine around two layers and, where the plan has experts, one layer of them."""
    import torch
    from deepspeed.moe.layer import MoE

    layers: list[Any] = [torch.nn.Linear(WIDTH, WIDTH) for _ in range(2)]
    if job.experts:
        found["stage"] = "experts"
        layers.append(MoE(**_experts(job)))
        found["stage"] = "engine"
    return _initialised(torch.nn.ModuleList(layers), job, found, mpu=mpu)


def _experts(job: Job) -> dict[str, Any]:
    """What a layer of experts is made of."""
    import torch

    given = {"hidden_size": WIDTH, "num_experts": job.experts, "ep_size": job.ep, "k": min(job.top_k, 2)}
    split = {"enable_expert_tensor_parallelism": job.expert_tp > 1}
    return {**given, **split, "expert": torch.nn.Linear(WIDTH, WIDTH)}


def _initialised(network: Any, job: Job, found: dict[str, Any], **others: Any) -> Any:
    """DeepSpeed's engine of a network, and the process groups that it makes."""
    import deepspeed
    from deepspeed.moe.utils import split_params_into_different_moe_groups_for_optimizer as parted

    weights: Any = list(network.parameters())
    weights = parted({"params": weights, "name": "all"}) if job.experts else weights
    with _recorded() as made:
        config = job.config | WITHOUT_KERNELS
        engine, *_ = deepspeed.initialize(model=network, model_parameters=weights, config=config, **others)
    found["made"] = made
    return engine


@contextlib.contextmanager
def _recorded() -> Iterator[list[list[int]]]:
    """The ranks of every process group made meanwhile."""
    import deepspeed.comm as dist

    made: list[list[int]] = []
    create = dist.new_group

    def recorded(ranks: Any, *given: Any, **named: Any) -> Any:
        made.append([int(rank) for rank in ranks])
        return create(ranks, *given, **named)

    dist.new_group = recorded
    yield made
    dist.new_group = create


def _on_host(engine: Any, name: str) -> bool:
    """Whether DeepSpeed keeps the optimizer or the parameters on the host."""
    setting = engine._config.zero_config.offload_optimizer if name == "optimizer" else engine.zero_offload_param()
    return setting is not None and str(getattr(setting.device, "value", setting.device)) == "cpu"


def _pipeline(job: Job, found: dict[str, Any]) -> Any:
    """DeepSpeed's pipeline of equal layers: the first layer of every stage and the end, and the groups of ranks."""
    import torch
    from deepspeed.moe.layer import MoE
    from deepspeed.pipe import LayerSpec, PipelineModule
    from deepspeed.runtime.pipe.topology import PipeModelDataParallelTopology

    topology = PipeModelDataParallelTopology(num_pp=job.pp, num_mp=job.tp, num_dp=job.world // (job.tp * job.pp))
    names = {"pipe": "pp", "data": "dp", "model": "tp"}
    found["groups"] = {name: sorted(topology.get_axis_comm_lists(axis)) for axis, name in names.items()}
    block = LayerSpec(MoE, **_experts(job)) if job.experts else LayerSpec(torch.nn.Linear, WIDTH, WIDTH)
    network = PipelineModule(layers=[block] * job.layers, topology=topology, loss_fn=torch.nn.MSELoss())
    engine = _initialised(network, job, found)
    found["parts"] = [int(part) for part in network.parts]
    return engine
