"""Servers over a grid of strategies: what is written multiplies to the devices and satisfies the engines' schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stratc.analysis.case import Case
from stratc.backends.backend import Options
from stratc.backends.every import emit_every
from stratc.backends.flags import settings
from stratc.backends.registry import backend
from stratc.backends.sglang.lower import lower as sglang
from stratc.backends.vllm.lower import lower as vllm
from stratc.errors import UsageError
from stratc.ir.values import Extent
from stratc.resources import resource
from tests.conformance.plans import case_of

MODEL: dict[str, Any] = {
    "model.name": "a model",
    "model.layers": 32,
    "model.heads": 32,
    "model.precision": "bf16",
    "model.kv_precision": "fp8",
    "workload.phase": "inference",
    "workload.batch_size": 64,
    "workload.prompt_length": Extent(1024, 1024),
    "workload.output_length": Extent(256, 256),
    "hardware.devices_per_node": 8,
}


def schema(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(resource("schemas", f"{name}.schema.json").read_text(encoding="utf-8")))


def grid() -> Iterator[tuple[dict[str, int], Case]]:
    """Strategies of up to 256 devices with the expert group that vLLM makes, and without experts."""
    for tp, pp, dp, moe in product((1, 2, 4, 8, 16), (1, 2, 4), (1, 2, 4), (False, True)):
        degrees = {"tp": tp, "pp": pp, "dp": dp, "ep": tp * dp if moe else 1}
        facts = {f"strategy.{name}": degree for name, degree in degrees.items()}
        yield degrees, case_of(MODEL | facts | ({"model.experts": 64} if moe else {}))


def test_vllm_multiplies_to_the_devices() -> None:
    check, seen = schema("vllm"), 0
    for degrees, case in grid():
        server, found = vllm(case, Options())
        assert server, found
        flags = {flag: known.value for flag, known in settings(server.arguments)}
        check.validate(flags)
        engine = flags["--tensor-parallel-size"] * flags.get("--pipeline-parallel-size", 1)
        assert engine == degrees["tp"] * degrees["pp"]
        assert engine * flags.get("--data-parallel-size", 1) * server.copies == server.world.value
        assert server.nodes.count * server.nodes.per_node * server.copies == server.world.value
        assert flags["--max-model-len"] == 1280
        assert flags.get("--enable-expert-parallel", False) == (degrees["ep"] > 1)
        if "--data-parallel-size-local" in flags:
            assert flags["--data-parallel-size-local"] * server.nodes.count == flags["--data-parallel-size"]
        seen += 1
    assert seen == 90


def test_sglang_multiplies_to_the_devices() -> None:
    check, seen = schema("sglang"), 0
    for degrees, case in grid():
        server, found = sglang(case, Options())
        assert server, found
        flags = {flag: known.value for flag, known in settings(server.arguments)}
        check.validate(flags)
        stage, stages = flags["--tp-size"], flags.get("--pp-size", 1)
        assert stage * stages * flags.get("--dp-size", 1) * server.copies == server.world.value
        assert stage * stages % flags.get("--nnodes", 1) == 0
        assert stage % flags.get("--attn-dp-size", 1) == 0
        assert stage // flags.get("--attn-dp-size", 1) == degrees["tp"]
        assert stage % flags.get("--ep-size", 1) == 0
        assert "--dp-size" not in flags or "--nnodes" not in flags
        seen += 1
    assert seen == 90


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "heads": ({"strategy.tp": 6}, "32 heads do not divide by tp 6", "32 heads do not divide by tp 6"),
    "stages": ({"strategy.pp": 64}, "fewer than 64 stages", "fewer than 64 stages"),
    "expert group": (
        {"model.experts": 64, "strategy.tp": 8, "strategy.dp": 2, "strategy.ep": 3, "strategy.device_count": 48},
        "",
        "",
    ),
    "virtual stages": ({"strategy.vpp": 2, "strategy.pp": 2}, "vLLM has no virtual stages", "SGLang has no virtual"),
    "cache": ({"model.kv_precision": "int4"}, "vLLM has no key-value cache in int4", "SGLang has no key-value cache"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_engines_do_not_take_is_refused(name: str) -> None:
    others, for_vllm, for_sglang = REFUSED[name]
    case = case_of(MODEL | {"strategy.tp": 1} | others | {"strategy.dp": others.get("strategy.dp", 1)})
    for target, message in (("vllm", for_vllm), ("sglang", for_sglang)):
        found = backend(target).emit(case, lambda _: "")
        assert not found.artefacts
        assert any(message in each.message for each in found.diagnostics), found.diagnostics


def test_prefill_and_decode_are_told_apart() -> None:
    from dataclasses import replace

    case = case_of(MODEL | {"strategy.tp": 8, "strategy.dp": 1})
    named = [
        Case(replace(case.plan, strategy=replace(case.plan.strategy, name=name))) for name in ("Prefill", "Decode")
    ]
    for target, flag in (("sglang", "--disaggregation-mode"), ("vllm", "--kv-transfer-config")):
        both = emit_every(backend(target), named, lambda _: "").artefacts
        assert [each.path for each in both] == ["prefill/serve.sh", "decode/serve.sh"]
        assert all(flag in each.text for each in both)
        (one,) = emit_every(backend(target), named[:1], lambda _: "").artefacts
        assert flag not in one.text


@pytest.mark.parametrize("target", ["vllm", "sglang"])
def test_options_that_an_engine_has_not_are_said(target: str) -> None:
    case = case_of(MODEL | {"strategy.tp": 8, "strategy.dp": 1})
    for options in (Options(version="9.9"), Options(launcher="slurm")):
        with pytest.raises(UsageError):
            backend(target).emit(case, lambda _: "", options)
