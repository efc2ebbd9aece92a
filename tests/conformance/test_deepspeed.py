"""DeepSpeed itself takes what the backend writes, and counts the batch as the plan and Megatron do."""

from __future__ import annotations

import json
import os
from functools import partial

import pytest

from stratc.backends.megatron.lower import lower
from stratc.backends.registry import backend
from tests.conformance.apart import apart
from tests.conformance.plans import plans

pytest.importorskip("torch")
pytest.importorskip("deepspeed")
PLANS = int(os.environ.get("STRATC_PLANS", "120"))


def test_deepspeed_takes_every_configuration_and_counts_the_same_batch() -> None:
    from tests.conformance import deepspeed

    deepspeed.load()
    taken = 0
    for case in plans(4 * PLANS):  # most are more than DeepSpeed can express
        emission = backend("deepspeed").emit(case, lambda _: "")
        if not emission.artefacts:
            continue
        config = json.loads(emission.artefacts[0].text)
        facts = {key: known.value for key, known in case.plan.facts()}
        world, layers = facts["strategy.device_count"], facts["model.layers"]
        tp, pp, cp = (facts[f"strategy.{name}"] for name in ("tp", "pp", "cp"))
        found = apart(partial(deepspeed.judged, config, world, tp, pp, cp, layers))
        assert "refused" not in found, (found["refused"], found["stage"], config, (tp, pp, cp))
        assert found["batch"] == facts["workload.batch_size"]
        assert found["dp"] * tp * pp * cp == world
        if "parts" in found:
            sizes = {after - before for before, after in zip(found["parts"], found["parts"][1:], strict=False)}
            assert max(sizes) - min(sizes) <= 1
            assert (
                sum(after - before for before, after in zip(found["parts"], found["parts"][1:], strict=False)) == layers
            )
        arguments, _ = lower(case)
        if arguments and arguments.run.global_batch_size and arguments.run.micro_batch_size:
            assert arguments.world.value == world
            share = arguments.run.micro_batch_size.value * found["dp"]
            assert arguments.run.global_batch_size.value == share * found["steps"]
        taken += 1
    assert taken > PLANS // 8
