"""Whatever a launch file holds, reading it ends without an exception, and every place lies inside it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratc.frontends.frontend import Reading
from stratc.pipeline import judge, read
from stratc.text.source import Source

PIECES = (
    *("$", "${", "}", "$((", "))", "(", ")", '"', "'", "`", "\\", "\n", " ", "=", "+=", "A", "A=(", "${A[@]}", "$A"),
    *("if ", "; then\n", "fi\n", "for A in ", "do ", "done\n", "case $A in ", "esac", "<<EOF\n", "EOF\n", "[[ ", " ]]"),
    *("while true; do", "A() {", "eval $A", "bash -c '", "exit 1", "&&", "||", "|", ";;", "#SBATCH --nodes=2\n", "#"),
    *("torchrun --nproc_per_node 8 ", "pretrain_gpt.py ", "--num-layers 8 ", "--hidden-size $A ", "--seq-length 4 "),
    *("vllm serve m ", "${A:-", "${A/x/", "${A:1:", "${#A}", "$(( A ** 9", "* A", "{1..4}", "\ue000", "\r\n"),
)
DOCUMENTS = (
    *("{", "}", "[", "]", ": ", ":", ",", "\n", "- ", "&a ", "*a", "<<: *a", '"', "'", "  ", "#", "[model]\n", " = "),
    *("num_layers", "hidden_size: 4\n", "model:\n", "  tensor_model_parallel_size: ${.x}\n", "zero_optimization"),
    *('"stage": 3', "MODEL_ARGS:\n", "  --num-layers: 4\n", "train_batch_size", "---\n", "\ufeff", "\x00", "1e400"),
)
FILES = ("a.sh", "a.slurm", "a.yaml", "a.toml", "a.json")


@pytest.mark.parametrize("file", FILES)
@settings(max_examples=150, deadline=None)
@given(text=st.one_of(st.text(), st.lists(st.sampled_from(PIECES + DOCUMENTS), max_size=60).map("".join)))
def test_any_text_is_read(file: str, text: str) -> None:
    source = Source(file, text)
    reading = read(source)
    inside(reading, source)
    judge(reading)


def inside(reading: Reading, source: Source) -> None:
    """Asserts that all places lie in the text."""
    spans = [each.span for each in reading.statements] + [each.span for each in reading.unread]
    spans += [each.context for each in reading.statements] + [each.primary.span for each in reading.diagnostics]
    assert all(each.source == source.name and 0 <= each.start <= each.end <= len(source.text) for each in spans)


@pytest.mark.parametrize(
    "text",
    [
        "while true; do A=$A$A; done\n",
        "A=xx\n" + "A=$A$A\n" * 60 + "echo $A\n",
        "f() { f; f; }\nf\n",
        "for ((i=0; ; i++)); do :; done\n",
        "eval " * 500,
        "$(" * 3000,
        "((" * 3000,
        "if true; then " * 3000,
        '"\n' * 3000,
        "A=$((9**9**9**9))\n" * 20,
        "cat <<EOF\n" * 2000,
    ],
)
def test_endless_scripts_end(text: str) -> None:
    began = time.process_time()
    read(Source("a.sh", text))
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*{'a' if not n else f'b{n - 1}'}, *a]\n" for n in range(40)),
        "[" * 3000,
        "a: &a\n  b: *a\n",
        "x: {y: " * 500,
        "model: {tensor_model_parallel_size: ${multiply:${multiply:2,3},${.x}}}\n" * 50,
    ],
)
def test_endless_documents_end(text: str) -> None:
    began = time.process_time()
    read(Source("a.yaml", text))
    assert time.process_time() - began < 5
