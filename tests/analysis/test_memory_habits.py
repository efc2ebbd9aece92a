"""What named stacks do with memory of their own accord."""

from __future__ import annotations

from typing import Any

import pytest

from stratc.analysis.estimates.estimate import estimate
from stratc.analysis.memory.memory import device_memory
from tests.conformance.plans import case_of

NETWORK: dict[str, Any] = {
    "model.layers": 16,
    "model.hidden_size": 1024,
    "model.heads": 16,
    "model.ffn_hidden_size": 4096,
    "model.vocab_size": 64000,
    "model.tied_embeddings": False,
    "model.precision": "bf16",
    "workload.phase": "training",
    "workload.sequence_length": 2048,
    "workload.batch_size": 64,
    "workload.micro_batch_size": 1,
    "strategy.dp": 8,
}
ENDS = 2 * 64000 * 1024  # parameters of embedding and output layer


def bytes_of(part: str, framework: str, **facts: Any) -> float:
    named = {name.replace("__", "."): value for name, value in facts.items()}
    stage = device_memory(case_of(NETWORK | {"strategy.framework": framework} | named)).stages[0]
    found = getattr(stage, part)
    assert isinstance(found, float)
    return found


@pytest.mark.parametrize(("replicas", "whole"), [(1, 0), (8, ENDS)])
def test_megatron_shards_its_layers_alone(replicas: int, whole: int) -> None:
    facts = {"strategy__zero_stage": 3, "strategy__dp": replicas}
    sharded, other = (bytes_of("weights", name, **facts) for name in ("Megatron-LM", "nanotron"))
    assert sharded - other == pytest.approx(2 * whole * (1 - 1 / replicas))


@pytest.mark.parametrize(("framework", "size"), [("torchtitan", 4), ("Megatron-LM", 1)])
def test_a_batch_without_micro_batches_is_cut_as_the_framework_does(framework: str, size: int) -> None:
    facts = {"strategy.pp": 4, "strategy.dp": 4, "workload.micro_batch_size": None}
    case = case_of({k: v for k, v in (NETWORK | facts | {"strategy.framework": framework}).items() if v is not None})
    assumed = {each.key: each.value for each in device_memory(case).assumed}
    assert assumed["workload.micro_batch_size"] == size


def test_torchtitan_keeps_weights_in_fp32_and_casts_what_it_gathers() -> None:
    facts = {"strategy__zero_stage": 3}
    whole, halves = (bytes_of("weights", name, **facts) for name in ("torchtitan", "nanotron"))
    assert whole == 2 * halves
    total = sum(bytes_of(part, "torchtitan", **facts) for part in ("weights", "gradients", "optimizer"))
    assert total == pytest.approx(16 * halves / 2)


def test_inputs_of_blocks_stay_whole_where_they_are_not_gathered_again() -> None:
    facts = {"strategy__tp": 4, "strategy__sp": 4, "strategy__dp": 2, "strategy__recompute": "none"}
    kept, again = (bytes_of("activations", name, **facts) for name in ("torchtitan", "Megatron-LM"))
    assert kept - again == pytest.approx(16 * 2 * 2048 * 1024 * 2 * (1 - 1 / 4))


@pytest.mark.parametrize(
    ("facts", "held"),
    [
        ({"strategy.dp": 1}, 0),
        ({"strategy.dp": 2}, 544),
        ({"strategy.dp": 8, "strategy.tp": 4}, 2 * 688),
        ({"strategy.dp": 1, "strategy.pp": 4}, 688 + 544),
    ],
)
def test_every_axis_has_a_communicator_beside_the_tensors(facts: dict[str, Any], held: int) -> None:
    outside = device_memory(case_of(NETWORK | facts)).outside
    assert outside["communicators"] == held * 2**20
    assert outside["context"] == 1343 * 2**20


def test_nothing_is_known_beside_the_tensors_where_cuda_is_not_used() -> None:
    assert not device_memory(case_of(NETWORK | {"hardware.accelerator": "TPU v5p"})).outside.rows


@pytest.mark.parametrize("phase", ["training", "inference"])
def test_a_peak_of_training_comes_with_what_others_measured(phase: str) -> None:
    told = estimate(case_of(NETWORK | {"workload.phase": phase}))["memory"]
    if phase == "inference":
        assert told["interval"] is None
    else:
        assert told["interval"]["low"] < told["worst"]["peak"] < told["interval"]["high"]


@pytest.mark.parametrize("framework", ["Composer FSDP", "LLM Foundry"])
def test_norms_in_half_precision_and_a_fused_loss_keep_no_copies(framework: str) -> None:
    own, plain = (bytes_of("activations", name, strategy__recompute="none") for name in (framework, "another stack"))
    assert plain - own == pytest.approx(16 * 2048 * 1024 * 20)  # of norms in FP32, of queries and keys
    assert bytes_of("buffers", framework) == pytest.approx(2048 * 64000 * 6)


def test_neox_computes_its_loss_as_megatron_does() -> None:
    plain, own = (bytes_of("buffers", name) for name in ("DeepSpeed", "GPT-NeoX (DeepSpeed)"))
    assert plain - own == pytest.approx(2048 * 64000 * 2 * 4)
