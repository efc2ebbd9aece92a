"""Megatron-LM's own checks of an argument list, run on a CPU as one process that stands for a rank of the job.

Its own code parses, validates, makes the model's configuration and the process groups (torch's `fake` backend), cuts
the batch and tells the layers of every stage.  Stubs: the compute capability, the version of Transformer Engine, and
kernels that are not there without a GPU.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import types
import typing
import warnings
from collections.abc import Sequence
from typing import Any
from unittest.mock import MagicMock


def judged(arguments: Sequence[str], world: int, one_connection: bool, build: bool = False) -> dict[str, Any]:
    """What Megatron derives: dp, micro-batches, process groups, layers of each stage and chunk; or its refusal.

    With `build` also the parameters of a device of every stage, counted in its real model on the meta device.

    It leaves global state behind: call it in a process of its own.
    """
    variables = {"WORLD_SIZE": str(world), "RANK": "0", "LOCAL_RANK": "0"}
    os.environ.update(variables, MASTER_ADDR="localhost", MASTER_PORT="29500")
    os.environ.pop("CUDA_DEVICE_MAX_CONNECTIONS", None)
    if one_connection:
        os.environ["CUDA_DEVICE_MAX_CONNECTIONS"] = "1"
    found: dict[str, Any] = {"stage": "parse"}
    out = io.StringIO()
    warnings.simplefilter("ignore")  # pytest makes errors of them anew for every test
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            args, config = _derive(arguments, world, found)
            found |= {"stage": "model"} if build else {}
            found |= {"parameters": parameters(args, config, world)} if build else {}
    except SystemExit:
        return {**found, "refused": out.getvalue().strip().rpartition("\n")[2]}
    except Exception as error:  # whatever Megatron raises is its verdict
        return {**found, "refused": f"{type(error).__name__}: {error}"}
    return {**found, "stage": "done"}


def load() -> None:
    """Import Megatron's checks, with what a machine without GPU lacks put in their place."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    if not hasattr(typing, "override"):
        typing.override = lambda method: method  # type: ignore[attr-defined]  # Python 3.11
    sys.modules.setdefault("megatron.core.transformer.moe.ops.paged_stash", MagicMock(__spec__=None))
    import torch

    torch.cuda.get_device_capability = lambda *_a, **_k: (9, 0)
    torch.cuda.get_device_properties = lambda *_a, **_k: types.SimpleNamespace(major=9, minor=0)
    import megatron.core.parallel_state
    import megatron.core.transformer.transformer_block
    import megatron.training.arguments  # noqa: F401

    _pretend_transformer_engine("2.16.0")


def _pretend_transformer_engine(version: str) -> None:
    """Answer the questions after Transformer Engine, which needs a GPU to be installed, with this version."""
    from packaging.version import Version

    def at_least(wanted: str, check_equality: bool = True) -> bool:
        return Version(version) >= Version(wanted) if check_equality else Version(version) > Version(wanted)

    for name, module in list(sys.modules.items()):
        if name.startswith("megatron") and hasattr(module, "is_te_min_version"):
            setattr(module, "is_te_min_version", at_least)  # noqa: B010  # the module does not declare it
        if name.startswith("megatron") and hasattr(module, "get_te_version"):
            setattr(module, "get_te_version", lambda: Version(version))  # noqa: B010
        for kernel in ("fused_apply_rotary_pos_emb", "fused_apply_rotary_pos_emb_thd", "fused_permute"):
            if name.startswith("megatron") and getattr(module, kernel, 0) is None:
                setattr(module, kernel, MagicMock())


def _derive(arguments: Sequence[str], world: int, found: dict[str, Any]) -> tuple[Any, Any]:
    from megatron.training import arguments as checks

    sys.argv = ["pretrain_gpt.py", *arguments]
    args = checks.parse_args()
    found["stage"] = "validate"
    checks.validate_args(args, {"tokenizer_type": "GPT2BPETokenizer"})
    found["stage"] = "config"
    config = checks.core_transformer_config_from_args(args)
    found |= {"stage": "batch", "dp": args.data_parallel_size, "micro_batches": _micro_batches(args)}
    found["stage"] = "groups"
    found["groups"] = _all_groups(args, world)
    found["placement"] = _placement(args, world)
    found["stage"] = "layers"
    found["layers"] = _layers(args, config)
    found["windows"] = _windows(config)
    return args, config


def _windows(config: Any) -> list[int]:
    """How many tokens every layer looks back on, its own included; 0 for all of them."""
    from megatron.core.transformer.utils import is_layer_window_attention as narrow

    size, skipped = config.window_size, config.window_attn_skip_freq
    return [size[0] + 1 if narrow(size, skipped, layer) else 0 for layer in range(1, config.num_layers + 1)]


