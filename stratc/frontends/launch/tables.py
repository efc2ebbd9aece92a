"""What the keys of configuration files say of a plan.

Sources: DeepSpeed's documentation of its JSON, torchtitan/config/job_config.py of 0.2, transformers'
configuration classes, megatron/neox_arguments/neox_args.py of GPT-NeoX, accelerate's configuration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stratc.frontends.launch.settings import PRECISIONS, Row, Setting, Settings
from stratc.ir.statement import Statement
from stratc.ir.values import Value

Table = Mapping[str, Row]
RECOMPUTED: dict[str, Value] = {"full": "full", "selective": "selective", "none": "none"}
HOSTS: dict[str, Value] = {"cpu": True, "nvme": True, "none": False}
DEEPSPEED: Table = {
    "train_batch_size": "workload.batch_size",
    "train_micro_batch_size_per_gpu": "workload.micro_batch_size",
    "gradient_accumulation_steps": "workload.micro_batches",
    "zero_optimization.stage": "strategy.zero_stage",
    "zero_optimization.offload_optimizer.device": ("strategy.offload_optimizer", HOSTS),
    "zero_optimization.offload_param.device": ("strategy.offload_parameters", HOSTS),
    "bf16.enabled": ("model.precision", "bf16"),
    "bfloat16.enabled": ("model.precision", "bf16"),
    "fp16.enabled": ("model.precision", "fp16"),
    "tensor_parallel.autotp_size": "strategy.tp",
    "sequence_parallel_size": "strategy.cp",
    "pipeline.stages": "strategy.pp",
    "expert_parallel.autoep_size": "strategy.ep",
}
NEOX: Table = {
    "num_layers": "model.layers",
    "hidden_size": "model.hidden_size",
    "num_attention_heads": "model.heads",
    "num_kv_heads": "model.kv_heads",
    "intermediate_size": "model.ffn_hidden_size",
    "norm": ("model.norm", {"layernorm": "LayerNorm", "rmsnorm": "RMSNorm", "te_rmsnorm": "RMSNorm"}),
    "pos_emb": ("model.position_embedding", {"rotary": "rope", "learned": "learned", "alibi": "alibi"}),
    "activation": ("model.gated", {"swiglu": True, "geglu": True, "reglu": True, "gelu": False, "relu": False}),
    "seq_length": "workload.sequence_length",
    "precision": ("model.precision", PRECISIONS),
    "fp16.enabled": ("model.precision", "fp16"),
    "bf16.enabled": ("model.precision", "bf16"),
    "train_batch_size": "workload.batch_size",
    "train_micro_batch_size_per_gpu": "workload.micro_batch_size",
    "gradient_accumulation_steps": "workload.micro_batches",
    "model_parallel_size": "strategy.tp",
    "context_parallel_size": "strategy.cp",
    "zero_optimization.stage": "strategy.zero_stage",
    "zero_optimization.offload_optimizer.device": ("strategy.offload_optimizer", HOSTS),
    "zero_optimization.offload_param.device": ("strategy.offload_parameters", HOSTS),
    "moe_num_experts": "model.experts",
    "moe_top_k": "model.top_k",
    "moe_expert_parallel_size": "strategy.ep",
    "checkpoint_activations": ("strategy.recompute", "full"),
    "global_num_gpus": "strategy.device_count",
}
TORCHTITAN: Table = {
    "training.seq_len": "workload.sequence_length",
    "training.global_batch_size": "workload.batch_size",
    "parallelism.tensor_parallel_degree": "strategy.tp",
    "parallelism.pipeline_parallel_degree": "strategy.pp",
    "parallelism.context_parallel_degree": "strategy.cp",
    "parallelism.expert_parallel_degree": "strategy.ep",
    "parallelism.expert_tensor_parallel_degree": "strategy.expert_tp",
    "parallelism.pipeline_parallel_microbatch_size": "workload.micro_batch_size",
    "parallelism.pipeline_parallel_layers_per_stage": "strategy.layers_per_stage",
    "parallelism.pipeline_parallel_schedule": (
        "strategy.schedule", {"1f1b": "1f1b", "gpipe": "gpipe", "interleaved1f1b": "interleaved",
                              "zbvzerobubble": "zb-v", "dualpipev": "dualpipe"}),
    "training.mixed_precision_param": ("model.precision", PRECISIONS),
    "activation_checkpoint.mode": ("strategy.recompute", RECOMPUTED),
}  # fmt: skip
SHARDINGS: dict[str, Value] = {
    **dict.fromkeys(("full_shard", "hybrid_shard", "1", "4"), 3),
    **dict.fromkeys(("shard_grad_op", "hybrid_shard_zero2", "2", "5"), 2),
    **dict.fromkeys(("no_shard", "3"), 0),
}
ACCELERATE: Table = {
    "num_processes": "strategy.device_count",
    "mixed_precision": ("model.precision", PRECISIONS),
    "deepspeed_config.zero_stage": "strategy.zero_stage",
    "deepspeed_config.gradient_accumulation_steps": "workload.micro_batches",
    "fsdp_config.fsdp_sharding_strategy": ("strategy.zero_stage", SHARDINGS),
    "fsdp_config.fsdp_reshard_after_forward": ("strategy.zero_stage", {**SHARDINGS, "true": 3, "false": 2}),
    "fsdp_config.fsdp_activation_checkpointing": ("strategy.recompute", "full"),
    "parallelism_config.parallelism_config_tp_size": "strategy.tp",
    "parallelism_config.parallelism_config_cp_size": "strategy.cp",
    "megatron_lm_config.megatron_lm_tp_degree": "strategy.tp",
    "megatron_lm_config.megatron_lm_pp_degree": "strategy.pp",
    "megatron_lm_config.megatron_lm_num_micro_batches": "workload.micro_batches",
    "megatron_lm_config.megatron_lm_recompute_activations": ("strategy.recompute", "selective"),
}
NANOTRON: Table = {
    "parallelism.tp": "strategy.tp",
    "parallelism.pp": "strategy.pp",
    "parallelism.dp": "strategy.dp",
    "parallelism.expert_parallel_size": "strategy.ep",
    "parallelism.context_parallel_size": "strategy.cp",
    "parallelism.pp_engine": ("strategy.schedule", {"1f1b": "1f1b", "afab": "gpipe"}),
    "parallelism.recompute_layer": ("strategy.recompute", "full"),
    "optimizer.zero_stage": "strategy.zero_stage",
    "tokens.micro_batch_size": "workload.micro_batch_size",
    "tokens.batch_accumulation_per_replica": "workload.micro_batches",
    "tokens.sequence_length": "workload.sequence_length",
    "model.dtype": ("model.precision", PRECISIONS),
    "model.model_config.moe_config.num_experts": "model.experts",
    "model.model_config.moe_config.top_k": "model.top_k",
}
TRAINER: Table = {  # arguments that trainers of Hugging Face and FSDP examples have in common
    "per_device_train_batch_size": "workload.micro_batch_size",
    "gradient_accumulation_steps": "workload.micro_batches",
    **dict.fromkeys(
        ("max_seq_length", "max_seq_len", "max_context_width", "model_max_length", "cutoff_len"),
        "workload.sequence_length",
    ),
    "bf16": ("model.precision", "bf16"),
    "fp16": ("model.precision", "fp16"),
    "gradient_checkpointing": ("strategy.recompute", "full"),
    "zero_stage": "strategy.zero_stage",
    **dict.fromkeys(("num_layers", "num_hidden_layers"), "model.layers"),
    **dict.fromkeys(("hidden_width", "hidden_size"), "model.hidden_size"),
    **dict.fromkeys(("num_heads", "num_attention_heads"), "model.heads"),
    **dict.fromkeys(("num_key_value_heads", "num_kv_heads"), "model.kv_heads"),
    "intermediate_size": "model.ffn_hidden_size",
    "model_name_or_path": "model.name",
    **dict.fromkeys(("tensor_parallel_degree", "tensor_model_parallel_size", "model_parallel_size"), "strategy.tp"),
    **dict.fromkeys(("pipeline_model_parallel_size", "pipe_parallel_size"), "strategy.pp"),
    "num_experts": "model.experts",
    **dict.fromkeys(("moe_expert_parallel_size", "ep_world_size"), "strategy.ep"),
}
PARTS = "module_fqns_per_model_part"
AXOLOTL: Table = {  # Source: axolotl/utils/schemas/config.py
    "base_model": "model.name",
    "sequence_len": "workload.sequence_length",
    "micro_batch_size": "workload.micro_batch_size",
    "gradient_accumulation_steps": "workload.micro_batches",
    "bf16": ("model.precision", "bf16"),
    "fp16": ("model.precision", "fp16"),
    "gradient_checkpointing": ("strategy.recompute", "full"),
    "context_parallel_size": "strategy.cp",
    "sequence_parallel_degree": "strategy.cp",
    "tensor_parallel_size": "strategy.tp",
}
TORCHTUNE: Table = {  # Source: torchtune, recipes/configs; batch_size counts the sequences of a device
    "batch_size": "workload.micro_batch_size",
    "gradient_accumulation_steps": "workload.micro_batches",
    "tokenizer.max_seq_len": "workload.sequence_length",
    "tensor_parallel_dim": "strategy.tp",
    "context_parallel_dim": "strategy.cp",
    "dtype": ("model.precision", PRECISIONS),
    "enable_activation_checkpointing": ("strategy.recompute", "full"),
}
OF_TENSORRT = (
    *("moe_expert_parallel_size", "moe_tensor_parallel_size", "moe_cluster_parallel_size", "enable_attention_dp"),
    *("kv_cache_config.free_gpu_memory_fraction", "gpus_per_node", "cuda_graph_config.enable_padding"),
)
OF_SGLANG = ("tp", "tp_size", "mem_fraction_static", "context_length", "ep_size", "dp_size")
OPENING = {  # keys that no plan has at its top
    *("train_batch_size", "train_micro_batch_size_per_gpu", "zero_optimization", "gradient_accumulation_steps"),
    *("model_type", "architectures", "num_hidden_layers", "text_config", "n_layer", "n_layers", "pipe_parallel_size"),
    *("tensor_model_parallel_size", "pipeline_model_parallel_size"),
}


def further(name: str, settings: Settings) -> Iterator[Statement]:
    """What several keys say together."""
    match name:
        case "GPT-NeoX":
            stages = settings.get("pipe_parallel_size")
            if stages and stages.number is not None:
                yield settings.say(stages, "strategy.pp", max(1, stages.number))  # 0 is one stage without a pipeline
            tied = settings.get("no_weight_tying")
            if tied and isinstance(tied.value, bool):
                yield settings.say(tied, "model.tied_embeddings", not tied.value)
        case "nanotron":
            dp, steps = settings.number("parallelism.dp"), settings.number("tokens.batch_accumulation_per_replica")
            each = settings.get("tokens.micro_batch_size")
            if dp and steps and each and each.number:
                yield settings.say(each, "workload.batch_size", each.number * steps * dp)
        case "Accelerate":
            copies, shards = (
                settings.get(f"parallelism_config.parallelism_config_dp_{each}_size") for each in ("replicate", "shard")
            )
            if shards and shards.number:
                yield settings.say(shards, "strategy.dp", shards.number * ((copies and copies.number) or 1))
        case "torchtitan":
            yield from _pipeline_of_torchtitan(settings)
            copies, shards = (
                settings.get(f"parallelism.data_parallel_{each}_degree") for each in ("replicate", "shard")
            )
            if shards and shards.number:
                yield settings.say(shards, "strategy.dp", shards.number * ((copies and copies.number) or 1))
                yield from _sharding_of_torchtitan(settings, shards, copies)
            named, flavor = settings.get("model.name"), settings.get("model.flavor")
            if named and flavor and named.value and flavor.value:
                yield settings.say(flavor, "model.name", f"{named.value} {flavor.value}")


def _pipeline_of_torchtitan(settings: Settings) -> Iterator[Statement]:
    """The batch of a device, which a pipeline cuts, and two stages a device where a schedule interleaves them.

    Source: torchtitan/distributed/pipeline_parallel.py of 0.2.2.
    """
    local = settings.get("training.local_batch_size")
    if (settings.number("parallelism.pipeline_parallel_degree") or 1) == 1:
        if local and local.number:
            yield settings.say(local, "workload.micro_batch_size", local.number)
        return
    schedule = settings.get("parallelism.pipeline_parallel_schedule")
    told = settings.get(*(f"parallelism.{name}" for name in ("pipeline_parallel_layers_per_stage", PARTS)))
    if schedule and schedule.word == "interleaved1f1b" and told is None:
        yield settings.say(schedule, "strategy.vpp", 2)


def _sharding_of_torchtitan(settings: Settings, shards: Setting, copies: Setting | None) -> Iterator[Statement]:
    """What is sharded, as the ZeRO stage that shards the same; stage 3 frees parameters after the forward pass."""
    freed = settings.get("parallelism.fsdp_reshard_after_forward")
    usual = 3 if (settings.number("parallelism.pipeline_parallel_degree") or 1) == 1 else 2
    stage = {"always": 3, "never": 2}.get(freed.word, usual) if freed else usual
    if (shards.number or 0) > 1 or (freed and stage != usual):
        yield settings.say(freed or shards, "strategy.zero_stage", stage)
    elif copies and (copies.number or 0) > 1:
        yield settings.say(copies, "strategy.zero_stage", 0)
