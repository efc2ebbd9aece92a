"""Whatever a launch file holds, reading it ends without an exception, and every place lies inside it."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratc.errors import InputError
from stratc.frontends.frontend import Reading
from stratc.pipeline import emit, judge, read
from stratc.text.source import Source

PIECES = (
    *("$", "${", "}", "$((", "))", "(", ")", '"', "'", "`", "\\", "\n", " ", "=", "+=", "A", "A=(", "${A[@]}", "$A"),
    *("if ", "; then\n", "fi\n", "for A in ", "do ", "done\n", "case $A in ", "esac", "<<EOF\n", "EOF\n", "[[ ", " ]]"),
    *("while true; do", "A() {", "eval $A", "bash -c '", "exit 1", "&&", "||", "|", ";;", "#SBATCH --nodes=2\n", "#"),
    *("torchrun --nproc_per_node 8 ", "pretrain_gpt.py ", "--num-layers 8 ", "--hidden-size $A ", "--seq-length 4 "),
    *("vllm serve m ", "${A:-", "${A/x/", "${A:1:", "${#A}", "$(( A ** 9", "* A", "{1..4}", "\ue000", "\ue001", "\r\n"),
    *(
        "$1",
        "declare -A A=([b]=1)\n",
        "local -n A=$1\n",
        "[[ -v A[b] ]]",
        "| sed s/a/$A/",
        "| tr a b",
        "| awk '{print $2}'",
    ),
    *("yq '.a | to_entries | .[]' f", "envsubst < f > g", "source f\n", "export A\n", "set -a\n", "| cut -d , -f 2"),
)
DOCUMENTS = (
    *("{", "}", "[", "]", ": ", ":", ",", "\n", "- ", "&a ", "*a", "<<: *a", '"', "'", "  ", "#", "[model]\n", " = "),
    *("num_layers", "hidden_size: 4\n", "model:\n", "  tensor_model_parallel_size: ${.x}\n", "zero_optimization"),
    *('"stage": 3', "MODEL_ARGS:\n", "  --num-layers: 4\n", "train_batch_size", "---\n", "\ufeff", "\x00", "1e400"),
    *(
        "apiVersion: v1\n",
        "kind: Pod\n",
        "kind: LeaderWorkerSet\n",
        "spec:\n",
        "  containers: [{command: [sh, -c, '",
        "'}]\n",
    ),
    *(
        "  - args: [$(A), --tp-size]\n",
        "limits: {nvidia.com/gpu: 8}\n",
        "model: {model_id: a}\n",
        "guide: |\n  ```bash\n",
    ),
    *("model_type: llama\n", "text_config:\n", "  model_config: {hidden_size: 4}\n", "tokens: {micro_batch_size: 1}\n"),
)
PROGRAM = (
    *(
        "def pretrain_recipe(a=1, *b, c=2, **d):\n",
        "    ",
        "return ",
        "run.Config(",
        "Llama3Config8B",
        "num_nodes=a",
        ", ",
    ),
    *(
        ")",
        "tensor_parallelism=2",
        "recipe.trainer.strategy.context_parallel_size = 2\n",
        "if a:\n",
        "pass\n",
        "lambda: 0",
    ),
    *(
        "pipeline_parallelism=-1",
        "pretrain_recipe(",
        "\n",
        "é",
        "seq_length=None",
        "with a:\n",
        "a = 1\n",
        "global_batch_size=8",
    ),
)
FILES = ("a.sh", "a.slurm", "a.conf", "a.yaml", "a.toml", "a.json", "a.py")
CASES = re.compile(r"^````(?P<file>\S+\.\S+)\n(?P<text>.*?)^````\n", re.S | re.M)
WRITTEN = [
    (each["file"], each["text"])
    for path in sorted(Path(__file__).parent.glob("*.md"))
    for each in CASES.finditer(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("file", FILES)
@settings(max_examples=150, deadline=None)
@given(text=st.one_of(st.text(), st.lists(st.sampled_from(PIECES + DOCUMENTS + PROGRAM), max_size=60).map("".join)))
def test_any_text_is_read(file: str, text: str) -> None:
    source = Source(file, text)
    reading = read(source)
    inside(reading, source)
    judge(reading)


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_read(data: st.DataObject) -> None:
    """Files of the other tests with parts left out, doubled, exchanged or replaced."""
    file, text = data.draw(st.sampled_from(WRITTEN))
    for _ in range(data.draw(st.integers(1, 4))):
        start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
        put = data.draw(st.sampled_from(("", text[start:end] * 2, text[end : end + 40], *PIECES, *DOCUMENTS)))
        text = text[:start] + put + text[min(end, start + 60) :]
    source = Source(file, text)
    reading = read(source)
    inside(reading, source)
    judge(reading)
    with suppress(InputError):  # nothing of a plan may be left of it
        emit(reading, "strat")


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
