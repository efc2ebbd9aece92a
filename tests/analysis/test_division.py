"""Which layers, experts and weights a device of every stage holds."""

from __future__ import annotations

from typing import Any

import pytest

from stratc.analysis.layout.division import division
from stratc.analysis.layout.grid import grid
from stratc.analysis.memory.memory import device_memory
from stratc.analysis.model.architecture import settled
from stratc.ir.values import Extent
from tests.conformance.plans import case_of

NETWORK: dict[str, Any] = {
    "model.layers": 16,
    "model.hidden_size": 512,
    "model.heads": 8,
    "model.ffn_hidden_size": 2048,
    "model.vocab_size": 32000,
    "model.precision": "bf16",
    "workload.phase": "training",
}
EXPERTS = {"model.experts": 8, "model.top_k": 2, "model.expert_hidden_size": 512}

LAYERS: dict[tuple[int, int, int, int, tuple[int, ...]], tuple[tuple[int, int], ...]] = {
    # layers, leading dense ones, pp, vpp, layers as placed: dense layers and those with experts of every stage
    (16, 2, 4, 1, ()): ((2, 2), (0, 4), (0, 4), (0, 4)),
    (16, 2, 2, 4, ()): ((2, 6), (0, 8)),
    (16, 3, 4, 4, ()): ((1, 3), (1, 3), (1, 3), (0, 4)),
    (14, 0, 4, 1, ()): ((0, 3), (0, 4), (0, 4), (0, 3)),
    (14, 0, 4, 4, ()): ((0, 3), (0, 4), (0, 4), (0, 3)),
    (6, 0, 4, 2, ()): ((0, 1), (0, 2), (0, 2), (0, 1)),
    (16, 0, 2, 2, (3, 4, 4, 5)): ((0, 7), (0, 9)),
}


@pytest.mark.parametrize("given", LAYERS)
def test_chunks_of_an_interleaved_pipeline_lie_round_robin(given: tuple[int, int, int, int, tuple[int, ...]]) -> None:
    layers, dense, pp, vpp, placed = given
    facts = NETWORK | EXPERTS | {"model.layers": layers, "model.dense_layers": dense or None}
    facts |= {"strategy.pp": pp, "strategy.vpp": vpp}
    known = {key: value for key, value in facts.items() if value is not None}
    assert division(case_of(known, placed)).layers == LAYERS[given]


@pytest.mark.parametrize(
    ("layers", "stages", "held"),
    [(40, 4, (10, 11, 11, 8)), (60, 16, (3, *(4,) * 14, 1)), (80, 2, (41, 39)), (4, 4, (1, 2, 1, 0)), (40, 1, (40,))],
)
def test_a_stack_that_counts_modules_gives_the_last_stage_fewer_layers(
    layers: int, stages: int, held: tuple[int, ...]
) -> None:
    facts = NETWORK | {"model.layers": layers, "strategy.pp": stages}
    told = facts | {"strategy.framework": "Aleph Alpha (PyTorch 3D)"}
    assert division(case_of(told)).layers == tuple((count, 0) for count in held)
    assert division(case_of(facts)).layers != division(case_of(told)).layers or stages == 1


@pytest.mark.parametrize(
    ("tp", "ep", "devices", "expert_tp"), [(4, 8, 8, 1), (4, 2, 8, 4), (2, 4, 16, 2), (4, 8, 32, 4)]
)
def test_experts_are_split_only_as_far_as_the_ranks_of_a_stage_go(
    tp: int, ep: int, devices: int, expert_tp: int
) -> None:
    facts = NETWORK | EXPERTS | {"strategy.tp": tp, "strategy.ep": ep, "strategy.device_count": devices}
    assert division(case_of(facts)).expert_tp == expert_tp


def test_key_value_heads_fewer_than_ranks_are_cut_in_training_and_repeated_in_serving() -> None:
    shared = {"model.kv_heads": 1, "strategy.tp": 4, "strategy.device_count": 4}

    def weights(phase: str) -> float:
        memory = device_memory(case_of(NETWORK | shared | {"workload.phase": phase}))
        assert memory.worst_weights
        assert memory.worst_weights.weights
        return memory.worst_weights.weights

    columns = 2 * 64 * (1 - 1 / 4)  # keys and values of one head, less the quarter of a rank
    assert weights("inference") - weights("training") == 16 * 512 * columns * 2


def test_what_is_launched_is_what_was_estimated() -> None:
    found = {key: known.value for key, known in settled(case_of(NETWORK | {"model.norm": "RMSNorm"})).plan.facts()}
    assert found["model.gated"] is True
    assert found["model.tied_embeddings"] is False
    assert found["model.mlp_bias"] is False
    stated = settled(case_of(NETWORK | {"model.gated": False, "model.tied_embeddings": True}))
    kept = {key: known.value for key, known in stated.plan.facts()}
    assert (kept["model.gated"], kept["model.tied_embeddings"], kept["model.norm"]) == (False, True, "RMSNorm")


def test_an_optimizer_without_fused_kernel_needs_room_for_its_step() -> None:
    facts = NETWORK | {
        "workload.micro_batch_size": 1,
        "workload.batch_size": 4,
        "strategy.dp": 4,
        "strategy.zero_stage": 1,
    }

    def buffers(framework: str) -> float:
        case = case_of(facts | {"workload.sequence_length": Extent(1024, 1024), "strategy.framework": framework})
        return device_memory(case).stages[0].buffers or 0.0

    total = 16 * (4 * 512**2 + 2 * 512 * 2048 + 2 * 512) + 2 * 32000 * 512 + 512
    assert buffers("InternEvo") - buffers("our own loop") == 10 * total / 4


def test_a_drawing_names_the_layers_of_every_chunk() -> None:
    facts = NETWORK | {"strategy.pp": 2, "strategy.vpp": 2, "strategy.device_count": 4, "workload.batch_size": 8}
    assert [box.layers for box in grid(case_of(facts)).stages] == [((0, 3), (8, 11)), ((4, 7), (12, 15))]
    placed = grid(case_of(facts, (3, 4, 4, 5))).stages
    assert [box.layers for box in placed] == [((0, 2), (7, 10)), ((3, 6), (11, 15))]
