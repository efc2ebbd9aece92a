"""Steps of small models on a few devices, against what others measured: the host's launches weigh there."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from stratc.pipeline import costs, read
from stratc.text.source import Source

RUNS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("small_runs.toml").read_text(encoding="utf-8"))[
    "run"
]
GPT = {
    "gated": False,
    "tied_embeddings": True,
    "position_embedding": "learned",
    "norm": "LayerNorm",
    "qkv_bias": True,
    "attention_output_bias": True,
    "mlp_bias": True,
}


def _error(run: dict[str, Any]) -> float:
    """How far the estimate is from the measured step, relative to it."""
    model = run["model"] if "name" in run["model"] else GPT | run["model"]
    model = model if "name" in model else model | {"position_rows": run["workload"]["sequence_length"]}
    plan = {key: run[key] for key in ("hardware", "workload", "strategy")} | {"model": model}
    ((_, told),) = costs(read(Source("plan.json", json.dumps(plan)), lambda path, _: Source(path, "")))
    found: float = told["training"]["step_seconds"] / run["seconds"] - 1
    return found


@pytest.mark.parametrize("run", RUNS, ids=lambda run: str(run["name"]))
def test_a_step_is_as_far_off_as_is_said(run: dict[str, Any]) -> None:
    assert _error(run) == pytest.approx(run["off"], abs=0.02)


def test_small_models_are_met_within_a_fifth() -> None:
    assert sum(abs(_error(run)) for run in RUNS) / len(RUNS) < 0.15
