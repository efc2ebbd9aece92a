"""Megatron's arguments: versions, launchers, uneven stages, and what it has no setting for."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stratc.backends.backend import Emission, Options
from stratc.backends.flags import settings
from stratc.backends.megatron.lower import lower
from stratc.backends.megatron.versions import VERSIONS, knows
from stratc.backends.registry import backend
from stratc.errors import UsageError
from stratc.resources import resource
from tests.conformance.plans import case_of, plans

SOUND: dict[str, Any] = {
    "model.layers": 16,
    "model.hidden_size": 512,
    "model.heads": 8,
    "model.ffn_hidden_size": 2048,
    "workload.batch_size": 64,
    "workload.micro_batch_size": 1,
    "workload.phase": "training",
    "strategy.tp": 2,
    "strategy.pp": 4,
    "strategy.device_count": 16,
}


def sound(**others: Any) -> dict[str, Any]:
    """A sound plan with other facts; "__" stands for the dot of a key."""
    from stratc.ir.values import Extent

    length = {"workload.sequence_length": Extent(1024, 1024)}
    return SOUND | length | {key.replace("__", "."): value for key, value in others.items()}


def emit(facts: dict[str, Any], counts: tuple[int, ...] = (), **asked: Any) -> Emission:
    return backend("megatron").emit(case_of(facts, counts), lambda _: "", Options(**asked))


def flags(facts: dict[str, Any], counts: tuple[int, ...] = (), **asked: Any) -> dict[str, Any]:
    arguments, remarks = lower(case_of(facts, counts), Options(**asked))
    assert arguments, remarks
    return {flag: known.value for _, group in arguments.groups for flag, known in settings(group)}


@pytest.mark.parametrize("version", VERSIONS)
def test_only_flags_of_the_version_appear(version: str) -> None:
    schema = Draft202012Validator(json.loads(resource("schemas", "megatron.schema.json").read_text(encoding="utf-8")))
    emitted = 0
    for case in plans(120):
        for lenient in (False, True):
            arguments, _ = lower(case, Options(version=version, lenient=lenient))
            if arguments:
                emitted += 1
                found = {flag: known.value for _, group in arguments.groups for flag, known in settings(group)}
                assert all(knows(version, flag) for flag in found)
                schema.validate(found)
    assert emitted > 30


def test_an_unknown_version_is_said() -> None:
    with pytest.raises(UsageError, match=r"no Megatron-Core `9\.9`; there are 0\.8 to 0\.19"):
        emit(sound(), version="9.9")


STAGES: dict[tuple[int, ...], dict[str, object]] = {
    # layers of each stage: the flags that say so
    (4, 4, 4, 4): {},
    (3, 5, 4, 4): {"--pipeline-model-parallel-layout": "Et*3|t*5|t*4|t*4L"},
    (1, 5, 5, 5): {"--decoder-first-pipeline-num-layers": 1},
    (5, 5, 5, 1): {"--decoder-last-pipeline-num-layers": 1},
    (3, 4, 4, 5): {"--decoder-first-pipeline-num-layers": 3, "--decoder-last-pipeline-num-layers": 5},
}


@pytest.mark.parametrize("counts", STAGES, ids=str)
def test_uneven_stages(counts: tuple[int, ...]) -> None:
    found = flags(sound(), counts)
    said = {flag: value for flag, value in found.items() if "layout" in flag or "decoder" in flag}
    assert said == STAGES[counts]


def test_uneven_virtual_stages_are_laid_out_chunk_by_chunk() -> None:
    found = flags(sound(strategy__vpp=2), (1, 2, 2, 2, 2, 2, 2, 3))
    assert found["--pipeline-model-parallel-layout"] == "Et*1|t*2|t*2|t*2|t*2|t*2|t*2|t*3L"
    assert "--num-virtual-stages-per-pipeline-rank" not in found


def test_stages_that_do_not_hold_the_model_are_refused() -> None:
    found = emit(sound(), (4, 4, 4, 3))
    assert not found.artefacts
    assert "the stages hold 15 layers, the model has 16" in found.diagnostics[0].message


def test_even_with_embedding_and_loss() -> None:
    found = flags(sound(model__layers=14))
    assert found["--account-for-embedding-in-pipeline-split"] is True
    assert found["--account-for-loss-in-pipeline-split"] is True


def test_rotary_positions_turn_as_the_model_turns_them() -> None:
    assert flags(sound(model__position_embedding="rope", model__rope_base=500000))["--rotary-base"] == 500000
    assert "--rotary-base" not in flags(sound(model__position_embedding="rope"))


def test_windows_of_attention() -> None:
    window = {"model__sliding_window": 512, "model__full_attention_every": 6}
    found = flags(sound(**window))
    assert (found["--window-size"], found["--window-attn-skip-freq"]) == ("511,0", 6)
    assert "--window-attn-skip-freq" not in flags(sound(model__full_attention_every=6))
    older = emit(sound(**window), version="0.14.0")
    assert any("--window-size" in each.message for each in older.diagnostics)
    assert not any("--window-size" in each.text for each in older.artefacts)


def test_an_optimizer_on_the_host_needs_two_switches_beside() -> None:
    found = flags(sound(strategy__offload_optimizer=True))
    assert found["--optimizer-cpu-offload"] is True
    assert found["--use-precision-aware-optimizer"] is True
    assert found["--use-distributed-optimizer"] is True
    assert "--optimizer-cpu-offload" not in flags(sound(strategy__offload_optimizer=False))


def test_older_releases_get_their_own_flags() -> None:
    assert flags(sound(strategy__vpp=2), version="0.9")["--num-layers-per-virtual-pipeline-stage"] == 2
    assert flags(sound(strategy__zero_stage=3), version="0.13")["--use-custom-fsdp"] is True
    assert flags(sound(strategy__attention_kernel="flash"), version="0.8")["--use-flash-attn"] is True
    found = emit(sound(), (3, 5, 4, 4), version="0.12")
    assert "no `--pipeline-model-parallel-layout` (since 0.13)" in found.diagnostics[0].message


INEXPRESSIBLE = {
    "strategy.schedule": ("dualpipe", "the schedule dualpipe: Megatron has the schedules 1f1b and interleaved"),
    "model.position_embedding": ("alibi", "the position embedding alibi: Megatron has no such positions"),
    "strategy.sp": (4, "sequence parallelism of degree 4 beside tp 2"),
    "model.precision": ("int8", "the precision int8"),
}


@pytest.mark.parametrize("key", INEXPRESSIBLE)
def test_what_megatron_cannot_express_is_refused_or_left_out(key: str) -> None:
    value, message = INEXPRESSIBLE[key]
    strict, lenient = emit(sound() | {key: value}), emit(sound() | {key: value}, lenient=True)
    assert not strict.artefacts
    assert message in strict.diagnostics[0].message
    assert lenient.artefacts
    assert [each.severity.value for each in lenient.diagnostics if message in each.message] == ["warning"]


@pytest.mark.parametrize("version", ["0.19", "0.12"])
def test_slurm_asks_for_the_nodes_of_the_world(version: str) -> None:
    facts = sound(hardware__devices_per_node=8, strategy__device_count=32, workload__batch_size=64)
    script, _ = emit(facts, launcher="slurm", version=version).artefacts
    assert script.path == "launch.sbatch"
    nodes = re.search(r"#SBATCH --nodes=(\d+)", script.text)
    share = re.search(r"#SBATCH --gpus-per-node=(\d+)", script.text)
    assert nodes
    assert share
    assert int(nodes[1]) * int(share[1]) == 32
    lines = script.text.splitlines()
    first = next(n for n, line in enumerate(lines) if line and not line.startswith("#"))
    assert max(n for n, line in enumerate(lines) if line.startswith("#SBATCH")) < first
    assert "--rdzv-endpoint" in script.text


def test_the_argument_file_says_the_same() -> None:
    facts = sound(strategy__sp=2, model__experts=8, model__top_k=2, model__expert_hidden_size=512)
    _, listed = emit(facts).artefacts
    lines = [line.strip().partition(": ") for line in listed.text.splitlines() if line.startswith("  --")]
    told = {flag: json.loads(value.partition("  #")[0]) for flag, _, value in lines if flag in flags(facts)}
    assert told == flags(facts)
