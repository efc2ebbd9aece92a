"""Laws of schedule, compute and communication by exhaustion, and figures as published."""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stratc.arith.term import Named, Number, plain
from stratc.cost import activations, communication, compute, memory, parameters, schedule
from stratc.cost.hybrids import DeltaNet, Indexer, Mamba, Windows
from stratc.cost.shape import Latent, Norms, Shape

PUBLISHED = tomllib.loads((Path(__file__).parent / "published/performance.toml").read_text(encoding="utf-8"))
SMALL = range(1, 9)
# formula: how many numbers it takes
FORMULAS: dict[Callable[..., Number], int] = {
    schedule.bubble_share: 2,
    schedule.bubble_overhead: 3,
    schedule.interleaved_bubble_share: 3,
    schedule.zero_bubble_share: 2,
    schedule.utilisation_bound: 2,
    schedule.interleaved_utilisation_bound: 3,
    schedule.zero_bubble_utilisation_bound: 2,
    schedule.slots: 2,
    schedule.in_flight: 3,
    schedule.in_flight_interleaved: 4,
    compute.forward_flops: 1,
    compute.training_flops: 2,
    compute.score_flops: 3,
    compute.causal_score_flops: 3,
    compute.mlp_flops: 2,
    compute.moe_flops: 3,
    compute.router_flops: 2,
    compute.logit_flops: 2,
    compute.compute_seconds: 2,
    compute.roofline_seconds: 4,
    compute.flops_utilisation: 4,
    compute.token_rate_bound: 3,
    communication.all_reduce_bytes: 2,
    communication.all_gather_bytes: 2,
    communication.reduce_scatter_bytes: 2,
    communication.all_to_all_bytes: 2,
    communication.all_reduce_steps: 1,
    communication.one_pass_steps: 1,
    communication.transfer_seconds: 4,
    communication.tensor_layer_bytes: 5,
    communication.stage_border_bytes: 4,
    communication.gradient_bytes: 3,
    communication.sharded_gradient_bytes: 3,
    communication.dispatch_bytes: 6,
    communication.ring_attention_bytes: 6,
    communication.all_reduce_factor: 1,
    communication.exposed_seconds: 2,
    parameters.matrix_parameters: 2,
    parameters.attention_parameters: 4,
    parameters.mlp_parameters: 2,
    parameters.router_parameters: 2,
    parameters.norm_parameters: 1,
    parameters.embedding_parameters: 2,
    memory.weight_bytes: 2,
    memory.adam_moments: 2,
    memory.cache_bytes_per_token: 3,
    memory.latent_cache_bytes_per_token: 3,
    memory.cache_bytes: 3,
    memory.logits_bytes: 4,
    activations.gpt_layer_activations: 5,
    activations.gpt_layer_activations_sequence_parallel: 5,
    activations.full_recompute_activations: 4,
}


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.__name__)
def test_numbers_terms_and_columns_agree(formula: Callable[..., Any]) -> None:
    span = SMALL if FORMULAS[formula] <= 4 else range(1, 4)
    points = list(product(span, repeat=FORMULAS[formula]))
    column = formula(*np.array(points, dtype=float).T)
    for index, point in enumerate(points):
        number = formula(*point)
        term = formula(*(Named(str(place), value) for place, value in enumerate(point)))
        assert plain(term) == pytest.approx(number)
        assert column[index] == pytest.approx(number)


@pytest.mark.parametrize(("p", "m"), list(product(SMALL, repeat=2)))
def test_bubble_and_bound_are_the_whole(p: int, m: int) -> None:
    assert plain(schedule.bubble_share(p, m)) + plain(schedule.utilisation_bound(p, m)) == pytest.approx(1)
    assert schedule.interleaved_bubble_share(p, m, 1) == schedule.bubble_share(p, m)
    assert plain(schedule.zero_bubble_share(p, m)) <= plain(schedule.bubble_share(p, m))
    assert schedule.slots(p, m) == m + p - 1
    for i in SMALL:
        both = plain(schedule.interleaved_bubble_share(p, m, i)) + plain(
            schedule.interleaved_utilisation_bound(p, m, i)
        )
        assert both == pytest.approx(1)


@pytest.mark.parametrize(("p", "percent"), list(product(SMALL, range(5, 100, 5))))
def test_needed_micro_batches_reach_the_utilisation_and_one_fewer_does_not(p: int, percent: int) -> None:
    wanted = percent / 100
    m = int(plain(schedule.micro_batches_needed(p, wanted)))
    assert plain(schedule.utilisation_bound(p, m)) >= wanted - 1e-9
    assert m == 1 or plain(schedule.utilisation_bound(p, m - 1)) < wanted
    assert plain(schedule.micro_batches_needed(Named("stages", p), wanted)) == m


@pytest.mark.parametrize(("p", "m"), list(product(SMALL, repeat=2)))
def test_no_stage_keeps_more_than_all_micro_batches(p: int, m: int) -> None:
    kept = [plain(schedule.in_flight(p, m, stage)) for stage in range(p)]
    assert kept == sorted(kept, reverse=True)
    assert max(kept) <= plain(schedule.in_flight_gpipe(m))
    assert kept[-1] == 1
    for stage in range(p):
        assert plain(schedule.in_flight_interleaved(p, m, stage, 2)) <= m


