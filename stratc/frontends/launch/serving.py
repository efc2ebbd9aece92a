"""What the arguments of vLLM and SGLang say.

Sources: vllm/engine/arg_utils.py of 0.33, sglang/srt/server_args.py of 0.5.23, the commands of trtllm-serve 1.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import TYPE_CHECKING

from stratc.frontends.launch.settings import PRECISIONS, Row, Setting, Settings
from stratc.ir.statement import Statement

if TYPE_CHECKING:
    from stratc.frontends.launch.arguments import Command
    from stratc.frontends.launch.traced import Atlas

VLLM: dict[str, Row] = {
    **dict.fromkeys(("tensor_parallel_size", "tp"), "strategy.tp"),
    **dict.fromkeys(("pipeline_parallel_size", "pp"), "strategy.pp"),
    **dict.fromkeys(("data_parallel_size", "dp"), "strategy.dp"),
    **dict.fromkeys(("prefill_context_parallel_size", "pcp"), "strategy.cp"),
    "max_model_len": "workload.sequence_length",
    "dtype": ("model.precision", PRECISIONS),
    "kv_cache_dtype": ("model.kv_precision", PRECISIONS),
}
SGLANG: dict[str, Row] = {
    **dict.fromkeys(("pp_size", "pipeline_parallel_size", "pp"), "strategy.pp"),
    **dict.fromkeys(("ep_size", "expert_parallel_size", "ep"), "strategy.ep"),
    "context_length": "workload.sequence_length",
    "dtype": ("model.precision", PRECISIONS),
    "kv_cache_dtype": ("model.kv_precision", PRECISIONS),
}
TENSORRT: dict[str, Row] = {
    **dict.fromkeys(("tp_size", "tensor_parallel_size"), "strategy.tp"),
    **dict.fromkeys(("pp_size", "pipeline_parallel_size"), "strategy.pp"),
    **dict.fromkeys(("ep_size", "moe_expert_parallel_size"), "strategy.ep"),
    **dict.fromkeys(("cp_size", "context_parallel_size"), "strategy.cp"),
    "gpus_per_node": "hardware.devices_per_node",
    "max_seq_len": "workload.sequence_length",
}
NAMES = {"vllm": "vLLM", "sglang": "SGLang", "tensorrt": "TensorRT-LLM"}
TABLES = {"vllm": VLLM, "sglang": SGLANG, "tensorrt": TENSORRT}
MODELS = ("model", "model_path", "model_name_or_path", "hf_checkpoint")


def statements(server: str, command: Command, settings: Settings, atlas: Atlas) -> Iterator[Statement]:
    """What the command line of a server says."""
    place = atlas.span(command.program)
    yield from arguments(server, settings)
    if place is not None:
        yield Statement("strategy.framework", NAMES[server], place, place)
        yield Statement("workload.phase", "inference", place, place)
    named = next((each for each in command.words[:2] if not each.text.startswith("-") and each.text != "serve"), None)
    if (
        named is not None
        and settings.get(*MODELS) is None
        and named.is_known
        and (span := atlas.span(named)) is not None
    ):
        yield Statement("model.name", named.text.rpartition("/")[2], span, span)


def arguments(server: str, settings: Settings) -> Iterator[Statement]:
    """What the arguments of a server say, from wherever they were read."""
    yield from settings.by(TABLES[server])
    named = settings.get(*MODELS)
    if named is not None and isinstance(named.value, str) and named.value.strip(" ./"):
        yield settings.say(named, "model.name", named.value.rstrip("/").rpartition("/")[2])
    if server == "vllm":
        yield from _experts_of_vllm(settings)
    elif server == "sglang":
        yield from _ranks_of_sglang(settings)
        yield from _replicas_of_sglang(settings)


def _experts_of_vllm(settings: Settings) -> Iterator[Statement]:
    """With --enable-expert-parallel the experts are dealt to all ranks of a stage."""
    switch = settings.get("enable_expert_parallel", "ep")
    if switch is not None and switch.is_on:
        ranks = _said(settings, "tensor_parallel_size", "tp") * _said(settings, "data_parallel_size", "dp")
        yield settings.say(switch, "strategy.ep", ranks * _said(settings, "prefill_context_parallel_size", "pcp"))


def _ranks_of_sglang(settings: Settings) -> Iterator[Statement]:
    """--tp-size counts the ranks of a stage: those of data- and context-parallel attention and copies of experts too.

    Source: sglang/srt/server_args.py of 0.5.23; attention has tp ÷ (attn-dp × attn-cp), experts tp ÷ (ep × moe-dp).
    With --enable-dp-attention --dp-size is attn-dp: sglang/srt/layers/dp_attention.py, attn_tp_size.
    """
    ranks = settings.get("tp_size", "tensor_parallel_size", "tp")
    if ranks is None or not ranks.number:
        return
    inside = settings.get("dp_size", "data_parallel_size", "dp") if settings.is_on("enable_dp_attention") else None
    replicas, parts = settings.get("attn_dp_size") or inside, settings.get("attn_cp_size")
    given = ((each, each.number) for each in (replicas, parts) if each is not None)
    inner = [(each, size) for each, size in given if size is not None and size > 1]
    share = prod(size for _, size in inner)
    if ranks.number % share:  # which SGLang refuses
        inner, share = [], 1
    yield settings.say(ranks, "strategy.tp", ranks.number // share)
    for each, size in inner:
        yield settings.say(each, "strategy.dp" if each is replicas else "strategy.cp", size)
    copies, experts = settings.get("moe_dp_size"), settings.number("ep_size", "expert_parallel_size", "ep")
    if copies is not None and copies.number and experts and ranks.number % (copies.number * experts) == 0:
        yield settings.say(copies, "strategy.expert_tp", ranks.number // (copies.number * experts))


def _said(settings: Settings, *names: str) -> int:
    return settings.number(*names) or 1  # vLLM's own default


def _replicas_of_sglang(settings: Settings) -> Iterator[Statement]:
    """--dp-size counts replicas, unless data-parallel attention runs inside the tensor-parallel group."""
    replicas: Setting | None = settings.get("dp_size", "data_parallel_size", "dp")
    if replicas is not None and replicas.number and not settings.is_on("enable_dp_attention"):
        yield settings.say(replicas, "strategy.dp", replicas.number)
