"""A model's config.json as the Hugging Face hub keeps it, read as the facts of a model.

Keys are those that the configuration classes share or call by another name; what a class fixes without a key (gates,
norms, positions, biases) follows from `model_type`.  Source: Hugging Face Transformers, configuration and modelling
files of each family.
"""

from __future__ import annotations

from collections.abc import Iterator

from stratc.frontends.launch import windows
from stratc.frontends.launch.settings import PRECISIONS, Row, Setting, Settings
from stratc.ir.statement import Statement
from stratc.ir.values import Value

COUNTS: dict[str, tuple[str, ...]] = {
    "model.layers": ("num_hidden_layers", "n_layer", "n_layers", "num_layers"),
    "model.hidden_size": ("hidden_size", "n_embd", "d_model"),
    "model.heads": ("num_attention_heads", "n_head", "n_heads"),
    "model.kv_heads": ("num_key_value_heads", "num_kv_heads", "multi_query_group_num", "attn_config.kv_n_heads"),
    "model.head_dim": ("head_dim", "kv_channels", "attention_head_dim"),
    "model.ffn_hidden_size": ("intermediate_size_mlp", "intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size"),
    "model.vocab_size": ("vocab_size", "padded_vocab_size"),
    "model.experts": ("num_experts", "n_routed_experts", "num_local_experts", "moe_num_experts",
                      "ffn_config.moe_num_experts"),
    "model.top_k": ("num_experts_per_tok", "moe_top_k", "num_experts_per_token", "moe_k", "ffn_config.moe_top_k"),
    "model.expert_hidden_size": ("moe_intermediate_size", "ffn_config.ffn_hidden_size"),
    "model.shared_expert_hidden_size": ("shared_expert_intermediate_size",),
    "model.dense_layers": ("first_k_dense_replace",),
    "model.q_lora_rank": ("q_lora_rank",),
    "model.kv_lora_rank": ("kv_lora_rank",),
    "model.qk_nope_head_dim": ("qk_nope_head_dim",),
    "model.qk_rope_head_dim": ("qk_rope_head_dim",),
    "model.v_head_dim": ("v_head_dim",),
}  # fmt: skip
LATENT = ("kv_lora_rank", "qk_nope_head_dim", "v_head_dim")
SWITCHES: dict[str, Row] = {
    **dict.fromkeys(("torch_dtype", "dtype"), ("model.precision", PRECISIONS)),
}
FLAGS: dict[str, tuple[str, ...]] = {
    "tie_word_embeddings": ("model.tied_embeddings",),
    "mlp_bias": ("model.mlp_bias",),
    "use_qkv_bias": ("model.qkv_bias",),
    "use_qk_norm": ("model.qk_norm",),
    "attention_bias": ("model.qkv_bias", "model.attention_output_bias"),
}

_NONE: dict[str, Value] = dict.fromkeys(
    ("qkv_bias", "attention_output_bias", "mlp_bias", "norm_bias", "qk_norm"), False
)
_ALL: dict[str, Value] = dict.fromkeys(("qkv_bias", "attention_output_bias", "mlp_bias", "norm_bias"), True)
_LLAMA: dict[str, Value] = {
    "gated": True,
    "norm": "RMSNorm",
    "position_embedding": "rope",
    "tied_embeddings": False,
    **_NONE,
}
_GPT: dict[str, Value] = {"gated": False, "norm": "LayerNorm", "tied_embeddings": True, **_ALL}
TYPES: dict[str, dict[str, Value]] = {
    **dict.fromkeys(("llama", "mistral", "mistral3", "ministral", "mixtral", "phi3", "deepseek"), _LLAMA),
    **dict.fromkeys(("deepseek_v2", "deepseek_v3", "deepseek_v32", "kimi_k2", "glm_moe_dsa"), _LLAMA),
    **dict.fromkeys(("internlm2", "internlm3"), _LLAMA),
    **dict.fromkeys(("yi", "granite", "granitemoe", "minimax", "minicpm", "exaone", "baichuan", "llama4_text"), _LLAMA),
    **dict.fromkeys(("qwen2", "qwen2_moe", "qwen2_vl_text", "qwen2_5_vl_text"), _LLAMA | {"qkv_bias": True}),
    **dict.fromkeys(("qwen3", "qwen3_moe", "qwen3_next", "olmo2", "olmo3", "olmoe"), _LLAMA | {"qk_norm": True}),
    **dict.fromkeys(("qwen3_vl_text", "qwen3_vl_moe_text", "minimax_m2"), _LLAMA | {"qk_norm": True}),
    **dict.fromkeys(("glm4", "glm4_moe"), _LLAMA),
    **dict.fromkeys(("gemma", "gemma2"), _LLAMA | {"tied_embeddings": True}),
    **dict.fromkeys(("cohere", "cohere2"), _LLAMA | {"norm": "LayerNorm", "tied_embeddings": True}),
    **dict.fromkeys(("gemma3_text", "gemma3"), _LLAMA | {"tied_embeddings": True, "qk_norm": True}),
    "olmo": _LLAMA | {"norm": "LayerNorm"},
    "dbrx": _LLAMA | {"norm": "LayerNorm"},
    "stablelm": _LLAMA | {"norm": "LayerNorm", "norm_bias": True},
    "gpt_oss": _LLAMA | dict.fromkeys(("qkv_bias", "attention_output_bias", "mlp_bias", "router_bias"), True),
    "gpt2": _GPT | {"position_embedding": "learned"},
    "opt": _GPT | {"position_embedding": "learned"},
    "bloom": _GPT | {"position_embedding": "alibi"},
    "gpt_neox": _GPT | {"position_embedding": "rope", "tied_embeddings": False},
    "starcoder2": _GPT | {"position_embedding": "rope"},
    "mpt": _GPT | _NONE | {"position_embedding": "alibi"},
    "phi": _GPT | {"position_embedding": "rope", "tied_embeddings": False, "lm_head_bias": True},
}  # fmt: skip
ROWS_BEYOND = {"opt": 2}  # rows of the position table that no token of a sequence uses
ONLY_INWARD = ("glm",)  # families in which `attention_bias` is of queries, keys and values alone
GATES = ("silu", "swish", "swiglu", "swigluoai")  # activations that classes without a row of their own gate with
WEIGHTLESS = ("llama4",)  # families whose norm of queries and keys has no weights
MIXED = (
    "hybrid_override_pattern",
    "layers_block_type",
    "attn_type_list",
    "linear_attn_config.num_heads",
    "mamba_num_heads",
    "linear_num_value_heads",
    "o_lora_rank",
    "enable_moe_block",
)  # layers that no key of a plan describes
TOLD = ("qwen3_next",)  # types of such models whose layers are known all the same


