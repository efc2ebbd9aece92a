"""torchtitan's configuration over a grid: its schema, its meshes, and what it has no setting for."""

from __future__ import annotations

import json
import tomllib
from itertools import product
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stratc.backends.backend import Emission, Options
from stratc.backends.registry import backend
from stratc.ir.values import Extent
from stratc.resources import resource
from tests.conformance.plans import case_of

LLAMA: dict[str, Any] = {
    "model.layers": 32,
    "model.hidden_size": 4096,
    "model.heads": 32,
    "model.kv_heads": 8,
    "workload.sequence_length": Extent(8192, 8192),
    "workload.micro_batch_size": 1,
    "workload.phase": "training",
}
DEEPSEEK = LLAMA | {"model.layers": 27, "model.hidden_size": 2048, "model.heads": 16, "model.kv_heads": 16}
DEEPSEEK |= {"model.experts": 64, "model.kv_lora_rank": 512}


def emit(facts: dict[str, Any], counts: tuple[int, ...] = (), **asked: Any) -> Emission:
    return backend("torchtitan").emit(case_of(facts, counts), lambda _: "", Options(**asked))


def test_every_mesh_multiplies_to_the_devices() -> None:
    schema = json.loads(resource("schemas", "torchtitan.schema.json").read_text(encoding="utf-8"))
    check, seen = Draft202012Validator(schema), 0
    for tp, pp, cp, dp, zero in product((1, 2, 8), (1, 4), (1, 2), (1, 4), (0, 2, 3)):
        world = tp * pp * cp * dp
        degrees = {"strategy.tp": tp, "strategy.pp": pp, "strategy.cp": cp, "strategy.zero_stage": zero}
        found = emit(LLAMA | degrees | {"strategy.device_count": world, "workload.batch_size": 8 * dp})
        if zero == 0 and dp > 1 and tp * pp > 1 and cp == 1:
            assert "torchtitan copies whole models alone" in found.diagnostics[0].message
            continue
        config = tomllib.loads(found.artefacts[0].text)
        check.validate(config)
        assert config["model"] == {"name": "llama3", "flavor": "8B"}
        mesh, training = config["parallelism"], config["training"]
        shards, copies = mesh["data_parallel_shard_degree"], mesh["data_parallel_replicate_degree"]
        model = mesh["tensor_parallel_degree"] * mesh["pipeline_parallel_degree"] * mesh["context_parallel_degree"]
        assert shards * copies * model == world
        assert training["global_batch_size"] % (training["local_batch_size"] * shards * copies) == 0
        if pp > 1:
            assert training["local_batch_size"] // mesh["pipeline_parallel_microbatch_size"] >= pp
            assert "pipeline_parallel_layers_per_stage" not in mesh  # one stage a device is usual
            assert mesh["pipeline_parallel_last_stage_less_layers"] == 0
        seen += 1
    assert seen == 67


def test_replicas_beside_other_degrees_are_sharded_unless_the_plan_says_otherwise() -> None:
    found = emit(LLAMA | {"strategy.tp": 2, "strategy.device_count": 8, "workload.batch_size": 8})
    mesh = tomllib.loads(found.artefacts[0].text)["parallelism"]
    assert mesh["data_parallel_shard_degree"] == 4
    assert any("whole copies stand beside no other parallelism" in each.message for each in found.diagnostics)


def test_parameters_are_freed_after_the_forward_pass_in_stage_3_only() -> None:
    shape = {"strategy.device_count": 8, "workload.batch_size": 64}
    freed = {}
    for pp, zero in product((1, 4), (2, 3)):
        told = emit(LLAMA | shape | {"strategy.pp": pp, "strategy.zero_stage": zero}).artefacts[0].text
        freed[pp, zero] = tomllib.loads(told)["parallelism"].get("fsdp_reshard_after_forward")
    assert freed == {(1, 2): "never", (1, 3): None, (4, 2): None, (4, 3): "always"}


def test_more_than_two_stages_a_device_are_counted_by_their_layers() -> None:
    degrees = {"strategy.pp": 2, "strategy.vpp": 4, "strategy.device_count": 2, "workload.batch_size": 16}
    mesh = tomllib.loads(emit(LLAMA | degrees).artefacts[0].text)["parallelism"]
    assert mesh["pipeline_parallel_layers_per_stage"] == 4


def test_experts_shard_the_data_parallel_ranks() -> None:
    degrees = {"strategy.tp": 2, "strategy.ep": 8, "strategy.expert_tp": 1, "strategy.device_count": 16}
    mesh = tomllib.loads(emit(DEEPSEEK | degrees | {"workload.batch_size": 64}).artefacts[0].text)["parallelism"]
    assert mesh["expert_parallel_degree"] == 8
    assert mesh["expert_tensor_parallel_degree"] == 1
    assert mesh["data_parallel_shard_degree"] == 8


def test_uneven_stages_are_listed_module_by_module() -> None:
    degrees = {"strategy.pp": 2, "strategy.device_count": 2, "workload.batch_size": 4}
    mesh = tomllib.loads(emit(LLAMA | degrees, (15, 17)).artefacts[0].text)["parallelism"]
    first, last = mesh["module_fqns_per_model_part"]
    assert first[0] == "tok_embeddings"
    assert last[-2:] == ["norm", "output"]
    assert len(first) + len(last) == 32 + 3


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "another model": ({"model.hidden_size": 4000}, "no model of torchtitan has this shape"),
    "ZeRO 1": ({"strategy.zero_stage": 1}, "shards gradients and parameters as well"),
    "schedule": ({"strategy.pp": 2, "strategy.schedule": "zb-h1"}, "torchtitan has no zb-h1 schedule"),
    "precision": ({"model.precision": "fp16"}, "torchtitan does not train in fp16"),
    "sequence": ({"workload.sequence_length": Extent(8200, 8200), "strategy.tp": 8}, "does not divide by tp 8 × 2"),
    "KV heads": ({"strategy.tp": 16}, "8 kv heads do not divide by tp 16"),
    "micro-batches": ({"strategy.pp": 16}, "8 micro-batches for 16 stages"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_torchtitan_does_not_take_is_refused(name: str) -> None:
    others, message = REFUSED[name]
    facts = LLAMA | {"strategy.tp": 1, "strategy.pp": 1, "strategy.dp": 1, "workload.batch_size": 8} | others
    found = emit(facts)
    assert not found.artefacts
    assert any(message in each.message for each in found.diagnostics), found.diagnostics
