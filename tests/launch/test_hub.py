"""The config.json of published models, read and counted, alone and as the model of a plan."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stratc.pipeline import costs, read
from stratc.text.source import Source

QWEN: dict[str, Any] = {
    "hidden_size": 4096,
    "num_hidden_layers": 94,
    "num_attention_heads": 64,
    "num_key_value_heads": 4,
    "head_dim": 128,
}
EXPERTS: dict[str, Any] = {
    "num_experts": 128,
    "num_experts_per_tok": 8,
    "moe_intermediate_size": 1536,
    "intermediate_size": 12288,
}
VOCAB: dict[str, Any] = {"vocab_size": 50257}
MINIMAX: dict[str, Any] = {
    "hidden_size": 3072,
    "num_hidden_layers": 62,
    "num_attention_heads": 48,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "intermediate_size": 1536,
    "num_local_experts": 256,
    "num_experts_per_tok": 8,
}
SCOUT: dict[str, Any] = {
    "hidden_size": 5120,
    "num_hidden_layers": 48,
    "num_attention_heads": 40,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "intermediate_size": 8192,
    "intermediate_size_mlp": 16384,
    "num_local_experts": 16,
    "num_experts_per_tok": 1,
    "interleave_moe_layer_step": 1,
    "use_qk_norm": True,
}
SPARSE: dict[str, Any] = {
    "hidden_size": 6144,
    "num_hidden_layers": 78,
    "num_attention_heads": 64,
    "intermediate_size": 12288,
    "first_k_dense_replace": 3,
    "moe_intermediate_size": 2048,
    "n_routed_experts": 256,
    "n_shared_experts": 1,
    "num_experts_per_tok": 8,
    "q_lora_rank": 2048,
    "kv_lora_rank": 512,
    "qk_nope_head_dim": 192,
    "qk_rope_head_dim": 64,
    "v_head_dim": 256,
}
CONFIGS: list[tuple[int, dict[str, Any]]] = [
    # the public config.json of each on the Hugging Face hub, without the keys that count nothing
    (1557611200, {"model_type": "gpt2", "n_embd": 1600, "n_layer": 48, "n_head": 25, "n_positions": 1024} | VOCAB),
    (235093634560, {"model_type": "qwen3_moe", "vocab_size": 151936, "tie_word_embeddings": False} | QWEN | EXPERTS),
    (235093634560, {"model_type": "qwen3_vl_moe_text", "vocab_size": 151936} | QWEN | EXPERTS),
    (228689748992, {"model_type": "minimax_m2", "vocab_size": 200064, "use_qk_norm": True} | MINIMAX),
    (
        107769861120,
        {"model_type": "llama4", "text_config": {"model_type": "llama4_text", "vocab_size": 202048} | SCOUT},
    ),
    (743911199232, {"model_type": "glm_moe_dsa", "vocab_size": 154880} | SPARSE),
]


def _total(source: Source, files: dict[str, str]) -> int:
    ((_, told),) = costs(read(source, lambda path, _: Source(path, files[path])))
    found: int = told["parameters"]["total"]
    return found


@pytest.mark.parametrize(("total", "config"), CONFIGS, ids=lambda each: str(each)[:12])
def test_a_config_counts_as_published(total: int, config: dict[str, Any]) -> None:
    assert _total(Source("config.json", json.dumps(config)), {}) == total


def test_a_plan_takes_its_model_from_a_config() -> None:
    total, config = CONFIGS[0]
    plan = Source("plan.strat", 'import "config.json"\nstrategy { tp = 2 }\n')
    assert _total(plan, {"config.json": json.dumps(config)}) == total
