"""The roofline estimate: laws, what it says of missing facts, and steps as published."""

from __future__ import annotations

from typing import Any

import pytest

from stratc.analysis.case import Case
from stratc.analysis.speed.performance import Performance, performance
from stratc.ir.origin import Given, Known
from stratc.ir.plan import plan_of
from stratc.ir.values import Extent

GPT: dict[str, Any] = {
    "model.layers": 96,
    "model.hidden_size": 12288,
    "model.heads": 96,
    "model.ffn_hidden_size": 49152,
    "model.vocab_size": 51200,
    "model.precision": "fp16",
    "hardware.peak_flops": 312e12,
    "hardware.memory_bandwidth": 2.039e12,
    "hardware.link_bandwidth": 300e9,
    "hardware.network_bandwidth": 25e9,
    "hardware.devices_per_node": 8,
    "workload.sequence_length": Extent(2048, 2048),
    "strategy.tp": 8,
    "strategy.pp": 8,
    "strategy.dp": 1,
}
TRAINING = {"workload.phase": "training", "workload.batch_size": 64, "workload.micro_batch_size": 1}
SERVING = {"workload.phase": "inference", "workload.batch_size": 16}


def estimated(**changes: Any) -> Performance:
    """The estimate of the plan with some facts changed; None takes a fact away."""
    facts = {key: value for key, value in changes.items() if value is not None}
    return performance(Case(plan_of({key: Known(value, Given("a test")) for key, value in facts.items()})))


def seconds(facts: dict[str, Any]) -> float:
    found = estimated(**facts).training
    assert found is not None
    return found.step_seconds


def test_a_step_is_near_the_published_one() -> None:
    """korthikanti-2022, table 5: 13.75 s with selective recomputation."""
    assert seconds(GPT | TRAINING | {"strategy.recompute": "selective"}) == pytest.approx(13.75, rel=0.2)


def test_more_micro_batches_shrink_the_bubble_and_raise_throughput() -> None:
    few, many = (estimated(**GPT | TRAINING | {"workload.batch_size": batch}).training for batch in (16, 256))
    assert few is not None
    assert many is not None
    assert few.bubble > many.bubble
    assert few.tokens_per_second < many.tokens_per_second


def test_recomputation_costs_time() -> None:
    assert seconds(GPT | TRAINING | {"strategy.recompute": "full"}) > seconds(GPT | TRAINING)


def test_axes_of_degree_one_send_nothing() -> None:
    rows = estimated(**GPT | TRAINING | {"strategy.tp": 1, "strategy.pp": 1}).communication
    assert rows == ()


def test_tokens_need_weights_read_on_every_stage() -> None:
    wide, deep = (
        estimated(**GPT | SERVING | change).inference for change in ({}, {"strategy.tp": 4, "strategy.pp": 16})
    )
    assert wide is not None
    assert deep is not None
    assert wide.decode_seconds_per_token is not None
    assert deep.decode_seconds_per_token is not None
    assert wide.decode_seconds_per_token < deep.decode_seconds_per_token


@pytest.mark.parametrize("key", ["hardware.peak_flops", "workload.sequence_length", "model.layers"])
def test_missing_facts_are_named(key: str) -> None:
    found = estimated(**GPT | TRAINING | {key: None})
    assert found.training is None
    assert key in found.missing
