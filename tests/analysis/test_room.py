"""The least that training needs, and how an estimate with an interval stands against a bound."""

from __future__ import annotations

from typing import Any

import pytest

from stratc.analysis.memory.room import Need, Standing, least_need
from tests.conformance.plans import case_of

PLAN: dict[str, Any] = {
    "model.layers": 16,
    "model.hidden_size": 1024,
    "model.heads": 16,
    "model.ffn_hidden_size": 4096,
    "model.vocab_size": 64000,
    "model.precision": "bf16",
    "workload.phase": "training",
    "workload.sequence_length": 2048,
    "workload.batch_size": 64,
    "workload.micro_batch_size": 2,
    "strategy.tp": 2,
    "strategy.pp": 2,
    "strategy.dp": 4,
}


def needed(**facts: Any) -> Need:
    found = least_need(case_of(PLAN | {key.replace("__", "."): value for key, value in facts.items()}))
    assert found is not None
    return found


@pytest.mark.parametrize(
    "fact",
    [
        {"strategy__recompute": "none"},
        {"strategy__sp": 1},
        {"strategy__zero_stage": 0},
        {"workload__micro_batch_size": 4},
    ],
)
def test_what_a_plan_says_never_needs_less_than_what_it_leaves_open(fact: dict[str, Any]) -> None:
    assert needed().middle < needed(**fact).middle


def test_a_bound_inside_the_interval_is_doubtful() -> None:
    need = needed()
    assert need.low < need.middle < need.high
    assert need.against(need.low * 0.99) is Standing.BEYOND
    assert need.against((need.low + need.middle) / 2) is Standing.DOUBTFUL
    assert need.against(need.middle) is Standing.WITHIN


def test_serving_has_no_interval() -> None:
    assert least_need(case_of(PLAN | {"workload.phase": "inference", "strategy.dp": 1})) is None
