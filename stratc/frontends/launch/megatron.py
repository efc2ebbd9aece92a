"""What Megatron's arguments say of a plan, by their names on the command line and in NeMo's files.

Source: megatron/training/arguments.py of Megatron-Core 0.8 to 0.19, and the forks of it that DeepSpeed, BigScience and
BigCode keep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stratc.frontends.launch import windows
from stratc.frontends.launch.pipeline import staged
from stratc.frontends.launch.settings import PRECISIONS, Row, Settings, plain
from stratc.ir.layout import layer_kinds
from stratc.ir.statement import Statement

TABLE: dict[str, Row] = {
    "num_layers": "model.layers",
    "encoder_num_layers": "model.layers",
    "hidden_size": "model.hidden_size",
    "num_attention_heads": "model.heads",
    "kv_channels": "model.head_dim",
    "ffn_hidden_size": "model.ffn_hidden_size",
    "vocab_size": "model.vocab_size",
    "swiglu": ("model.gated", True),
    "geglu": ("model.gated", True),
    "quick_geglu": ("model.gated", True),
    "add_qkv_bias": ("model.qkv_bias", True),
    "qk_layernorm": ("model.qk_norm", True),
    "normalization": ("model.norm", {"rmsnorm": "RMSNorm", "layernorm": "LayerNorm", "layernorm1p": "LayerNorm"}),
    "untie_embeddings_and_output_weights": ("model.tied_embeddings", False),
    "use_rotary_position_embeddings": ("model.position_embedding", "rope"),
    "position_embedding_type": (
        "model.position_embedding",
        {"rope": "rope", "rotary": "rope", "yarn": "rope", "learned_absolute": "learned", "absolute": "learned",
         "alibi": "alibi"},
    ),
    "rotary_base": "model.rope_base",
    "optimizer_cpu_offload": ("strategy.offload_optimizer", True),
    "multi_latent_attention": ("model.attention", "mla"),
    "attention_head_type": ("model.attention", {"multihead": "mha", "multiquery": "mqa"}),
    "q_lora_rank": "model.q_lora_rank",
    "kv_lora_rank": "model.kv_lora_rank",
    "qk_head_dim": "model.qk_nope_head_dim",
    "qk_pos_emb_head_dim": "model.qk_rope_head_dim",
    "v_head_dim": "model.v_head_dim",
    "num_experts": "model.experts",
    "num_moe_experts": "model.experts",
    "moe_router_topk": "model.top_k",
    "moe_ffn_hidden_size": "model.expert_hidden_size",
    "moe_shared_expert_intermediate_size": "model.shared_expert_hidden_size",
    "moe_expert_capacity_factor": "strategy.capacity_factor",
    "moe_train_capacity_factor": "strategy.capacity_factor",
    "bf16": ("model.precision", "bf16"),
    "fp16": ("model.precision", "fp16"),
    "micro_batch_size": "workload.micro_batch_size",
    "global_batch_size": "workload.batch_size",
    "seq_length": "workload.sequence_length",
    "encoder_seq_length": "workload.sequence_length",
    "tensor_model_parallel_size": "strategy.tp",
    "model_parallel_size": "strategy.tp",
    "pipeline_model_parallel_size": "strategy.pp",
    "context_parallel_size": "strategy.cp",
    "ds_sequence_parallel_size": "strategy.cp",
    "expert_model_parallel_size": "strategy.ep",
    "moe_expert_parallel_size": "strategy.ep",
    "expert_tensor_parallel_size": "strategy.expert_tp",
    "zero_stage": "strategy.zero_stage",
    "recompute_granularity": ("strategy.recompute", {"full": "full", "selective": "selective"}),
    "recompute_activations": ("strategy.recompute", "selective"),
    "checkpoint_activations": ("strategy.recompute", "full"),
    "activations_checkpoint_method": ("strategy.recompute", {"uniform": "full", "block": "full"}),
    "activations_checkpoint_granularity": ("strategy.recompute", {"full": "full", "selective": "selective"}),
    **dict.fromkeys(("use_flash_attn", "use_flash_attn_v1", "use_flash_attn_v2", "use_flash_attn_triton"),
                    ("strategy.attention_kernel", "flash")),
    "num_key_value_heads": "model.kv_heads",
    "topk": "model.top_k",
    "expert_interval": "model.moe_every",
    "enable_zbh1_pipeline": ("strategy.schedule", "zb-h1"),
    "attention_backend": ("strategy.attention_kernel", {"flash": "flash", "unfused": "unfused", "local": "unfused"}),
}  # fmt: skip
SIGNS = {
    *("tensor_model_parallel_size", "pipeline_model_parallel_size", "model_parallel_size", "max_position_embeddings"),
    *("num_layers", "hidden_size", "num_attention_heads", "seq_length", "micro_batch_size", "global_batch_size"),
}
SHARDED = {"optim_grads_params": 3, "optim_grads": 2, "optim": 1, "no_shard": 0}


def is_megatron(settings: Settings) -> bool:
    """Whether these are arguments of Megatron or of a fork of it."""
    return len(SIGNS & settings.each.keys()) >= 3


def statements(settings: Settings) -> Iterator[Statement]:
    """What the arguments say."""
    yield from settings.by(_without_switches(settings))
    yield from _attention(settings)
    yield from windows.of_megatron(settings)
    yield from _experts(settings)
    yield from staged(settings)
    yield from _sharding(settings)
    steps = settings.get("step_batch_size_schedule")
    if steps and (first := re.match(r"[\"']?0:(\d{1,9})\b", steps.word)):
        yield settings.say(steps, "workload.batch_size", int(first[1]))  # what the first step takes
    tp, sequence = settings.number("tensor_model_parallel_size"), settings.get("sequence_parallel")
    if sequence is not None and sequence.is_on and tp and tp > 1:
        yield settings.say(sequence, "strategy.sp", tp)
    if (bare := settings.get("disable_bias_linear")) is not None and bare.is_on:
        for key in ("model.mlp_bias", "model.attention_output_bias"):
            yield settings.say(bare, key, False)
        if not settings.is_on("add_qkv_bias"):
            yield settings.say(bare, "model.qkv_bias", False)
    positions = settings.get("position_embedding_type", "use_rotary_position_embeddings")
    rows = settings.get("max_position_embeddings")
    if rows and rows.number and (positions is None or positions.word == "learned_absolute"):
        yield settings.say(rows, "model.position_rows", rows.number)


def _without_switches(settings: Settings) -> dict[str, Row]:
    """The table without settings that Megatron passes over as long as others are not given."""
    idle = set()
    if not settings.is_on("multi_latent_attention"):
        idle |= {"q_lora_rank", "kv_lora_rank", "qk_head_dim", "qk_pos_emb_head_dim", "v_head_dim"}
    else:
        idle |= {"kv_channels"}
    experts = settings.get("num_experts", "num_moe_experts")
    if experts is not None and (experts.number == 1 or len({str(experts.value), *experts.rest}) > 1):
        idle |= {
            experts.name,
            "moe_router_topk",
            "topk",
            "expert_interval",
        }  # one expert is none; other numbers on other layers are no one number
        settings.pyramid(experts)
    if experts is None:
        idle |= {
            "topk",
            "expert_interval",
            "moe_router_topk",
            "moe_ffn_hidden_size",
            "moe_shared_expert_intermediate_size",
        }
    return {name: row for name, row in TABLE.items() if name not in idle}


def _attention(settings: Settings) -> Iterator[Statement]:
    """Key and value heads; --num-query-groups counts only behind its switch, which NeMo's files do not have."""
    groups = settings.get("num_query_groups")
    switch = settings.get("group_query_attention")
    if groups and groups.number and (switch is not None and switch.is_on):
        yield settings.say(groups, "model.kv_heads", groups.number)
    elif switch is not None and switch.is_on and groups is None:
        yield settings.say(switch, "model.kv_heads", 1)  # Megatron's default of --num-query-groups


