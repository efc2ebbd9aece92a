"""Layers that look back on a window: what is kept, computed and timed of them."""

from __future__ import annotations

from typing import Any

import pytest

from stratc.analysis.estimates.estimate import estimate
from stratc.cost.shape import Sliding
from stratc.cost.windows import computed_positions, kept_positions
from tests.conformance.plans import case_of

SERVED: dict[str, Any] = {
    "hardware.accelerator": "H100",
    "hardware.memory": 80e9,
    "hardware.memory_bandwidth": 3.35e12,
    "hardware.peak_flops": 989e12,
    "model.layers": 12,
    "model.hidden_size": 2048,
    "model.heads": 16,
    "model.kv_heads": 8,
    "model.head_dim": 128,
    "model.ffn_hidden_size": 8192,
    "model.vocab_size": 64000,
    "model.precision": "bf16",
    "workload.phase": "inference",
    "workload.batch_size": 4,
    "workload.prompt_length": 32000,
    "workload.output_length": 768,
    "strategy.tp": 1,
}
WINDOW: dict[str, Any] = {"model.sliding_window": 1024, "model.full_attention_every": 6}


def served(**facts: Any) -> dict[str, Any]:
    return estimate(case_of(SERVED | {name.replace("__", "."): value for name, value in facts.items()}))


@pytest.mark.parametrize("window", [1, 5, 12, 40])
@pytest.mark.parametrize("every", [0, 1, 3])
def test_positions_are_those_of_the_mask(window: int, every: int) -> None:
    """Counted position by position and layer by layer."""
    tokens, layers = 12, 6
    windows = [tokens if every and layer % every == 0 else window for layer in range(1, layers + 1)]
    kept = [min(tokens, most) for most in windows]
    computed = [sum(min(at, most) for at in range(1, tokens + 1)) / tokens for most in windows]
    sliding = Sliding(window, every)
    assert kept_positions(sliding, tokens) == pytest.approx(sum(kept) / layers)
    assert computed_positions(sliding, tokens) == pytest.approx(sum(computed) / layers)


def test_a_cache_keeps_what_layers_look_at() -> None:
    whole, windowed = (found["memory"]["stages"][0]["kv_cache"] for found in (served(), served(**WINDOW)))
    assert windowed / whole == pytest.approx((32768 + 5 * 1024) / 6 / 32768)


def test_more_sequences_fit_and_both_phases_are_faster() -> None:
    whole, windowed = (found["inference"] for found in (served(), served(**WINDOW)))
    assert windowed["cache_sequences"] > 4 * whole["cache_sequences"]
    assert windowed["prefill_seconds"] < whole["prefill_seconds"]
    assert windowed["decode_seconds_per_token"] < whole["decode_seconds_per_token"]


def test_a_window_longer_than_the_sequence_changes_nothing() -> None:
    wide = served(**WINDOW | {"model.sliding_window": 65536})
    assert wide["inference"] == served()["inference"]
    assert wide["memory"]["stages"] == served()["memory"]["stages"]


def test_what_engines_can_let_go_is_said() -> None:
    assert "model.sliding_window" in [each["key"] for each in served(**WINDOW)["assumed"]]
    assert "model.sliding_window" not in [each["key"] for each in served()["assumed"]]
