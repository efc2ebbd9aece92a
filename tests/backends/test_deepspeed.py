"""DeepSpeed's configuration and arguments: versions, launchers, traps of defaults, and what has no setting."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stratc.backends.backend import Emission, Options
from stratc.backends.deepspeed.lower import lower
from stratc.backends.registry import backend
from stratc.errors import UsageError
from stratc.ir.values import Extent
from stratc.resources import resource
from tests.conformance.plans import PLAIN, case_of, plans

SOUND: dict[str, Any] = {
    "model.layers": 16,
    "model.hidden_size": 512,
    "model.heads": 8,
    "model.ffn_hidden_size": 2048,
    "workload.sequence_length": Extent(1024, 1024),
    "workload.batch_size": 64,
    "workload.micro_batch_size": 1,
    "workload.phase": "training",
    "strategy.tp": 2,
    "strategy.device_count": 16,
    "strategy.zero_stage": 1,
}


def emit(others: dict[str, Any], **asked: Any) -> Emission:
    return backend("deepspeed").emit(case_of(SOUND | others), lambda _: "", Options(**asked))


def said(others: dict[str, Any]) -> dict[str, Any]:
    job, remarks = lower(case_of(SOUND | others))
    assert job, remarks
    return {flag: known.value for flag, known in job.arguments}


def test_experts_stand_in_every_layer_unless_the_plan_says_otherwise() -> None:
    experts = {"model.experts": 8, "model.top_k": 2, "strategy.ep": 4}
    assert said(experts)["--expert-interval"] == 1
    assert said(experts | {"model.moe_every": 2})["--expert-interval"] == 2
    assert said(experts)["--disable-moe-token-dropping"] is True
    assert said(experts | {"strategy.capacity_factor": 1.5})["--moe-train-capacity-factor"] == 1.5


def test_sequences_are_split_over_ranks_beside_those_of_the_batch() -> None:
    alone = {"strategy.cp": 2, "strategy.tp": 1}
    config = json.loads(emit(alone).artefacts[0].text)
    assert config["sequence_parallel_size"] == 2
    steps = config["gradient_accumulation_steps"]
    assert config["train_batch_size"] == config["train_micro_batch_size_per_gpu"] * steps * 8
    assert not emit(alone, version="0.16").artefacts


def test_what_lies_on_the_host_is_said() -> None:
    def sharding(**facts: Any) -> dict[str, Any]:
        whole = json.loads(emit({f"strategy.{key}": value for key, value in facts.items()}).artefacts[0].text)
        return dict(whole["zero_optimization"])

    host = {"device": "cpu"}
    assert sharding(offload_optimizer=True) == {"stage": 1, "offload_optimizer": host}
    assert sharding(zero_stage=3, offload_parameters=True) == {"stage": 3, "offload_param": host}
    assert sharding(offload_optimizer=False) == {"stage": 1}
    without = {"strategy.offload_parameters": True, "strategy.offload_optimizer": True}
    written, *_ = emit(without, lenient=True).artefacts
    assert json.loads(written.text)["zero_optimization"] == {"stage": 1, "offload_optimizer": host}


def test_configurations_of_many_plans_keep_the_schema() -> None:
    schema = Draft202012Validator(json.loads(resource("schemas", "deepspeed.schema.json").read_text(encoding="utf-8")))
    written = [backend("deepspeed").emit(case, lambda _: "").artefacts for case in plans(300, kinds=PLAIN)]
    for config, *_ in filter(None, written):
        schema.validate(json.loads(config.text))
    assert sum(map(bool, written)) > 60


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "zero with a pipeline": ({"strategy.zero_stage": 2, "strategy.pp": 2}, "DeepSpeed takes stage 0 or 1 there"),
    "zero with experts": ({"strategy.zero_stage": 3, "model.experts": 8}, "native experts take stage 2 at most"),
    "weights on the host": ({"strategy.offload_parameters": True}, "parameters on the host at ZeRO stage 1"),
    "heads": ({"model.heads": 9, "model.hidden_size": 576}, "heads 9 do not divide by tp 2"),
    "few heads": ({"strategy.cp": 16, "strategy.tp": 1}, "8 heads are fewer than 16 sequence-parallel ranks"),
    "sequences": ({"strategy.cp": 2}, "sequence parallelism of 2 ranks beside tp × pp = 2"),
    "KV heads": ({"model.kv_heads": 1}, "kv heads 1 do not divide by tp 2"),
    "groups": ({"model.kv_heads": 6}, "8 heads do not divide by 6 KV heads"),
    "width of heads": ({"model.hidden_size": 516}, "hidden size 516 does not divide by 8 heads"),
    "feed-forward": ({"model.ffn_hidden_size": 2049}, "ffn hidden size 2049 do not divide by tp 2"),
    "half of tp": (
        {"model.experts": 8, "strategy.tp": 4, "strategy.expert_tp": 2, "strategy.ep": 2},
        "expert tp 2 beside tp 4",
    ),
    "virtual stages": ({"strategy.pp": 2, "strategy.vpp": 2}, "has no virtual stages"),
    "schedule": ({"strategy.schedule": "dualpipe"}, "DeepSpeed's pipeline has the schedule 1f1b"),
    "precision": ({"model.precision": "fp8"}, "DeepSpeed's configuration has BF16 and FP16"),
    "latent attention": ({"model.kv_lora_rank": 64}, "no setting for latent attention"),
    "two widths": ({"model.experts": 8, "model.expert_hidden_size": 512}, "has one feed-forward size"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_deepspeed_does_not_take_is_refused(name: str) -> None:
    others, message = REFUSED[name]
    found = emit(others)
    assert not found.artefacts
    assert any(message in each.message for each in found.diagnostics), found.diagnostics


@pytest.mark.parametrize(
    ("launcher", "start", "path"),
    [
        ("", "deepspeed --hostfile", "launch.sh"),
        ("torchrun", "torchrun", "launch.sh"),
        ("slurm", "srun", "launch.sbatch"),
    ],
)
def test_launchers(launcher: str, start: str, path: str) -> None:
    script = emit({}, launcher=launcher).artefacts[-1]
    assert script.path == path
    assert f"\n{start}" in script.text
    assert "--deepspeed_config ds_config.json" in script.text


def test_an_unknown_version_is_said() -> None:
    with pytest.raises(UsageError, match=r"no DeepSpeed `7\.1`"):
        emit({}, version="7.1")
