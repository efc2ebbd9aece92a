"""Every figure of an estimate can be explained, and the working gives the figure."""

from __future__ import annotations

from math import isclose

import pytest

from stratc.analysis.case import Case, cases
from stratc.analysis.estimates.estimate import estimate
from stratc.analysis.estimates.explanation import KINDS, explained, fullest, items
from stratc.pipeline import read, understand
from stratc.text.source import Source
from tests.conformance.plans import plans

TRAINING = """
hardware { accelerator = "H100 SXM"; devices_per_node = 8; network_bandwidth = 50GB/s }
model { name = "Llama 3 70B"; precision = bf16 }
workload { phase = training; sequence_length = 8192; batch_size = 256; micro_batch_size = 1 }
strategy { tp = 8; pp = 4; dp = 2; zero_stage = 1; recompute = selective; sp = 8; framework = "Megatron-LM" }
"""
SERVING = """
hardware { accelerator = "H100 SXM"; devices_per_node = 8 }
model { name = "Llama 3 8B"; precision = bf16 }
workload { phase = inference; prompt_length = 2000; output_length = 200; batch_size = 16 }
strategy { tp = 2; framework = "vLLM" }
"""


def case_in(text: str) -> Case:
    return cases(understand(read(Source("plan.strat", text))), explain=False)[0]


@pytest.mark.parametrize("text", [TRAINING, SERVING], ids=["training", "serving"])
def test_every_figure_has_its_ground(text: str) -> None:
    case = case_in(text)
    for item, value in items(estimate(case)).items():
        told = explained(case, item, 0)
        assert told.value == value
        assert told.stated or not value, item
        assert not told.parts or isclose(sum(amount for _, amount in told.parts), value, rel_tol=0.01), item


@pytest.mark.parametrize("text", [TRAINING, SERVING], ids=["training", "serving"])
def test_memory_has_a_working_that_names_the_degrees(text: str) -> None:
    case = case_in(text)
    for kind in KINDS:
        told = explained(case, f"memory.{kind}", fullest(case))
        if told.value and kind not in ("buffers", "workspace"):
            assert told.working is not None, kind
            assert "tp" in str(told.working)


def test_workings_agree_over_the_grid() -> None:
    checked = 0
    for case in plans(8):
        for item in ("memory.weights", "memory.optimizer", "memory.activations", "parameters.attention"):
            if item in items(estimate(case)):
                told = explained(case, item, 0)
                assert told.working is not None or not told.value, item
                checked += 1
    assert checked > 20


def test_a_figure_rests_on_what_changes_it_and_on_nothing_else() -> None:
    keys = {each.key for each in explained(case_in(TRAINING), "parameters.embedding", 0).stated}
    assert keys == {"model.hidden_size", "model.vocab_size"}
    assert "strategy.framework" in {each.key for each in explained(case_in(TRAINING), "memory.gradients", 0).stated}
