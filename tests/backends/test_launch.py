"""Launch files over a grid of strategies: whatever is emitted satisfies the targets' own checks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Layout, layout
from stratc.backends.backend import Emission
from stratc.backends.flags import settings
from stratc.backends.megatron.lower import lower
from stratc.backends.registry import backend
from stratc.ir.origin import Known, Stated
from stratc.ir.plan import plan_of
from stratc.ir.values import Extent, StageSpan
from stratc.resources import resource
from stratc.text.span import Span

DENSE = {
    "model.layers": 8,
    "model.hidden_size": 512,
    "model.heads": 8,
    "model.kv_heads": 4,
    "model.ffn_hidden_size": 2048,
    "model.precision": "bf16",
    "workload.phase": "training",
    "workload.batch_size": 64,
    "workload.sequence_length": Extent(1024, 1024),
}
EXPERTS = {"model.experts": 16, "model.top_k": 2, "model.expert_hidden_size": 2048}


def stated(value: Any, line: int = 0) -> Known[Any]:
    """A fact that a document states."""
    return Known(value, Stated((Span("plan.strat", line, line + 1),)))


def case_of(facts: Mapping[str, Any]) -> Case:
    """A case in which every fact is stated on a line of its own."""
    return Case(plan_of({key: stated(value, line) for line, (key, value) in enumerate(facts.items())}))


def emit(target: str, case: Case) -> Emission:
    """The emission of a target, without comments."""
    return backend(target).emit(case, lambda _: "")


def grid() -> Iterator[dict[str, Any]]:
    """Strategies of a small cluster, sound and not."""
    for tp, pp, ep, dp, moe in product((1, 2, 4), (1, 2, 3, 4), (1, 4, 16), (1, 2, 8), (False, True)):
        degrees = {"strategy.tp": tp, "strategy.pp": pp, "strategy.device_count": tp * pp * dp}
        yield {**DENSE, **(EXPERTS | {"strategy.ep": ep} if moe else {}), **degrees}


def schema(name: str) -> Draft202012Validator:
    """The validator of a shipped schema."""
    return Draft202012Validator(json.loads(resource("schemas", f"{name}.schema.json").read_text(encoding="utf-8")))


def test_megatron_and_deepspeed_agree_over_the_grid() -> None:
    megatron, deepspeed, emitted = schema("megatron"), schema("deepspeed"), 0
    for facts in grid():
        case = case_of(facts)
        arguments, _ = lower(case)
        other = emit("deepspeed", case)
        if arguments is None:
            continue
        emitted += 1
        groups = (arguments.model, arguments.experts, arguments.parallel, arguments.run)
        flags = {flag: known.value for group in groups for flag, known in settings(group)}
        megatron.validate(flags)
        config = json.loads(other.artefacts[0].text)
        deepspeed.validate(config)
        assert flags["--global-batch-size"] == config["train_batch_size"]
        assert flags["--micro-batch-size"] == config["train_micro_batch_size_per_gpu"]
        dp = arguments.world.value // (flags["--tensor-model-parallel-size"] * flags["--pipeline-model-parallel-size"])
        steps = config["gradient_accumulation_steps"]
        assert config["train_batch_size"] == config["train_micro_batch_size_per_gpu"] * steps * dp
        assert arguments.nodes * arguments.per_node.value == arguments.world.value
    assert emitted > 50


def test_the_layout_keeps_megatrons_law_over_the_grid() -> None:
    for facts in grid():
        found = layout(case_of(facts))
        if isinstance(found, Layout):
            dense = found.tp.value * found.cp.value * found.dp.value
            assert dense * found.pp.value == found.world.value
            assert found.ep.value * found.expert_tp.value * found.expert_dp == dense


REFUSED = {
    # what is changed in a sound plan: what the refusal must name
    "strategy.device_count=30": "not a multiple of",
    "strategy.dp=3": "dp 3",
    "model.heads=9": "heads 9 do not divide by tp 2",
    "model.layers=9": "9 layers do not divide by pp 2",
    "model.experts=6": "experts 6 do not divide by ep 4",
    "model.ffn_hidden_size=2049": "ffn hidden size 2049",
    "model.hidden_size=1022": "hidden size 1022 does not divide by",
    "workload.batch_size=30": "batch of 30 sequences",
    "workload.micro_batches=3": "not 3",
    "strategy.ep=32": "ep 32",
}
SOUND = {
    **DENSE,
    **EXPERTS,
    "model.dense_layers": 1,
    "strategy.tp": 2,
    "strategy.pp": 2,
    "strategy.ep": 4,
    "strategy.device_count": 32,
    "workload.micro_batch_size": 2,
}


@pytest.mark.parametrize("change", REFUSED)
def test_unsound_plans_are_refused_with_the_numbers(change: str) -> None:
    key, _, value = change.partition("=")
    case = case_of({**SOUND, key: int(value)})
    emission = emit("megatron", case)
    assert not emission.artefacts
    assert any(REFUSED[change] in found.message for found in emission.diagnostics), emission.diagnostics


def test_a_size_that_no_layer_has_refuses_nothing() -> None:
    everywhere = {key: value for key, value in SOUND.items() if key != "model.dense_layers"}
    assert emit("megatron", case_of({**everywhere, "model.ffn_hidden_size": 2049})).artefacts


def test_a_device_in_two_stages_is_refused_not_dropped() -> None:
    case = case_of(SOUND)
    stages = (stated(StageSpan(0, devices=(0,)), 90), stated(StageSpan(1, devices=(1, 0)), 91))
    shared = Case(replace(case.plan, strategy=replace(case.plan.strategy, stages=stages)))
    for target in ("megatron", "deepspeed"):
        emission = emit(target, shared)
        assert not emission.artefacts
        assert "device 0 holds two pipeline stages" in emission.diagnostics[0].message


def test_missing_facts_are_named_once() -> None:
    emission = emit("megatron", case_of({"strategy.tp": 2, "strategy.device_count": 4}))
    (found,) = emission.diagnostics
    assert "`model.layers`" in found.message
    assert "`workload.sequence_length`" in found.message
