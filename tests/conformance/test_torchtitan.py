"""torchtitan itself takes what the backend writes, and holds of its model what the plan means."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Layout, layout
from stratc.analysis.memory.memory import device_memory
from stratc.backends.registry import backend
from stratc.backends.torchtitan.checks import sharding
from tests.conformance.apart import apart
from tests.conformance.plans import TITAN, plans

pytest.importorskip("torch")
pytest.importorskip("torchtitan")
PLANS = int(os.environ.get("STRATC_PLANS", "120")) // 4


def test_torchtitan_takes_every_configuration_and_derives_the_plan(tmp_path: Path) -> None:
    from tests.conformance import titan

    titan.load()
    taken = 0
    for case in plans(PLANS, kinds=TITAN):
        emission = backend("torchtitan").emit(case, lambda _: "")
        if not emission.artefacts:
            continue
        path = tmp_path / "train.toml"
        path.write_text(emission.artefacts[0].text, encoding="utf-8")
        shape = layout(case)
        assert isinstance(shape, Layout)
        found = apart(partial(titan.judged, str(path), shape.world.value))
        assert found["stage"] == "done", (found, emission.artefacts[0].text)
        assert found["degrees"] == {name: getattr(shape, name).value for name in ("tp", "pp", "cp", "ep")}
        assert (found["dp"], found["batch"]) == (shape.dp.value, shape.batch_size.value)
        accumulated = 1 if shape.pp.value > 1 else shape.micro_batches.value
        assert found["steps"] == accumulated
        _holds_its_share(case, shape, found)
        taken += 1
    assert taken > PLANS // 4


def _holds_its_share(case: Case, shape: Layout, found: dict[str, Any]) -> None:
    """Layers of the first device, and its parameters, of which shards hold parts of whole rows."""
    assert sum(found["layers"]) == case.known("model.layers").value // shape.pp.value
    (held, *_) = (stage.parameters for stage in device_memory(case).stages)
    assert held is not None
    parts = shape.cp.value * (shape.dp.value if sharding(case, shape).value else 1)
    assert found["held"] == pytest.approx(held / parts, rel=0.002)