def statements(settings: Settings, whole: Settings) -> Iterator[Statement]:
    """What a configuration says of its model; `whole` also holds what it says of parts that see or hear."""
    kind = settings.get("model_type") or whole.get("model_type")
    fixed = TYPES.get(kind.word, {}) if kind else {}
    said = list(_keyed(settings, kind.word if kind else ""))
    said += _followed(settings, {each.subject: each for each in said}, kind.word if kind else "")
    found = {each.subject for each in said}
    yield from said
    for name, value in fixed.items():
        if kind is not None and f"model.{name}" not in found:
            yield settings.say(kind, f"model.{name}", value)
    yield from _named(settings, whole, kind)


def _keyed(settings: Settings, kind: str) -> Iterator[Statement]:
    """What keys of their own say."""
    mixed = kind not in TOLD and any(settings.get(name) is not None for name in MIXED)
    for key, names in COUNTS.items():
        if mixed and key == "model.layers":
            continue
        place = next((each for name in names if (each := settings.get(name)) is not None and each.number), None)
        if place is not None and place.number:
            yield settings.say(place, key, place.number)
    for name, keys in FLAGS.items():
        place = settings.get(name)
        if name == "use_qk_norm" and kind.startswith(WEIGHTLESS):
            continue
        if place is not None and isinstance(place.value, bool):
            inward = keys[:1] if kind.startswith(ONLY_INWARD) else keys
            yield from (settings.say(place, key, place.value) for key in inward)
    weights = settings.get("quantization_config.quant_method")
    if weights is not None and weights.word == "fp8":
        yield settings.say(weights, "model.precision", "fp8")
    else:
        yield from settings.by(SWITCHES)


def _followed(settings: Settings, said: dict[str, Statement], kind: str) -> Iterator[Statement]:
    """What several keys say together."""
    width, hidden = said.get("model.expert_hidden_size"), said.get("model.hidden_size")
    shared, wide = settings.get("n_shared_experts"), settings.number("moe_intermediate_size")
    if shared and shared.number and wide:
        yield settings.say(shared, "model.shared_expert_hidden_size", shared.number * wide)
    inner = said.get("model.ffn_hidden_size")
    if (own := settings.get("intermediate_size")) and own.number and settings.number("intermediate_size_mlp"):
        yield settings.say(own, "model.expert_hidden_size", own.number)
        yield settings.say(own, "model.shared_expert_hidden_size", own.number)
    elif "model.experts" in said and width is None and inner is not None:
        yield Statement("model.expert_hidden_size", inner.value, inner.span, inner.context, inner.scope)
    plain = TYPES.get(kind, {}).get("gated") is False  # such classes make it four times as wide where no key says it
    if plain and inner is None and hidden is not None and isinstance(hidden.value, int):
        yield Statement("model.ffn_hidden_size", 4 * hidden.value, hidden.span, hidden.context, hidden.scope)
    if (rank := settings.get("kv_lora_rank")) and all(settings.number(name) for name in LATENT):
        yield settings.say(rank, "model.attention", "mla")
    every = settings.get("decoder_sparse_step", "interleave_moe_layer_step")
    if "model.experts" in said and every and every.number and every.number > 1:
        yield settings.say(every, "model.moe_every", every.number)
    if (act := settings.get("hidden_act")) is not None and kind not in TYPES and act.word in GATES:
        yield settings.say(act, "model.gated", True)
    if (norm := settings.get("rms_norm_eps")) is not None:
        yield settings.say(norm, "model.norm", "RMSNorm")
    if (turns := settings.get("rope_theta")) is not None and turns.value:
        yield settings.say(turns, "model.position_embedding", "rope")
        if turns.number:
            yield settings.say(turns, "model.rope_base", turns.number)
    yield from windows.of_hub(settings, kind)
    rows = settings.get("n_positions", "max_position_embeddings")
    if rows and rows.number and TYPES.get(kind, {}).get("position_embedding") == "learned":
        yield settings.say(rows, "model.position_rows", rows.number + ROWS_BEYOND.get(kind, 0))


def _named(settings: Settings, whole: Settings, kind: Setting | None) -> Iterator[Statement]:
    """What the model is called, or what its type is."""
    named = whole.get("_name_or_path")
    if named is not None and isinstance(named.value, str) and named.value.strip("./ "):
        yield settings.say(named, "model.name", named.value.rstrip("/").rpartition("/")[2])
    elif kind is not None and isinstance(kind.value, str) and kind.value:
        yield settings.say(kind, "model.name", f"{kind.value} family")  # a type names no size
