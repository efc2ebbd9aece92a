"""The arguments of Megatron-LM's pretrain_gpt.py that a plan decides, one field a flag.

Names and meaning: Megatron-Core 0.8 to 0.19, megatron/training/arguments.py; `versions.py` says which
release has which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from stratc.analysis.layout.ranks import Axis
from stratc.backends.flags import Setting
from stratc.ir.origin import Known


@dataclass(frozen=True, slots=True)
class ModelArguments:
    """The network."""

    num_layers: Setting = None
    hidden_size: Setting = None
    num_attention_heads: Setting = None
    kv_channels: Setting = None
    group_query_attention: Setting = None
    num_query_groups: Setting = None
    ffn_hidden_size: Setting = None
    swiglu: Setting = None
    disable_bias_linear: Setting = None
    add_qkv_bias: Setting = None
    attention_backend: Setting = None
    use_flash_attn: Setting = None
    qk_layernorm: Setting = None
    normalization: Setting = None
    position_embedding_type: Setting = None
    rotary_base: Setting = None
    untie_embeddings_and_output_weights: Setting = None
    window_size: Setting = None
    window_attn_skip_freq: Setting = None
    seq_length: Setting = None
    max_position_embeddings: Setting = None
    multi_latent_attention: Setting = None
    q_lora_rank: Setting = None
    kv_lora_rank: Setting = None
    qk_head_dim: Setting = None
    qk_pos_emb_head_dim: Setting = None
    v_head_dim: Setting = None
    make_vocab_size_divisible_by: Setting = None


@dataclass(frozen=True, slots=True)
class ExpertArguments:
    """The mixture of experts."""

    num_experts: Setting = None
    moe_router_topk: Setting = None
    moe_router_pre_softmax: Setting = None
    moe_ffn_hidden_size: Setting = None
    moe_shared_expert_intermediate_size: Setting = None
    moe_layer_freq: Setting = None
    moe_expert_capacity_factor: Setting = None
    moe_router_load_balancing_type: Setting = None
    moe_token_dispatcher_type: Setting = None
    moe_grouped_gemm: Setting = None


@dataclass(frozen=True, slots=True)
class ParallelArguments:
    """The strategy; the data-parallel degree follows from the world."""

    tensor_model_parallel_size: Setting = None
    sequence_parallel: Setting = None
    pipeline_model_parallel_size: Setting = None
    pipeline_model_parallel_layout: Setting = None
    decoder_first_pipeline_num_layers: Setting = None
    decoder_last_pipeline_num_layers: Setting = None
    account_for_embedding_in_pipeline_split: Setting = None
    account_for_loss_in_pipeline_split: Setting = None
    num_virtual_stages_per_pipeline_rank: Setting = None
    num_layers_per_virtual_pipeline_stage: Setting = None
    context_parallel_size: Setting = None
    expert_model_parallel_size: Setting = None
    expert_tensor_parallel_size: Setting = None
    use_distributed_optimizer: Setting = None
    optimizer_cpu_offload: Setting = None
    use_precision_aware_optimizer: Setting = None
    use_megatron_fsdp: Setting = None
    use_custom_fsdp: Setting = None
    data_parallel_sharding_strategy: Setting = None
    ckpt_format: Setting = None
    recompute_granularity: Setting = None
    recompute_method: Setting = None
    recompute_num_layers: Setting = None


@dataclass(frozen=True, slots=True)
class RunArguments:
    """Batch and precision."""

    micro_batch_size: Setting = None
    global_batch_size: Setting = None
    bf16: Setting = None
    fp16: Setting = None
    fp8_format: Setting = None
    fp4_format: Setting = None


Group: TypeAlias = ModelArguments | ExpertArguments | ParallelArguments | RunArguments


@dataclass(frozen=True, slots=True)
class MegatronArguments:
    """A whole launch: the arguments by group and the shape of the job."""

    model: ModelArguments
    experts: ExpertArguments
    parallel: ParallelArguments
    run: RunArguments
    world: Known[int]
    per_node: Known[int]  # its value divides the world
    nodes: int
    axes: Mapping[str, Axis]
    version: str  # of Megatron-Core

    @property
    def groups(self) -> tuple[tuple[str, Group], ...]:
        """The groups of arguments with a heading each, in the order of the command line."""
        return ("MODEL", self.model), ("MOE", self.experts), ("PARALLEL", self.parallel), ("RUN", self.run)

    @property
    def shards_parameters(self) -> bool:
        """Whether Megatron's FSDP is on, under either of its names."""
        return bool(self.parallel.use_megatron_fsdp or self.parallel.use_custom_fsdp)

    @property
    def one_connection(self) -> bool:
        """Whether CUDA_DEVICE_MAX_CONNECTIONS=1 is wanted: with tp or cp before Blackwell, never with FSDP."""
        split = (self.parallel.tensor_model_parallel_size, self.parallel.context_parallel_size)
        return not self.shards_parameters and any(s is not None and s.value > 1 for s in split)
