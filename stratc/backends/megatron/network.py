"""Megatron's arguments for the network and its experts."""

from __future__ import annotations

from stratc.analysis.case import Case
from stratc.backends.dividing import is_latent
from stratc.backends.flags import Setting, length, renamed, value, when
from stratc.backends.megatron.arguments import ExpertArguments, ModelArguments
from stratc.backends.megatron.versions import knows
from stratc.ir.origin import Assumed, Known

POSITIONS = {"learned": "learned_absolute", "rope": "rope", "none": "none"}
NORMS = {"layernorm": "LayerNorm", "rmsnorm": "RMSNorm"}
KERNELS = {"flash": "flash", "unfused": "unfused"}
PADDED_TO = 128  # Megatron pads the vocabulary to a multiple of this times tp


def network(case: Case, version: str) -> ModelArguments:
    """The arguments of the network."""
    heads, kv, width = (value(case, f"model.{name}") for name in ("heads", "kv_heads", "hidden_size"))
    latent = is_latent(case)
    grouped = kv if kv and heads and kv.value != heads.value and not latent else None
    size = value(case, "model.head_dim")
    odd = size if size and heads and width and size.value * heads.value != width.value else None
    longest, rows = length(case), value(case, "model.position_rows")
    kernel = renamed(value(case, "strategy.attention_kernel"), KERNELS)
    names = ("q_lora_rank", "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim")
    query, cache, plain, turned, held = (value(case, f"model.{name}") if latent else None for name in names)
    return ModelArguments(
        num_layers=value(case, "model.layers"),
        hidden_size=width,
        num_attention_heads=heads,
        kv_channels=None if latent else odd,
        group_query_attention=Known(True, grouped.origin) if grouped else None,
        num_query_groups=grouped,
        ffn_hidden_size=value(case, "model.ffn_hidden_size") or value(case, "model.expert_hidden_size"),
        swiglu=when(value(case, "model.gated"), True),
        disable_bias_linear=without_biases(case),
        add_qkv_bias=when(value(case, "model.qkv_bias"), True) if without_biases(case) else None,
        attention_backend=kernel if knows(version, "--attention-backend") else None,
        use_flash_attn=None if knows(version, "--attention-backend") else when(kernel, "flash"),
        qk_layernorm=when(value(case, "model.qk_norm"), True) or latent,
        normalization=renamed(value(case, "model.norm"), NORMS),
        position_embedding_type=renamed(value(case, "model.position_embedding"), POSITIONS),
        rotary_base=value(case, "model.rope_base"),
        untie_embeddings_and_output_weights=when(value(case, "model.tied_embeddings"), False),
        window_size=_window(case),
        window_attn_skip_freq=value(case, "model.full_attention_every") if _window(case) else None,
        seq_length=longest,
        max_position_embeddings=rows if rows and longest and rows.value >= longest.value else longest,
        multi_latent_attention=latent,
        q_lora_rank=query,
        kv_lora_rank=cache,
        qk_head_dim=plain,
        qk_pos_emb_head_dim=turned,
        v_head_dim=held,
        make_vocab_size_divisible_by=Known(PADDED_TO, Assumed("times tp: the vocabulary is padded to a multiple")),
    )


def without_biases(case: Case) -> Setting:
    """The switch against biases."""
    return when(value(case, "model.mlp_bias"), False)


def _window(case: Case) -> Setting:
    """The window as Megatron counts it: so many tokens before a token, which looks at itself too, and none after it."""
    window = value(case, "model.sliding_window")
    return Known(f"{window.value - 1},0", window.origin) if window else None


def experts(case: Case, version: str) -> ExpertArguments:
    """The arguments of the mixture of experts; none for a dense model."""
    count = value(case, "model.experts")
    if count is None:
        return ExpertArguments()
    capacity = value(case, "strategy.capacity_factor")
    width = value(case, "model.expert_hidden_size")
    same = width and width.value == getattr(value(case, "model.ffn_hidden_size"), "value", width.value)
    return ExpertArguments(
        num_experts=count,
        moe_router_topk=value(case, "model.top_k"),
        moe_router_pre_softmax=when(value(case, "model.top_k"), 1),
        moe_ffn_hidden_size=width if knows(version, "--moe-ffn-hidden-size") or not same else None,
        moe_shared_expert_intermediate_size=value(case, "model.shared_expert_hidden_size"),
        moe_layer_freq=_layer_pattern(case),
        moe_expert_capacity_factor=capacity,
        moe_router_load_balancing_type=Known("aux_loss", capacity.origin) if capacity else None,
        moe_token_dispatcher_type=Known("alltoall", count.origin),
        moe_grouped_gemm=Known(True, count.origin),
    )


def _layer_pattern(case: Case) -> Setting:
    """Which layers have experts, as Megatron's pattern: leading dense layers, or every n-th layer."""
    dense, every = value(case, "model.dense_layers"), value(case, "model.moe_every")
    layers = value(case, "model.layers")
    if every and every.value > 1:
        return every
    if dense and layers and dense.value:
        return Known(f"([0]*{dense.value}+[1]*{layers.value - dense.value})", dense.origin)
    return None
