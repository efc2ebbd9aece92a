"""Serving: laws by exhaustion, and times as published."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stratc.analysis.case import Case
from stratc.analysis.speed.performance import performance
from stratc.analysis.speed.serving import Inference
from stratc.arith.term import Named, plain
from stratc.cost import serving
from stratc.cost.stacks import FUSED, SILICON, STACKS, silicon, stack
from stratc.ir.origin import Given, Known
from stratc.ir.plan import plan_of
from stratc.ir.strategy import Strategy
from stratc.ir.values import Extent

PUBLISHED = tomllib.loads((Path(__file__).parent / "published/serving.toml").read_text(encoding="utf-8"))
WITHIN = 0.2
SMALL = range(1, 5)
FORMULAS: dict[Callable[..., Any], int] = {
    serving.matrix_seconds: 5,
    serving.expert_seconds: 7,
    serving.attention_seconds: 4,
    serving.pipelined_seconds: 3,
    serving.shared_token_seconds: 4,
}
BASE = PUBLISHED["model"]["qwen3-30b-a3b"] | PUBLISHED["device"]["a100"] | {"strategy.tp": 2, "strategy.dp": 1}
LOAD = {"workload.batch_size": 16, "workload.prompt_length": 512, "workload.output_length": 128}


def known(facts: dict[str, Any]) -> dict[str, Known[Any]]:
    values = {key: Extent(value, value) if "_length" in key else value for key, value in facts.items()}
    return {key: Known(value, Given("a test")) for key, value in values.items()}


def sure(figure: float | None) -> float:
    assert figure is not None
    return figure


def served(*facts: dict[str, Any], **changes: Any) -> Inference:
    every: dict[str, Any] = {"workload.phase": "inference"}
    for each in facts:
        every |= each
    every |= {key.replace("__", "."): value for key, value in changes.items()}
    found = performance(Case(plan_of(known({key: value for key, value in every.items() if value is not None}))))
    assert found.inference is not None
    return found.inference


@pytest.mark.parametrize("run", PUBLISHED["run"], ids=lambda run: f"{run['source']}: {run['model']}")
def test_published_times(run: dict[str, Any]) -> None:
    found = served(PUBLISHED["model"][run["model"]], PUBLISHED["device"][run["device"]], run["facts"])
    told = sure(found.request_seconds if "total" in run else found.decode_seconds_per_token)
    assert told * 1000 == pytest.approx(run.get("total") or run["token"], rel=WITHIN)


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.__name__)
def test_numbers_terms_and_columns_agree(formula: Callable[..., Any]) -> None:
    takes = FORMULAS[formula]
    points = list(product(SMALL if takes <= 4 else range(1, 3), repeat=takes))
    column = formula(*np.array(points, dtype=float).T)
    for index, point in enumerate(points):
        term = formula(*(Named(str(place), value) for place, value in enumerate(point)))
        assert plain(term) == pytest.approx(formula(*point)) == pytest.approx(column[index])


@pytest.mark.parametrize(("n", "nodes"), [(2, 1), (8, 1), (16, 2), (64, 8)])
def test_collectives_take_longer_with_more_bytes_and_more_devices(n: int, nodes: int) -> None:
    def seconds(size: float, n: float, nodes: float) -> float:
        return plain(serving.reduction_seconds(size, n, nodes, serving.start_seconds(n, nodes, FUSED), 3e11, 2.5e10))

    assert seconds(0, n, nodes) < seconds(1e6, n, nodes) < seconds(1e8, n, nodes)
    assert seconds(1e6, n, nodes) < seconds(1e6, 2 * n, 2 * nodes)
    assert seconds(1e6, 1, 1) == serving.start_seconds(1, 1, FUSED) == 0


@pytest.mark.parametrize(("b", "p"), list(product(range(1, 33), range(1, 5))))
def test_micro_batches_are_whole_sequences(b: int, p: int) -> None:
    for tokens in (1, 512, 8192):
        assert b % serving.pieces(b, tokens, p) == 0


@pytest.mark.parametrize(("m", "p"), list(product(range(1, 9), repeat=2)))
def test_a_full_pipeline_is_as_fast_as_its_slowest_stage(m: int, p: int) -> None:
    piped = plain(serving.pipelined_seconds(1 / m, m, p))
    assert 1 / p <= piped <= 1
    assert (piped == 1) == (p == 1 or m == 1)


@pytest.mark.parametrize("n", [1, 2, 4, 16, 64, 256])
def test_more_clients_wait_longer_but_never_for_more_than_all(n: int) -> None:
    for away, waves in product((0.01, 1.0, 100.0), (False, True)):
        here = serving.waiting_prompts(n, 0.1, away, waves)
        assert 1 <= here <= n
        assert here <= serving.waiting_prompts(2 * n, 0.1, away, waves)


@pytest.mark.parametrize("engine", ["", *STACKS, "our scripts"])
def test_larger_batches_take_longer_and_make_more(engine: str) -> None:
    batches = [served(BASE, LOAD, workload__batch_size=1 << n, strategy__framework=engine) for n in range(7)]
    for fewer, more in pairwise(batches):
        assert sure(fewer.decode_seconds_per_token) <= sure(more.decode_seconds_per_token)
        assert sure(fewer.tokens_per_second) < sure(more.tokens_per_second)


def test_heads_that_cannot_be_divided_leave_the_sequences_to_be() -> None:
    latent = {"kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128, "heads": 48}
    facts = {f"model.{key}": value for key, value in latent.items()} | {"model.attention": "mla", "model.kv_heads": 48}
    every = BASE | LOAD | facts | {"workload.phase": "inference"}
    reasons = [
        [each.because for each in performance(Case(plan_of(known(every | {"strategy.tp": tp})))).assumed]
        for tp in (24, 36)
    ]
    assert [any("cannot be divided" in reason for reason in told) for told in reasons] == [False, True]


@pytest.mark.parametrize("key", ["prompt_length", "output_length", "batch_size"])
def test_longer_work_takes_longer(key: str) -> None:
    times = [served(BASE, LOAD, **{f"workload__{key}": 32 << n}).request_seconds for n in range(6)]
    known = [each for each in times if each is not None]
    assert len(known) == len(times)
    assert known == sorted(set(known))


def test_finer_weights_and_caches_are_read_sooner_and_leave_room() -> None:
    wide, fine = (served(BASE, LOAD, model__precision=each) for each in ("bf16", "int4"))
    assert sure(fine.decode_seconds_per_token) < sure(wide.decode_seconds_per_token)
    assert sure(fine.cache_tokens) > sure(wide.cache_tokens)
    halved = served(BASE, LOAD, model__kv_precision="fp8")
    assert halved.cache_tokens == pytest.approx(2 * sure(wide.cache_tokens))


def test_more_requests_than_fit_wait_outside() -> None:
    facts = {"strategy.framework": "vLLM", "strategy.tp": 1, "workload.output_length": 2048}
    few = served(BASE, LOAD, facts, workload__batch_size=8)
    many = served(BASE, LOAD, facts, workload__batch_size=4096)
    assert sure(many.cache_sequences) < 4096
    assert sure(many.prefill_seconds) > sure(few.request_seconds) > sure(few.prefill_seconds)


def test_prompts_and_tokens_may_have_strategies_of_their_own() -> None:
    def case(*strategies: tuple[str, int]) -> Case:
        first, *others = (Strategy(tp=Known(tp, Given("a test")), name=name) for name, tp in strategies)
        plan = plan_of(known(BASE | LOAD | {"workload.phase": "inference"}))
        return Case(replace(plan, strategy=first, further=tuple(others)))

    both = performance(case(("prefill", 1), ("decode", 8))).inference
    one, eight = (performance(case(("", tp))).inference for tp in (1, 8))
    assert both
    assert one
    assert eight
    assert both.prefill_seconds == one.prefill_seconds
    assert both.decode_seconds_per_token == eight.decode_seconds_per_token


def test_every_time_has_bounds_and_lies_between_them() -> None:
    for engine in ("", "vLLM"):
        found = served(BASE, LOAD, strategy__framework=engine)
        for seconds, between in (
            (found.prefill_seconds, found.prefill_between),
            (found.decode_seconds_per_token, found.decode_between),
        ):
            assert between
            assert between[0] < sure(seconds) < between[1]


def test_what_is_assumed_is_said_and_what_is_stated_is_not() -> None:
    silent = performance(Case(plan_of(known(BASE | LOAD | {"workload.phase": "inference"}))))
    stated = {"hardware.mfu": 0.4, "hardware.bandwidth_utilization": 0.6, "strategy.framework": "vLLM"}
    told = performance(Case(plan_of(known(BASE | LOAD | stated | {"workload.phase": "inference"}))))
    assert set(stated) <= {each.key for each in silent.assumed}
    assert not set(stated) & {each.key for each in told.assumed}


@pytest.mark.parametrize("name", SILICON)
def test_no_device_gives_more_than_is_published(name: str) -> None:
    chip = silicon(name)
    assert 0 < chip.matrices < 1
    assert 0 < chip.attention < 1
    assert 0 < chip.memory < 1


@pytest.mark.parametrize("name", STACKS)
def test_engines_are_found_by_name_whatever_follows(name: str) -> None:
    assert stack(f"{name.upper()} 1.2 (nightly)") is STACKS[name]


def test_pages_given_out_as_tokens_come_let_more_requests_begin() -> None:
    """As many run as fit in the middle of their answers; with room for all, it makes no difference."""
    short = LOAD | {"workload.batch_size": 64, "workload.output_length": 8192}
    first = {
        (name, memory): sure(served(BASE, short, strategy__framework=name, hardware__memory=memory).prefill_seconds)
        for name in ("vLLM", "TensorRT-LLM")
        for memory in (50e9, 400e9)
    }
    waited = {name: first[name, 50e9] / first[name, 400e9] for name in ("vLLM", "TensorRT-LLM")}
    assert 1 <= waited["vLLM"] < waited["TensorRT-LLM"]