def test_a_group_of_one_sends_nothing() -> None:
    for collective in ("all_reduce", "all_gather", "reduce_scatter", "all_to_all"):
        assert getattr(communication, f"{collective}_bytes")(1000, 1) == 0
    assert communication.all_reduce_steps(1) == communication.one_pass_steps(1) == 0
    assert communication.tensor_layer_bytes(1, 8, 8, 2, t=1) == 0
    assert communication.gradient_bytes(1000, 2, d=1) == communication.sharded_gradient_bytes(1000, 2, d=1) == 0
    assert communication.dispatch_bytes(1, 8, 8, 2, 2, e=1) == 0
    assert communication.ring_attention_bytes(1, 8, 2, 8, 2, c=1) == 0


@pytest.mark.parametrize("n", SMALL)
def test_an_all_reduce_is_a_reduce_scatter_and_an_all_gather(n: int) -> None:
    parts = plain(communication.reduce_scatter_bytes(840, n)) + plain(communication.all_gather_bytes(840, n))
    assert communication.all_reduce_bytes(840, n) == pytest.approx(parts)
    assert communication.all_reduce_bytes(1, n) == communication.all_reduce_factor(n)


def test_layer_sum_lies_near_two_operations_a_parameter() -> None:
    shape = Shape(96, 12288, 96, 96, 128, ffn=49152, vocab=51200)
    per_token = plain(compute.token_flops(shape, 2048).total)
    assert per_token == pytest.approx(plain(compute.forward_flops(174.6e9)), rel=0.03)


def test_recomputation_costs_a_forward_pass_of_the_layers() -> None:
    shape = Shape(4, 512, 8, 8, 64, ffn=2048, vocab=1024)
    none, some, full = (
        plain(compute.hardware_flops(shape, 128, 100, recompute)) for recompute in ("none", "selective", "full")
    )
    assert none == compute.model_flops(shape, 128, 100)
    assert none < some < full < none * 4 / 3


def test_experts_beyond_those_routed_to_cost_only_their_router() -> None:
    few, many = (Shape(4, 512, 8, 8, 64, moe_layers=4, experts=experts, top_k=2, expert_ffn=256) for experts in (8, 64))
    router = 4 * plain(compute.router_flops(512, 56))
    assert plain(compute.token_flops(many, 8).total) - plain(compute.token_flops(few, 8).total) == router


HYBRIDS = {
    "nemotron-h-56b": Shape(
        118, 8192, 64, 8, 128, ffn=32768, norms=Norms(per_layer=1),
        mamba=Mamba(256, 256, (54, 118), attention=(10, 118), mlp=(54, 118)),
    ),
    "qwen3-next-80b": Shape(
        48, 2048, 16, 2, 256, matrices=3, moe_layers=48, experts=512, top_k=10, expert_ffn=512, shared_ffn=512,
        output_gate=True, delta=DeltaNet(4, key_heads=16, value_heads=32),
    ),
    "mimo-v2-flash": Shape(
        48, 4096, 64, 4, 192, ffn=16384, matrices=3, moe_layers=47, experts=256, top_k=8, expert_ffn=2048,
        value_dim=128, windows=Windows(kv_heads=8, share=(39, 48)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HYBRIDS)
def test_other_kinds_of_attention_too_take_two_operations_a_parameter(name: str) -> None:
    shape = HYBRIDS[name]
    used = 2 * plain(parameters.active_parameters(shape))
    assert plain(compute.token_flops(shape, 0).total) == pytest.approx(used, rel=0.04)


def test_only_full_attention_grows_with_the_sequence() -> None:
    for name, layers in (("nemotron-h-56b", 10), ("qwen3-next-80b", 12)):
        shape = HYBRIDS[name]
        grown = plain(compute.token_flops(shape, 5000).total) - plain(compute.token_flops(shape, 1000).total)
        assert grown == layers * compute.score_flops(shape.heads, shape.head_dim, 4000)


def test_narrower_values_take_less_of_the_weighted_sum() -> None:
    shape = HYBRIDS["mimo-v2-flash"]
    assert compute.latent_score_flops(shape, 1000) == 2 * 64 * 1000 * (192 + 128)


def test_an_indexer_bounds_what_is_looked_at_and_looks_at_all_itself() -> None:
    plainly = Shape(4, 7168, 128, 128, 192, ffn=18432, matrices=3, latent=Latent(1536, 512, 128, 64, 128))
    sparse = replace(plainly, indexer=Indexer(heads=64))
    for seen in (512, 2048, 8192):
        found, full = (compute.token_flops(shape, seen) for shape in (sparse, plainly))
        assert found["scores"] == 4 * plain(compute.latent_score_flops(plainly, min(seen, 2048)))
        index = 4 * plain(compute.index_flops(7168, 1536, Indexer(heads=64), seen))
        assert plain(found["attention"]) - plain(full["attention"]) == index


@pytest.mark.parametrize("figure", PUBLISHED["figure"], ids=lambda figure: str(figure["name"]))
def test_published_figures(figure: dict[str, Any]) -> None:
    module, _, name = figure["formula"].partition(".")
    formula = getattr(importlib.import_module(f"stratc.cost.{module}"), name)
    assert formula(**figure["inputs"]) == pytest.approx(figure["value"], rel=figure["within"])


@pytest.mark.parametrize("step", PUBLISHED["step"], ids=lambda step: str(step["name"]))
def test_published_steps(step: dict[str, Any]) -> None:
    flop = compute.hardware_flops(Shape(**step["shape"]), step["sequence"], step["tokens"], step["recompute"])
    assert plain(compute.compute_seconds(flop, step["rate"])) == pytest.approx(step["seconds"], rel=step["within"])
