"""What devices hold under DualPipe, fed from both ends, and under schedules whose weight gradients wait."""

from __future__ import annotations

from typing import Any

import pytest

from stratc.analysis.case import Case
from stratc.analysis.memory.memory import DeviceMemory, device_memory
from stratc.ir.origin import Given, Known
from stratc.ir.plan import plan_of
from stratc.ir.values import Extent

PLAN: dict[str, Any] = {
    "model.layers": 32,
    "model.hidden_size": 4096,
    "model.heads": 32,
    "model.ffn_hidden_size": 16384,
    "model.vocab_size": 32000,
    "model.gated": False,
    "model.precision": "bf16",
    "workload.phase": "training",
    "workload.sequence_length": Extent(4096, 4096),
    "workload.batch_size": Extent(64, 64),
    "workload.micro_batch_size": Extent(1, 1),
    "strategy.tp": 1,
    "strategy.pp": 4,
    "strategy.dp": 4,
    "strategy.zero_stage": 1,
    "hardware.memory": 80e9,
}


def memory_of(schedule: str, **more: Any) -> DeviceMemory:
    given = {**PLAN, "strategy.schedule": schedule, **more}
    return device_memory(Case(plan_of({key: Known(value, Given("a test")) for key, value in given.items()})))


def test_every_device_holds_its_stage_and_the_one_as_far_from_the_other_end() -> None:
    both, one = memory_of("dualpipe").stages, memory_of("1f1b").stages
    for stage, mirror in ((0, 3), (1, 2), (2, 1), (3, 0)):
        together = (one[stage].weights or 0.0) + (one[mirror].weights or 0.0)
        assert both[stage].weights == pytest.approx(together)


def test_what_both_copies_share_out_is_no_more_than_before() -> None:
    both, one = (sum(stage.optimizer or 0.0 for stage in memory_of(name).stages) for name in ("dualpipe", "1f1b"))
    assert both == pytest.approx(one)
    both, one = (
        sum(stage.optimizer or 0.0 for stage in memory_of(name, **{"strategy.zero_stage": 0}).stages)
        for name in ("dualpipe", "1f1b")
    )
    assert both == pytest.approx(2 * one)


def test_all_devices_keep_one_micro_batch_more_than_there_are_stages() -> None:
    both, one = memory_of("dualpipe").stages, memory_of("1f1b").stages
    assert {(stage.activations or 0.0) for stage in both} == {(one[0].activations or 0.0) / 4 * 5}


@pytest.mark.parametrize("schedule", ["zb-h1", "zb-v"])
def test_waiting_weight_gradients_keep_the_micro_batches_of_every_device(schedule: str) -> None:
    first = memory_of("1f1b").stages[0].activations
    assert {stage.activations for stage in memory_of(schedule).stages} == {first}


def test_scores_of_the_vocabulary_lie_at_both_ends() -> None:
    buffers = [(stage.buffers or 0.0) for stage in memory_of("dualpipe").stages]
    assert buffers[0] == buffers[3] > buffers[1] == buffers[2]


def test_a_pipeline_there_and_back_begins_and_ends_on_its_first_device() -> None:
    stages = memory_of("zb-v").stages
    table = 32000 * 4096 * 2
    assert (stages[0].weights or 0.0) - (stages[1].weights or 0.0) == pytest.approx(2 * table, rel=1e-3)
    assert stages[3].weights == stages[1].weights
    assert (stages[0].buffers or 0.0) > (stages[3].buffers or 0.0)
