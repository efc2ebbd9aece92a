"""The .strat that a launch file means: Megatron is told the same from both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratc.backends.backend import Emission
from stratc.frontends.frontend import Reading
from stratc.ir.plan import KEYS
from stratc.ir.statement import Statement
from stratc.pipeline import emit, read, understand
from stratc.text.source import Source

CASE = re.compile(r"^# (?P<name>.+?)\n.*?^````(?P<file>\S+)\n(?P<text>.*?)^````\n", re.S | re.M)
CASES = [
    pytest.param(each["file"], each["text"], id=each["name"])
    for path in sorted(Path(__file__).parent.glob("*.md"))
    for each in CASE.finditer(path.read_text(encoding="utf-8"))
]
REDERIVED = {"strategy.layers_per_stage"}  # from layers and stages, wherever they are stated


def _again(reading: Reading) -> Reading:
    """The reading of the .strat that another reading means."""
    text = emit(reading, "strat").artefacts[0].text
    again = read(Source("plan.strat", text))
    assert not again.diagnostics, text
    return again


def _facts(reading: Reading) -> dict[str, object]:
    plan = understand(reading)
    return {key: getattr(plan.fact(key), "value", None) for key in KEYS if key not in REDERIVED}


def _told(emission: Emission) -> list[str]:
    """The emitted lines without the places they come from."""
    lines = (line for each in emission.artefacts for line in each.text.splitlines())
    return [re.sub(r"\s+#.*", "", line) for line in lines if not line.lstrip().startswith("#")]


@pytest.mark.parametrize(("file", "text"), CASES)
def test_the_strat_of_a_file_means_the_same(file: str, text: str) -> None:
    reading = read(Source(file, text))
    if reading.apart or not any(each.subject in KEYS for each in reading.statements):
        return
    again = _again(reading)
    assert _facts(again) == _facts(reading)


DEGREES = st.sampled_from([1, 2, 4])


@settings(max_examples=40, deadline=None)
@given(DEGREES, DEGREES, DEGREES, st.booleans(), st.booleans(), st.booleans(), st.sampled_from([0, 1, 3]))
def test_megatron_is_told_the_same(
    tp: int, pp: int, cp: int, gated: bool, grouped: bool, experts: bool, shard: int
) -> None:
    words = [
        f"torchrun --nproc_per_node 8 --nnodes {tp * pp * cp} pretrain_gpt.py --num-layers 16 --hidden-size 2048",
        f"--num-attention-heads 16 --seq-length 4096 --max-position-embeddings 4096 --tensor-model-parallel-size {tp}",
        f"--pipeline-model-parallel-size {pp} --context-parallel-size {cp} --micro-batch-size 1 --bf16",
        f"--global-batch-size {64 * 8}",
        "--swiglu --normalization RMSNorm" if gated else "",
        "--group-query-attention --num-query-groups 4" if grouped else "",
        f"--num-experts 8 --expert-model-parallel-size 2 {'--sequence-parallel' * (tp > 1)}" if experts else "",
        "--use-distributed-optimizer" if shard == 1 else "--use-megatron-fsdp" if shard == 3 and pp == 1 else "",
    ]
    reading = read(Source("train.sh", " ".join(words)))
    first = emit(reading, "megatron")
    assert first.artefacts or first.diagnostics
    assert _told(emit(_again(reading), "megatron")) == _told(first)


def test_statements_are_all_taken_up() -> None:
    """A statement that names a key of the plan is written with its place beside it."""
    reading = read(Source("train.sh", "torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 8 --hidden-size 512 "
                          "--num-attention-heads 8 --tensor-model-parallel-size 2 --seq-length 128"))  # fmt: skip
    text = emit(reading, "strat").artefacts[0].text
    stated: list[Statement] = [each for each in reading.statements if each.subject in KEYS]
    assert stated
    assert all(f"{each.subject.partition('.')[2]} = " in text for each in stated)
