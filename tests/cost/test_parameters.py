"""Parameter counts against published ones, and laws of sharding."""

from __future__ import annotations

import tomllib
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from stratc.analysis.case import Case
from stratc.analysis.model.parameters import count_parameters
from stratc.arith.term import plain
from stratc.cost.hybrids import DeltaNet, Mamba
from stratc.cost.parameters import (
    attention_kinds,
    device_parameters,
    model_parameters,
    shard,
    stage_attention,
)
from stratc.cost.shape import Shape
from stratc.ir.origin import Given, Known
from stratc.ir.plan import plan_of

PUBLISHED = tomllib.loads((Path(__file__).parent / "published/parameters.toml").read_text(encoding="utf-8"))["model"]
MOE = Shape(8, 512, 8, 4, 64, ffn=2048, vocab=1024, matrices=3, moe_layers=6, experts=16, expert_ffn=256)


@pytest.mark.parametrize("model", PUBLISHED, ids=lambda model: str(model["name"]))
@pytest.mark.parametrize("explain", [False, True])
def test_published(model: dict[str, Any], explain: bool) -> None:
    facts = {f"model.{key}": Known(value, Given("a test")) for key, value in model["facts"].items()}
    facts["model.name"] = Known(model["name"], Given("a test"))
    found = count_parameters(Case(plan_of(facts), explain))
    for which in ("total", "active"):
        if which in model:
            assert abs(getattr(found, which) - model[which]) <= model["digits"] / 2


@pytest.mark.parametrize(("t", "e", "et"), list(product((1, 2, 4), repeat=3)))
def test_shards_add_up_to_the_whole(t: int, e: int, et: int) -> None:
    whole = model_parameters(MOE)
    part = device_parameters(shard(MOE, t, e, et), MOE, 2, 6, True, True)
    assert plain(part["attention"]) * t == plain(whole["attention"])
    assert plain(part["experts"]) * e * et == plain(whole["experts"])
    assert plain(part["router"]) == plain(whole["router"])


@pytest.mark.parametrize("t", [2, 4, 8])
def test_state_space_blocks_are_divided_with_their_groups(t: int) -> None:
    mamba = Mamba(heads=256, state=256, share=(54, 118), attention=(10, 118), mlp=(54, 118))
    hybrid = Shape(118, 8192, 64, 8, 128, ffn=32768, vocab=131072, mamba=mamba)
    part = device_parameters(shard(hybrid, t, 1, 1), hybrid, 118, 0, True, True)
    assert plain(part["attention"]) * t == plain(model_parameters(hybrid)["attention"])


def test_a_stage_may_hold_a_part_of_a_kind() -> None:
    net = Shape(48, 2048, 16, 2, 256, output_gate=True, delta=DeltaNet(4, key_heads=16, value_heads=32))
    counts = [count for count, _ in attention_kinds(net, 7)]
    assert counts == [1.75, 5.25]
    assert sum(plain(stage_attention(net, layers)) for layers in (7, 41)) == plain(stage_attention(net, 48))


def test_key_value_heads_are_repeated_beyond_their_number() -> None:
    four, eight = (plain(device_parameters(shard(MOE, t, 1, 1), MOE, 2, 6, True, True)["attention"]) for t in (4, 8))
    assert four / 2 < eight < four
