"""Formulas take columns: what they give for a grid of layouts is what they give for every layout by itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import product
from typing import Any

import numpy as np
import pytest

from stratc.cost.activations import Kept, layer_activations
from stratc.cost.memory import MIXED, layer_cache, model_states
from stratc.cost.parameters import device_parameters, shard
from stratc.cost.shape import Shape

MODULES = (
    *("activations", "allowance", "balance", "communication", "compute"),
    *("memory", "operators", "parameters", "schedule", "serving"),
)
EXPERTS: dict[str, Any] = {"moe_layers": 24, "experts": 64, "top_k": 2, "expert_ffn": 2048, "shared_ffn": 2048}
WHOLE = Shape(48, 4096, 32, 8, 128, 16384, 128256, matrices=3, **EXPERTS)
LAYOUTS = list(product((1, 2, 4, 8), (1, 2, 4), (1, 8, 64), (1, 4)))  # tp, pp, ep, dp


def formulas() -> Iterator[Callable[..., Any]]:
    """Public functions of the cost model that need numbers only."""
    for name in MODULES:
        module = import_module(f"stratc.cost.{name}")
        for word, found in vars(module).items():
            own = inspect.isfunction(found) and found.__module__ == module.__name__ and not word.startswith("_")
            if own and set(needed(found).values()) == {"Number"}:
                yield found


def needed(formula: Callable[..., Any]) -> dict[str, object]:
    """The parameters without a default, and how they are annotated."""
    every = inspect.signature(formula).parameters.items()
    return {name: each.annotation for name, each in every if each.default is each.empty}


@pytest.mark.parametrize("formula", list(formulas()), ids=lambda each: str(each.__name__))
def test_columns(formula: Callable[..., Any]) -> None:
    names = list(needed(formula))
    rows = [tuple(64 * 2**power for power in powers) for powers in product(range(3), repeat=len(names))][:81]
    columns = {name: np.array(column, float) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    alone = [float(formula(**dict(zip(names, row, strict=True)))) for row in rows]
    assert np.allclose(formula(**columns), alone, rtol=1e-12, atol=0)


def device_bytes(t: Any, p: Any, e: Any, d: Any) -> Any:
    """Weights, gradients, optimizer, activations and cache of a first stage."""
    part = shard(WHOLE, t, e, 1)
    parameters = device_parameters(part, WHOLE, 24 / p, 24 / p, True, False)
    states = model_states(parameters.total, MIXED, d, 1).total
    kept = [layer_activations(8192, 4096, part, Kept("none"), t, 2, routed).total for routed in (None, 16384)]
    return states + 24 / p * (kept[0] + kept[1]) + 8192 * 48 / p * layer_cache(WHOLE, t, 2)


def test_layouts_as_columns() -> None:
    t, p, e, d = (np.array(column, float) for column in zip(*LAYOUTS, strict=True))
    assert np.allclose(device_bytes(t, p, e, d), [device_bytes(*layout) for layout in LAYOUTS], rtol=1e-12, atol=0)
