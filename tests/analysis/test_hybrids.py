"""What published families with other blocks than attention take: time, memory and traffic, beside plain ones."""

from __future__ import annotations

from typing import Any

import pytest

from stratc.analysis.case import Case
from stratc.analysis.estimates.reach import reaches
from stratc.analysis.memory.memory import device_memory
from stratc.analysis.model.parameters import count_parameters
from stratc.analysis.speed.performance import performance
from stratc.ir.origin import Given, Known
from stratc.ir.plan import plan_of
from stratc.ir.values import Extent

PLAN: dict[str, Any] = {
    "hardware.accelerator": "H100",
    "hardware.peak_flops": 989.4e12,
    "hardware.memory_bandwidth": 3.35e12,
    "hardware.link_bandwidth": 450e9,
    "hardware.network_bandwidth": 50e9,
    "hardware.devices_per_node": 8,
    "model.precision": "bf16",
    "workload.phase": "training",
    "workload.sequence_length": Extent(8192, 8192),
    "workload.batch_size": Extent(64, 64),
    "workload.micro_batch_size": Extent(1, 1),
    "strategy.tp": 8,
    "strategy.pp": 1,
    "strategy.dp": 8,
    "strategy.framework": "Megatron-Core",
    "strategy.attention_kernel": "flash",
}
NEMOTRON: dict[str, Any] = {
    "model.layers": 118,
    "model.hidden_size": 8192,
    "model.heads": 64,
    "model.kv_heads": 8,
    "model.head_dim": 128,
    "model.ffn_hidden_size": 32768,
    "model.vocab_size": 131072,
    "model.gated": False,
}
QWEN: dict[str, Any] = {
    "model.layers": 48,
    "model.hidden_size": 2048,
    "model.heads": 16,
    "model.kv_heads": 2,
    "model.head_dim": 256,
    "model.ffn_hidden_size": 8192,
    "model.vocab_size": 151936,
    "model.gated": True,
}
DEEPSEEK: dict[str, Any] = {
    "model.layers": 4,
    "model.hidden_size": 7168,
    "model.heads": 128,
    "model.ffn_hidden_size": 18432,
    "model.vocab_size": 129280,
    "model.gated": True,
    "model.attention": "mla",
    "model.q_lora_rank": 1536,
    "model.kv_lora_rank": 512,
    "model.qk_nope_head_dim": 128,
    "model.qk_rope_head_dim": 64,
    "model.v_head_dim": 128,
}


def case_of(facts: dict[str, Any], name: str, **more: Any) -> Case:
    given = {**PLAN, **facts, "model.name": name, **more}
    return Case(plan_of({key: Known(value, Given("a test")) for key, value in given.items()}))


def seconds(case: Case) -> float:
    step = performance(case).training
    assert step is not None
    return step.step_seconds


def kept(case: Case) -> float:
    worst = device_memory(case).worst
    assert worst is not None
    assert worst.activations is not None
    return worst.activations


def test_blocks_alone_take_about_half_of_layers_with_two() -> None:
    own, other = (case_of(NEMOTRON, name) for name in ("Nemotron-H-56B", "another"))
    assert 0.45 * seconds(other) < seconds(own) < 0.65 * seconds(other)
    assert 0.45 * kept(other) < kept(own) < 0.65 * kept(other)


def test_a_layer_without_attention_does_not_grow_with_the_sequence() -> None:
    length = {"workload.sequence_length": Extent(65536, 65536)}
    own, other = (case_of(QWEN, name, **length) for name in ("Qwen3-Next-80B-A3B", "another"))
    assert seconds(own) < 0.6 * seconds(other)


@pytest.mark.parametrize(("length", "faster"), [(4096, False), (131072, True)])
def test_sparse_attention_pays_for_itself_at_length(length: int, faster: bool) -> None:
    more = {"workload.sequence_length": Extent(length, length), "strategy.tp": 1, "strategy.dp": 64}
    own, other = (seconds(case_of(DEEPSEEK, name, **more)) for name in ("DeepSeek-V3.2", "DeepSeek-V3"))
    assert (own < other) is faster


def test_blocks_alone_reduce_once() -> None:
    own, other = (case_of(NEMOTRON, name) for name in ("Nemotron-H-56B", "another"))
    sent = [next(row.bytes for row in performance(case).communication if row.axis == "tp") for case in (own, other)]
    assert sent[0] == sent[1] / 2


def served(facts: dict[str, Any], name: str, **more: Any) -> Case:
    given = {"workload.phase": "inference", "workload.output_length": Extent(128, 128), "strategy.dp": 1, **more}
    case = {**PLAN, **facts, "hardware.memory": 80e9, "strategy.framework": "vLLM", "model.name": name, **given}
    case = {key: value for key, value in case.items() if key != "workload.micro_batch_size"}
    return Case(plan_of({key: Known(value, Given("a test")) for key, value in case.items()}))


def test_states_are_held_for_each_sequence_whatever_its_length() -> None:
    caches = []
    for length in (4096, 8192):
        more = {"workload.sequence_length": Extent(length, length), "strategy.tp": 1}
        worst = device_memory(served(QWEN, "Qwen3-Next-80B-A3B", **more)).worst
        assert worst is not None
        caches.append(worst.kv_cache or 0.0)
    keys_and_values = 64 * 12 * 2 * 2 * 256 * 2 * 4096
    assert caches[1] - caches[0] == pytest.approx(keys_and_values)
    assert 2 * caches[0] - caches[1] == pytest.approx(64 * 36 * 32 * 128 * 128 * 4)


def test_a_token_reads_states_instead_of_keys_where_there_is_no_attention() -> None:
    times, long = [], {"workload.sequence_length": Extent(65536, 65536), "workload.batch_size": Extent(1, 1)}
    for name in ("Qwen3-Next-80B-A3B", "another"):
        found = performance(served(QWEN, name, **long)).inference
        assert found is not None
        assert found.decode_seconds_per_token is not None
        times.append(found.decode_seconds_per_token)
    assert times[0] < times[1]


def test_no_claim_is_held_against_times_that_nobody_measured() -> None:
    own, other = (case_of(NEMOTRON, name) for name in ("Nemotron-H-56B", "another"))
    assert not list(reaches(own))
    assert list(reaches(other))


def test_experts_of_a_hybrid_work_in_a_narrower_width_with_a_way_there_and_back() -> None:
    layers, experts, hidden, latent, width = 48, 512, 8192, 2048, 5120
    blocks = {"model.layers": 108, "model.moe_layers": layers, "model.kv_heads": 2, "model.ffn_hidden_size": width}
    chosen = {"model.experts": experts, "model.top_k": 22, "model.expert_hidden_size": width}
    case = case_of(NEMOTRON | blocks | chosen, "Nemotron-3-Ultra", **{"model.shared_expert_hidden_size": 2 * width})
    found = count_parameters(case).components
    assert found["experts"] == layers * (experts * 2 * latent * width + 2 * hidden * 2 * width + 2 * hidden * latent)
    assert not found["mlp"]
    assert seconds(case) < seconds(case_of(NEMOTRON | blocks | chosen, "another"))
