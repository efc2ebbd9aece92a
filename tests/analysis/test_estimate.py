"""What a whole estimate says of itself."""

from __future__ import annotations

import json
from math import isclose
from typing import Any

from stratc.pipeline import costs, read
from stratc.text.source import Source

PLAN: dict[str, Any] = {
    "hardware": {"accelerator": "A100-80GB-SXM", "device_count": 8, "devices_per_node": 8},
    "model": {"layers": 8, "hidden_size": 2048, "heads": 16, "ffn_hidden_size": 8192, "vocab_size": 51200},
    "workload": {"phase": "training", "sequence_length": 2048, "batch_size": 64},
    "strategy": {"tp": 2, "dp": 4},
}


def test_each_micro_batch_that_is_assumed_is_said() -> None:
    ((_, told),) = costs(read(Source("plan.json", json.dumps(PLAN))))
    sizes = {each["value"]: each["because"] for each in told["assumed"] if each["key"].endswith("micro_batch_size")}
    assert set(sizes) == {1, 2}
    assert "memory" in sizes[1]
    assert "timed" in sizes[2]


def test_the_passes_of_a_stage_are_told_by_class() -> None:
    plan = PLAN | {"strategy": {"tp": 2, "pp": 2, "dp": 2}}
    ((_, told),) = costs(read(Source("plan.json", json.dumps(plan))))
    stages = told["training"]["stages"]
    assert len(stages) == 2
    for stage in stages:
        classes = sum(seconds for name, seconds in stage.items() if name not in ("forward", "backward"))
        assert isclose(classes, stage["forward"] + stage["backward"])
    assert stages[1]["products"] > stages[0]["products"]  # the output layer