def _experts(settings: Settings) -> Iterator[Statement]:
    """Which layers have experts."""
    yield from _split_experts(settings)
    frequency, layers = settings.get("moe_layer_freq"), settings.number("num_layers", "encoder_num_layers")
    if frequency is None or settings.get("num_experts", "num_moe_experts") is None:
        return
    if frequency.number:
        if frequency.number > 1:
            yield settings.say(frequency, "model.moe_every", frequency.number)
        return
    kinds = layer_kinds(str(frequency.value or ""))
    if kinds is not None and layers == len(kinds):
        dense = kinds.count(0)
        yield settings.say(frequency, "model.dense_layers", dense)
        yield settings.say(frequency, "model.moe_layers", len(kinds) - dense)


def _split_experts(settings: Settings) -> Iterator[Statement]:
    """DeepSpeed's experts are split as far as dense layers, or not at all."""
    tp, ranks = settings.number("tensor_model_parallel_size"), settings.get("moe_expert_parallel_size")
    if ranks is not None and tp:
        split = settings.get("enable_expert_tensor_parallelism")
        whole = split is None or not split.is_on
        yield settings.say(ranks if split is None else split, "strategy.expert_tp", 1 if whole else tp)


def _sharding(settings: Settings) -> Iterator[Statement]:
    """What is sharded over the data-parallel devices, as the ZeRO stage that shards the same."""
    if settings.get("zero_stage") is not None:
        return
    sharded = settings.get("use_megatron_fsdp", "use_custom_fsdp", "use_torch_fsdp2")
    if sharded is not None and sharded.is_on:
        strategy = settings.get("data_parallel_sharding_strategy")
        stage = SHARDED.get(strategy.word) if strategy else 3
        if sharded.name == "use_torch_fsdp2" or stage is not None:
            yield settings.say(strategy or sharded, "strategy.zero_stage", 3 if stage is None else stage)
        return
    split = settings.get("use_distributed_optimizer")
    if split is not None and split.is_on:
        yield settings.say(split, "strategy.zero_stage", 1)