def _micro_batches(args: Any) -> int:
    from megatron.core import num_microbatches_calculator as calculator

    calculator.unset_num_microbatches_calculator()
    calculator.init_num_microbatches_calculator(
        0, None, args.global_batch_size, args.micro_batch_size, args.data_parallel_size, False
    )
    return int(calculator.get_num_microbatches())


def _groups(args: Any, world: int, rank: int) -> None:
    """Megatron's process groups, as one rank of the job makes them."""
    import torch.distributed as dist
    from megatron.core import parallel_state
    from torch.testing._internal.distributed.fake_pg import FakeStore

    if dist.is_initialized():
        parallel_state.destroy_model_parallel()
        dist.destroy_process_group()
    dist.init_process_group("fake", store=FakeStore(), rank=rank, world_size=world)
    parallel_state.initialize_model_parallel(
        args.tensor_model_parallel_size,
        args.pipeline_model_parallel_size,
        args.virtual_pipeline_model_parallel_size,
        context_parallel_size=args.context_parallel_size,
        expert_model_parallel_size=args.expert_model_parallel_size,
        expert_tensor_parallel_size=args.expert_tensor_parallel_size,
        create_gloo_process_groups=False,
    )


GROUPS = {
    # what Megatron calls the groups of an axis
    "TENSOR_MODEL_PARALLEL_GROUP": "tp",
    "CONTEXT_PARALLEL_GROUP": "cp",
    "DATA_PARALLEL_GROUP": "dp",
    "DATA_PARALLEL_GROUP_WITH_CP": "dp and cp",
    "PIPELINE_MODEL_PARALLEL_GROUP": "pp",
    "EXPERT_TENSOR_PARALLEL_GROUP": "expert tp",
    "EXPERT_MODEL_PARALLEL_GROUP": "ep",
    "EXPERT_DATA_PARALLEL_GROUP": "expert dp",
}


def _all_groups(args: Any, world: int) -> dict[str, list[list[int]]]:
    """Every process group that Megatron makes, by axis and first rank."""
    from megatron.core import parallel_state

    made: dict[str, list[list[int]]] = {}
    create = parallel_state.create_group

    def recorded(ranks: Any = None, *given: Any, group_desc: Any = None, **named: Any) -> Any:
        if group_desc in GROUPS:
            made.setdefault(GROUPS[group_desc], []).append(list(ranks))
        return create(ranks, *given, group_desc=group_desc, **named)

    parallel_state.create_group = recorded
    _groups(args, world, rank=0)
    parallel_state.create_group = create
    return {axis: sorted(groups) for axis, groups in made.items()}


def _placement(args: Any, world: int) -> list[list[list[int] | None]]:
    """Every tensor-parallel group, and the first and last expert that its ranks hold together."""
    from megatron.core.parallel_state import RankGenerator

    tp, pp, cp = args.tensor_model_parallel_size, args.pipeline_model_parallel_size, args.context_parallel_size
    ep, etp = args.expert_model_parallel_size, args.expert_tensor_parallel_size
    order = "tp-cp-ep-dp-pp"
    dense = RankGenerator(tp=tp, ep=1, dp=world // (tp * cp * pp), pp=pp, cp=cp, order=order)
    groups = [list(group) for group in dense.get_ranks("tp")]
    if not args.num_experts:
        return [[group, None] for group in sorted(groups)]
    sparse = RankGenerator(tp=etp, ep=ep, dp=world // (etp * ep * pp), pp=pp, cp=1, order=order)
    share = args.num_experts // ep
    place = {rank: group.index(rank) for group in sparse.get_ranks("ep") for rank in group}
    return [[group, _held(place[group[0]], place[group[-1]], share)] for group in sorted(groups)]


def _held(first: int, last: int, share: int) -> list[int] | None:
    """The first and last expert of neighbouring expert ranks; None where they are no neighbours."""
    return [first * share, last * share + share - 1] if first <= last else None


def _layers(args: Any, config: Any) -> list[list[int]]:
    """Layers of every pipeline rank, one number a virtual stage."""
    from megatron.core import parallel_state
    from megatron.core.transformer.transformer_block import get_num_layers_to_build

    chunks = args.virtual_pipeline_model_parallel_size
    table = []
    for rank in range(args.pipeline_model_parallel_size):
        parallel_state.set_pipeline_model_parallel_rank(rank)
        numbers = range(chunks) if chunks else (None,)
        table.append([get_num_layers_to_build(config, vp_stage=number, pp_rank=rank) for number in numbers])
    return table


def parameters(args: Any, config: Any, world: int) -> list[int]:
    """The parameters of one device of every pipeline stage."""
    from tests.conformance import network

    network.load()
    counts = []
    for stage in range(args.pipeline_model_parallel_size):
        _groups(args, world, rank=stage * world // args.pipeline_model_parallel_size)
        counts.append(network.parameters(args, config))
    return counts
