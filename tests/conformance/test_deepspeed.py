"""DeepSpeed itself takes what the backend writes, and derives from it what the plan and Megatron say."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Layout, layout
from stratc.backends.backend import Options
from stratc.backends.megatron.lower import lower
from stratc.backends.registry import backend
from tests.backends.launched import BASH, run_script
from tests.conformance.apart import apart
from tests.conformance.faulty import errors, faulty, foreign, plain_job
from tests.conformance.plans import PLAIN, plans

pytest.importorskip("torch")
pytest.importorskip("deepspeed")
PLANS = int(os.environ.get("STRATC_PLANS", "120"))
HELD = {"bf16": "torch.bfloat16", "fp16": "torch.float16", "fp32": "torch.float32", "tf32": "torch.float32"}


@pytest.fixture(scope="module")
def checks() -> Any:
    """DeepSpeed's checks."""
    from tests.conformance import deepspeed

    deepspeed.load()
    return deepspeed


@pytest.mark.skipif(not BASH, reason="needs bash")
def test_deepspeed_takes_every_launch_and_derives_the_plan(checks: Any, tmp_path: Path) -> None:
    taken = 0
    for case in plans(PLANS, kinds=PLAIN):
        emission = backend("deepspeed").emit(case, lambda _: "")
        if not emission.artefacts:
            continue
        config, hosts, script = (each.text for each in emission.artefacts)
        shape = layout(case)
        assert isinstance(shape, Layout)
        (words,) = run_script(script, tmp_path)
        handed = apart(partial(checks.launched, words[1:], hosts))
        assert (handed["devices"], handed["script"]) == (shape.world.value, "pretrain_gpt.py")
        assert _flag(handed, "--global-batch-size") == shape.batch_size.value
        assert _flag(handed, "--tensor-model-parallel-size") == shape.tp.value
        found = apart(partial(checks.judged, _job(checks, case, shape, json.loads(config))))
        assert found["stage"] == "done", (found, config)
        assert _derived(found) == _meant(case, shape), config
        assert _groups_agree(found, shape), (found, config)
        arguments, _ = lower(case)
        if arguments and arguments.run.global_batch_size:
            assert arguments.world.value == shape.world.value
            assert arguments.run.global_batch_size.value == found["batch"]
        taken += 1
    assert taken > PLANS // 4


def _flag(handed: dict[str, Any], name: str) -> int:
    return int(handed["arguments"][handed["arguments"].index(name) + 1])


def _job(checks: Any, case: Case, shape: Layout, config: dict[str, Any]) -> Any:
    facts = {key: known.value for key, known in case.plan.facts()}
    return checks.Job(
        config,
        shape.world.value,
        tp=shape.tp.value,
        pp=shape.pp.value,
        sp=shape.cp.value,
        layers=facts["model.layers"],
        heads=facts["model.heads"],
        experts=facts.get("model.experts", 0),
        top_k=facts.get("model.top_k", 1),
        ep=shape.ep.value,
        expert_tp=shape.expert_tp.value,
    )


def _derived(found: dict[str, Any]) -> dict[str, Any]:
    sizes = [after - before for before, after in zip(found.get("parts", ()), found.get("parts", ())[1:], strict=False)]
    names = ("batch", "engine batch", "micro batch", "steps", "dp", "zero", "precision", "on host")
    return {name: found[name] for name in names} | {"layers": sorted(sizes)}


def _meant(case: Case, shape: Layout) -> dict[str, Any]:
    """What the plan says, of the names that DeepSpeed has for it."""
    facts = {key: known.value for key, known in case.plan.facts()}
    layers, pp = facts["model.layers"], shape.pp.value
    hosts = {"optimizer": "strategy.offload_optimizer", "param": "strategy.offload_parameters"}
    return {
        "batch": facts["workload.batch_size"],
        "engine batch": facts["workload.batch_size"],
        "micro batch": facts.get("workload.micro_batch_size", 1),
        "steps": shape.micro_batches.value,
        "dp": shape.dp.value,
        "zero": facts.get("strategy.zero_stage", 0),
        "precision": HELD[facts.get("model.precision", "bf16")],
        "on host": [name for name, key in hosts.items() if facts.get(key)],
        "layers": sorted(layers // pp + (stage < layers % pp) for stage in range(pp)) if pp > 1 else [],
    }


def _groups_agree(found: dict[str, Any], shape: Layout) -> bool:
    """Whether the groups of a pipeline, or those of the experts, are the ones that the layout has."""
    mine = {name: sorted(map(list, axis.groups(shape.world.value))) for name, axis in shape.axes.items()}
    dense = all(groups == mine[name] for name, groups in found.get("groups", {}).items() if shape.axes[name].size > 1)
    made = {tuple(group) for group in found["made"]} if shape.ep.value > 1 else set()
    meant = {tuple(group) for axis in ("ep", "expert dp") for group in mine[axis]} if made else made
    return dense and made ^ meant <= {tuple(range(shape.world.value))}  # which it makes besides


def test_deepspeed_takes_what_is_written_without_the_unsupported(checks: Any) -> None:
    taken = 0
    for case in foreign(PLANS // 2, PLAIN):
        assert not backend("deepspeed").emit(case, lambda _: "").artefacts
        written = backend("deepspeed").emit(case, lambda _: "", Options(lenient=True)).artefacts
        shape = layout(case)
        if written and isinstance(shape, Layout):
            found = apart(partial(checks.judged, _job(checks, case, shape, json.loads(written[0].text))))
            assert found["stage"] == "done", (found, written[0].text)
            taken += 1
    assert taken > PLANS // 12


LATER = (
    # what Megatron-DeepSpeed finds when it builds its model, which needs a GPU
    "do not divide by tp",
    "does not divide by",
    "heads per device",
    "KV heads per device",
    "columns per device",
    "wide heads",
    "query heads each",
    "KV heads",
    # what DeepSpeed takes in silence: stages without layers
    "leaves",
)


def test_what_is_called_an_error_is_refused(checks: Any) -> None:
    refused = 0
    for kind in (plans, faulty):
        kinds: Callable[..., Any] = kind
        for case in kinds(PLANS, kinds=PLAIN):
            said = errors(case, "deepspeed")
            if all(any(later in each for later in LATER) for each in said):
                continue
            job = plain_job(case)
            if job.expert_tp not in (1, job.tp):  # it knows no other
                continue
            found = apart(partial(checks.judged, job))
            assert "refused" in found, (said, job)
            refused += 1
    assert refused > PLANS // 4
