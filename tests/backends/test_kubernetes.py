"""Manifests: their schema, devices of all pods."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stratc.backends.registry import backend
from stratc.ir.values import Extent
from stratc.resources import resource
from tests.conformance.plans import case_of

yaml: Any = pytest.importorskip("yaml")

MODEL: dict[str, Any] = {
    "model.name": "Some Model 7B",
    "model.layers": 32,
    "model.hidden_size": 4096,
    "model.heads": 32,
    "workload.batch_size": 64,
    "workload.sequence_length": Extent(4096, 4096),
    "hardware.devices_per_node": 8,
}


def emitted(facts: dict[str, Any]) -> Any:
    schema = json.loads(resource("schemas", "kubernetes.schema.json").read_text(encoding="utf-8"))
    found = backend("kubernetes").emit(case_of(facts), lambda _: "")
    assert found.artefacts, found.diagnostics
    made = yaml.safe_load(found.artefacts[0].text)
    Draft202012Validator(schema).validate(made)
    return made


def share(pod: Any) -> int:
    return int(pod["spec"]["containers"][0]["resources"]["limits"]["nvidia.com/gpu"])


@pytest.mark.parametrize(("tp", "pp", "dp"), list(product((1, 8), (1, 4), (1, 4))))
def test_a_training_job_has_the_devices_of_the_world(tp: int, pp: int, dp: int) -> None:
    degrees = {"strategy.tp": tp, "strategy.pp": pp, "strategy.dp": dp, "workload.phase": "training"}
    replicas = emitted(MODEL | degrees)["spec"]["pytorchReplicaSpecs"]
    assert replicas["Master"]["replicas"] == 1
    assert sum(each["replicas"] * share(each["template"]) for each in replicas.values()) == tp * pp * dp


@pytest.mark.parametrize(("tp", "pp", "dp"), list(product((1, 8, 16), (1, 2), (1, 4))))
@pytest.mark.parametrize("framework", ["vLLM", "SGLang"])
def test_servers_have_the_devices_of_the_world(tp: int, pp: int, dp: int, framework: str) -> None:
    degrees = {"strategy.tp": tp, "strategy.pp": pp, "strategy.dp": dp, "workload.phase": "inference"}
    spec = emitted(MODEL | degrees | {"strategy.framework": framework})["spec"]
    group = spec["leaderWorkerTemplate"]
    assert spec["replicas"] * group["size"] * share(group["workerTemplate"]) == tp * pp * dp