NEMO: dict[str, Row] = {
    "num_query_groups": "model.kv_heads",
    "virtual_pipeline_model_parallel_size": "strategy.vpp",
    "make_vocab_size_divisible_by": "",
    "precision": ("model.precision", PRECISIONS),
    "share_embeddings_and_output_weights": "model.tied_embeddings",
    "activation": ("model.gated", {"swiglu": True, "fast-swiglu": True, "geglu": True, "fast-geglu": True,
                                   "reglu": True, "gelu": False, "squared-relu": False}),
}  # fmt: skip
_SHARDING_OPTIMIZER = re.compile(r"distributed_fused_adam|mcore_distributed_optim")


def nemo(settings: Settings) -> Iterator[Statement]:
    """What NeMo's names for the same arguments say."""
    yield from statements(settings)
    for name, row in NEMO.items():
        setting = settings.get(name)
        if setting is None or not row:
            continue
        if name == "virtual_pipeline_model_parallel_size":
            staged = settings.number("num_layers") and settings.number(
                "pipeline_model_parallel_size"
            )  # says it already
            if setting.number and setting.number > 1 and not staged:
                yield settings.say(setting, "strategy.vpp", setting.number)
                yield settings.say(setting, "strategy.schedule", "interleaved")
        elif name == "share_embeddings_and_output_weights":
            if isinstance(setting.value, bool):
                yield settings.say(setting, "model.tied_embeddings", setting.value)
        elif isinstance(row, str):
            if (value := plain(row, setting)) is not None:
                yield settings.say(setting, row, value)
        else:
            meaning = row[1].get(setting.word) if isinstance(row[1], dict) else None
            if meaning is not None:
                yield settings.say(setting, row[0], meaning)
    optimizer = settings.get("optim.name")
    if optimizer and _SHARDING_OPTIMIZER.search(optimizer.word):
        yield settings.say(optimizer, "strategy.zero_stage", 1)
    bias = settings.get("bias")
    if bias is not None and isinstance(bias.value, bool):
        for key in ("model.mlp_bias", "model.attention_output_bias"):
            yield settings.say(bias, key, bias.value)
