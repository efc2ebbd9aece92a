"""The time of a step: published ones, and laws that hold for any plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stratc.analysis.case import Case
from stratc.analysis.layout.division import division
from stratc.analysis.memory.setting import Setting, setting_of
from stratc.analysis.model.architecture import architecture
from stratc.analysis.speed.layer import layer_passes
from stratc.analysis.speed.machine import generation_named, machine_of
from stratc.analysis.speed.performance import performance
from stratc.analysis.speed.step import step_of
from stratc.analysis.speed.training import Training
from stratc.cost.efficiency import GENERATIONS
from stratc.ir.origin import Given, Known
from stratc.ir.plan import plan_of
from stratc.ir.values import Extent

A100: dict[str, Any] = {
    "hardware.accelerator": "A100-80GB-SXM",
    "hardware.peak_flops": 312e12,
    "hardware.memory_bandwidth": 2.039e12,
    "hardware.link_bandwidth": 300e9,
    "hardware.devices_per_node": 8,
    "model.precision": "fp16",
    "model.vocab_size": 51200,
    "model.tied_embeddings": True,
    "model.gated": False,
    "workload.phase": "training",
    "workload.sequence_length": Extent(2048, 2048),
    "strategy.framework": "Megatron-LM",
    "strategy.attention_kernel": "unfused",
}


def gpt(layers: int, hidden: int, heads: int, **changes: Any) -> dict[str, Any]:
    """A GPT on A100; None takes a fact away."""
    shape = {"model.layers": layers, "model.hidden_size": hidden, "model.heads": heads}
    facts = (
        A100
        | shape
        | {"model.ffn_hidden_size": 4 * hidden}
        | {key.replace("__", "."): value for key, value in changes.items()}
    )
    return {key: value for key, value in facts.items() if value is not None}


def case_of(facts: dict[str, Any]) -> Case:
    return Case(plan_of({key: Known(value, Given("a test")) for key, value in facts.items()}), explain=False)


def setting(case: Case) -> Setting:
    return setting_of(case, architecture(case).shape, division(case), [])


def trained(facts: dict[str, Any]) -> Training:
    found = performance(case_of(facts)).training
    assert found is not None
    return found


def small(**changes: Any) -> dict[str, Any]:
    grid = {"strategy__tp": 2, "strategy__pp": 4, "strategy__dp": 8, "workload__batch_size": 1024}
    return gpt(16, 4096, 32, **{**grid, "workload__micro_batch_size": 1, **changes})


TABLE_5 = (
    # layers, hidden, heads, tp, pp, batch, micro-batch, recomputation, sequence parallel, seconds
    (48, 6144, 64, 8, 1, 4, 4, "full", 1, 1.42),
    (48, 6144, 64, 8, 1, 4, 4, "selective", 8, 1.10),
    (128, 25600, 160, 8, 64, 512, 1, "full", 1, 94.42),
    (128, 25600, 160, 8, 64, 512, 1, "selective", 8, 71.49),
)


@pytest.mark.parametrize("row", TABLE_5, ids=lambda row: f"{row[0]} layers, {row[7]}")
def test_steps_are_near_the_published_ones(row: tuple[Any, ...]) -> None:
    """korthikanti-2022, table 5."""
    layers, hidden, heads, tp, pp, batch, micro, recompute, sp, seconds = row
    grid = {"strategy__tp": tp, "strategy__pp": pp, "strategy__dp": 1, "strategy__sp": sp}
    work = {"workload__batch_size": batch, "workload__micro_batch_size": micro, "strategy__recompute": recompute}
    assert trained(gpt(layers, hidden, heads, **grid, **work)).step_seconds == pytest.approx(seconds, rel=0.06)


def test_a_layer_is_near_the_published_one() -> None:
    """korthikanti-2022, table 4: forward 7.7 ms, backward 11.9 ms a layer of the 22B model."""
    case = case_of(gpt(48, 6144, 64, strategy__tp=8, workload__batch_size=4, workload__micro_batch_size=4))
    machine = machine_of(case, [])
    assert machine is not None
    found = layer_passes(setting(case), machine, moe=False)
    assert found.forward.seconds(machine.every.launch) == pytest.approx(7.7e-3, rel=0.1)
    assert found.backward.seconds(machine.every.launch) == pytest.approx(11.9e-3, rel=0.1)


def test_parts_add_up_to_the_step() -> None:
    found = trained(small())
    assert found.parts is not None
    assert sum(found.parts.values()) == pytest.approx(found.step_seconds)
    assert found.interval is not None
    assert found.interval.low < found.step_seconds < found.interval.high


def test_no_step_beats_the_peak() -> None:
    for tp in (1, 2, 8):
        for recompute in ("none", "full"):
            found = trained(small(strategy__tp=tp, strategy__recompute=recompute))
            assert 0 < found.mfu < GENERATIONS["ampere"].product
            assert 0 <= found.bubble < 1


@pytest.mark.parametrize(
    ("changes", "slower"),
    [
        ({"strategy__recompute": "full"}, True),
        ({"hardware__memory_bandwidth": 1e12}, True),
        ({"hardware__link_bandwidth": 32e9}, True),
        ({"hardware__network_bandwidth": 1e9}, True),
        ({"workload__micro_batch_size": 2}, False),
        ({"strategy__attention_kernel": "flash"}, False),
        ({"hardware__peak_flops": 624e12}, False),
        ({"model__head_dim": 124}, True),  # fewer operations, but operands that tensor cores do not take
        ({"model__head_dim": 120}, False),
    ],
    ids=lambda value: str(value),
)
def test_a_change_moves_the_step(changes: dict[str, Any], slower: bool) -> None:
    assert (trained(small(**changes)).step_seconds > trained(small()).step_seconds) == slower


def test_interleaving_pays_where_micro_batches_are_few() -> None:
    plain, woven = (trained(small(workload__batch_size=64, strategy__vpp=chunks)) for chunks in (None, 2))
    assert woven.step_seconds < plain.step_seconds
    assert woven.bubble < plain.bubble


def test_small_micro_batches_leave_multiprocessors_idle() -> None:
    one, two = (trained(small(workload__micro_batch_size=size, strategy__pp=1)).step_seconds for size in (1, 2))
    assert two < 0.97 * one


def test_slots_reach_less_of_their_bandwidth_than_links() -> None:
    slot, link = (trained(small(hardware__link_bandwidth=rate)).step_seconds for rate in (64e9, 65e9))
    assert slot > 1.02 * link


def test_the_slowest_of_many_nodes_holds_up_the_others() -> None:
    few, many = (
        trained(small(strategy__dp=dp, workload__batch_size=32 * dp, hardware__network_bandwidth=1e12)).step_seconds
        for dp in (8, 512)
    )
    assert few < many < 1.1 * few


@pytest.mark.parametrize("schedule", ["zb-h1", "zb-v", "dualpipe"])
def test_schedules_with_little_bubble_are_faster_than_1f1b(schedule: str) -> None:
    few = {"workload__batch_size": 128}
    plain, other = trained(small(**few)), trained(small(**few, strategy__schedule=schedule))
    assert 0.8 * plain.step_seconds < other.step_seconds < plain.step_seconds
    assert other.bubble < plain.bubble


def test_a_stated_utilisation_is_used_as_stated() -> None:
    facts = small(hardware__mfu=0.5, strategy__tp=1, strategy__pp=1, strategy__dp=1)
    found = trained(facts)
    assert found.mfu == pytest.approx(0.5, rel=0.05)
    assert found.interval is None


def test_an_unsaid_micro_batch_is_assumed_and_said() -> None:
    found = performance(case_of(small(workload__micro_batch_size=None)))
    assert found.training is not None
    assert "workload.micro_batch_size" in {each.key for each in found.assumed}


def test_a_heavier_last_stage_slows_the_pipeline() -> None:
    few, many = (trained(small(model__vocab_size=size)) for size in (1024, 512_000))
    assert many.step_seconds > few.step_seconds
    assert many.bubble > 0


def test_stages_that_hold_the_same_are_equal() -> None:
    case = case_of(small())
    machine = machine_of(case, [])
    assert machine is not None
    step = step_of(setting(case), machine)
    assert step.stages[1] == step.stages[2]
    assert step.stages[3].forward > step.stages[2].forward
    hidden = replace(machine, software=replace(machine.software, gradients=1.0))
    assert step_of(setting(case), hidden).reduction == 0


def test_stages_that_come_back_end_the_model_on_their_first_device() -> None:
    case = case_of(small(strategy__schedule="zb-v"))
    machine = machine_of(case, [])
    assert machine is not None
    first, *others = step_of(setting(case), machine).stages
    assert all(first.forward > other.forward for other in others)
    assert others[-1] == others[0]


@pytest.mark.parametrize(
    ("device", "generation"),
    [("V100", "volta"), ("A800", "ampere"), ("H20", "hopper"), ("GB200 NVL72", "blackwell"), ("a chip", "ampere")],
)
def test_accelerators_have_the_constants_of_their_generation(device: str, generation: str) -> None:
    assert generation_named(device.lower()) == generation


@pytest.mark.parametrize(("framework", "slower"), [("Megatron-Core", True), ("torchtitan", False)])
def test_biases_of_experts_cost_passes_where_a_stack_adds_them_apart(framework: str, slower: bool) -> None:
    experts = {"model.experts": 16, "model.top_k": 4, "model.expert_hidden_size": 2048}
    work = {"workload.batch_size": 64, "workload.micro_batch_size": 2, "strategy.dp": 8, "strategy.ep": 8}
    facts = gpt(8, 2048, 16) | experts | work | {"strategy.framework": framework}
    biased, plain = (trained(facts | {"model.mlp_bias": bias}) for bias in (True, False))
    assert (biased.step_seconds > 1.05 * plain.step_seconds) == slower
