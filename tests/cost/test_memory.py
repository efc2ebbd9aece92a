"""Memory of a device against published figures, and laws of its parts."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from stratc.analysis.case import Case
from stratc.analysis.memory.memory import StageMemory, device_memory
from stratc.arith.term import plain
from stratc.cost.activations import (
    Kept,
    gpt_layer_activations,
    gpt_layer_activations_sequence_parallel,
    layer_activations,
)
from stratc.cost.memory import MIXED, MIXED_FP32_GRADIENTS, layer_cache, model_states
from stratc.cost.parameters import shard
from stratc.cost.shape import Shape
from stratc.ir.origin import Given, Known
from stratc.ir.plan import plan_of
from stratc.ir.values import Extent

HERE = Path(__file__).parent / "published"
RUNS = tomllib.loads((HERE / "memory.toml").read_text(encoding="utf-8"))["run"]


def case_of(facts: dict[str, Any]) -> Case:
    values = {key: Extent(value, value) if "sequence" in key else value for key, value in facts.items()}
    return Case(plan_of({key: Known(value, Given("a test")) for key, value in values.items()}), explain=False)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: str(run["name"]))
def test_measured_peaks(run: dict[str, Any]) -> None:
    stage = device_memory(case_of(run["facts"])).stages[run["stage"]]
    assert stage.peak is not None
    assert abs(stage.peak / 2**30 - run["peak_gib"]) <= run["tolerance"] * run["peak_gib"]


@pytest.mark.parametrize(("stage", "gigabytes"), [(0, 120.0), (1, 31.4), (2, 16.6), (3, 1.9)])
def test_published_states_of_zero(stage: int, gigabytes: float) -> None:
    # rajbhandari-2020, figure 1: 7.5 billion parameters on 64 devices
    assert round(plain(model_states(7.5e9, MIXED, 64, stage).total) / 1e9, 1) == gigabytes


@pytest.mark.parametrize("degree", [1, 2, 8])
def test_megatron_states_by_its_manual(degree: int) -> None:
    assert model_states(1, MIXED_FP32_GRADIENTS, degree, zero=1).total == 6 + 12 / degree


@pytest.mark.parametrize(("t", "s", "b"), list(product((1, 2, 8), (1024, 2048), (1, 4))))
def test_items_add_up_to_the_published_law(t: int, s: int, b: int) -> None:
    part = shard(Shape(1, 6144, 64, 64, 96, ffn=4 * 6144), t, 1, 1)
    kept = Kept(flash=False, dropout=True)
    expected = gpt_layer_activations(s, b, 6144, 64, t)
    assert plain(layer_activations(s * b, s, part, kept, t).total) == pytest.approx(expected)
    kept = replace(kept, sequence_parallel=True)
    expected = gpt_layer_activations_sequence_parallel(s, b, 6144, 64, t)
    assert plain(layer_activations(s * b, s, part, kept, t).total) == pytest.approx(expected)


@pytest.mark.parametrize("key", ["strategy.tp", "strategy.pp", "strategy.ep"])
def test_a_larger_degree_never_needs_more(key: str) -> None:
    facts = RUNS[0]["facts"] | {"model.experts": 8, "model.top_k": 2, "model.expert_hidden_size": 1024}
    facts |= {"strategy.dp": 8, "workload.micro_batches": 4}
    found = [device_memory(case_of(facts | {key: degree})).worst for degree in (1, 2, 4)]
    peaks = [_peak(each) for each in found]
    assert peaks == sorted(peaks, reverse=True)


def _peak(stage: StageMemory | None) -> float:
    assert stage is not None
    assert stage.peak is not None
    return stage.peak


def test_keys_and_values_may_differ_in_width() -> None:
    even, narrow = (Shape(1, 4096, 64, 4, 192, value_dim=value) for value in (0, 128))
    assert layer_cache(even, 1, 2) == 4 * (192 + 192) * 2
    assert layer_cache(narrow, 1, 2) == 4 * (192 + 128) * 2


def test_what_is_missing_is_named() -> None:
    facts = {key: value for key, value in RUNS[0]["facts"].items() if key != "workload.sequence_length"}
    found = device_memory(case_of(facts))
    assert "workload.sequence_length" in found.missing
    assert found.stages[0].activations is None
    assert found.stages[0].static is not None
