"""Scripts that read other files: sourced settings, arguments kept as YAML, scripts started from a folder above."""

from __future__ import annotations

import posixpath

import pytest

from stratc.diagnostics.diagnostic import Severity
from stratc.errors import InputError
from stratc.ir.origin import Assumed, Known
from stratc.pipeline import read, understand
from stratc.text.source import Source

FILES = {
    "jobs/small/run.sh": "MODEL=own TP=4 bash submit.sh --bf16\n",
    "submit.sh": """
HERE=$(dirname "$(readlink -f "$0")")
source "$HERE/conf/runtime.conf"
if [[ -f $HERE/conf/site.conf ]]; then source "$HERE/conf/site.conf"; fi
envsubst < "$HERE/models/$MODEL.yaml" > /tmp/args.yaml
ARGS=$(yq '... comments="" | .MODEL_ARGS | to_entries | .[] | select(.value != "false") |
    with(select(.value == "true"); .value = "") | [.key + " " + .value] | join("")' /tmp/args.yaml | tr '\\n' ' ')
if [[ $(yq '.MODEL_ARGS."--seq-length"' /tmp/args.yaml) -gt 4096 ]]; then ARGS+=" --recompute-granularity full"; fi
sbatch <<EOF
#!/bin/bash
#SBATCH --nodes=$NODES
#SBATCH --ntasks-per-node=8
srun python pretrain_gpt.py $ARGS $@
EOF
""",
    "conf/runtime.conf": """
declare -A SHAPES=(
    # model:  PP NODES
    [own]="   2  $((2 * 2))"
)
choose() {
    local -n table=$1
    if [[ -v table[$2] ]]; then local row=(${table[$2]}); fi
    export PP=${PP:-${row[0]}} NODES=${NODES:-${row[1]}}
}
choose SHAPES "$MODEL"
source "$(dirname "${BASH_SOURCE[0]}")/more.conf"
""",
    "conf/more.conf": "export HIDDEN=1024\n",
    "models/own.yaml": """
MODEL_ARGS:
  --num-layers: 24   # as trained
  --hidden-size: ${HIDDEN}
  --num-attention-heads: 16
  --seq-length: 8192
  --tensor-model-parallel-size: ${TP}
  --pipeline-model-parallel-size: ${PP}
  --sequence-parallel: true
  --fp16: false
""",
}


def load(path: str, importer: str) -> Source:
    """A file of the table above, seen from the folder of another."""
    name = posixpath.normpath(posixpath.join(posixpath.dirname(importer), path))
    if name not in FILES:
        raise InputError(f"{name}: not there")
    return Source(name, FILES[name])


def test_arguments_come_from_files_in_other_folders() -> None:
    start = "jobs/small/run.sh"
    reading = read(Source(start, FILES[start]), load)
    told = {each.subject: (each.value, each.span.source) for each in reading.statements}
    wanted = {
        "strategy.tp": (4, "jobs/small/run.sh"),
        "strategy.pp": (2, "conf/runtime.conf"),
        "strategy.device_count": (32, "conf/runtime.conf"),
        "strategy.recompute": ("full", "submit.sh"),
        "model.layers": (24, "models/own.yaml"),
        "model.hidden_size": (1024, "conf/more.conf"),
        "model.precision": ("bf16", "jobs/small/run.sh"),
    }
    assert {key: told.get(key) for key in wanted} == wanted
    assert "setting.--fp16" not in told


def _read(start: str, text: str, files: dict[str, str]) -> dict[str, object]:
    def given(path: str, importer: str) -> Source:
        name = posixpath.normpath(posixpath.join(posixpath.dirname(importer), path))
        if name not in files:
            raise InputError(f"{name}: not there")
        return Source(name, files[name])

    return {each.subject: each.value for each in read(Source(start, text), given).statements}


def test_arguments_outweigh_the_configuration_of_torchtitan() -> None:
    files = {
        "configs/own.toml": "[training]\nseq_len = 8192\n[parallelism]\ntensor_parallel_degree = 2\n"
        "data_parallel_shard_degree = 4\npipeline_parallel_degree = 1\n"
    }
    text = (
        "CONFIG=${CONFIG:-./configs/own.toml}\n"
        "torchrun --nnodes 2 --nproc_per_node=8 -m torchtitan.train --job.config_file $CONFIG "
        "--parallelism.pipeline_parallel_degree 2\n"
    )
    told = _read("scripts/run.sh", text, files)
    wanted = {"strategy.tp": 2, "strategy.dp": 4, "strategy.pp": 2, "strategy.device_count": 16}
    assert {key: told.get(key) for key in wanted} == wanted
    assert told["strategy.framework"] == "torchtitan"


def test_a_launcher_takes_its_configuration() -> None:
    files = {
        "fsdp.yaml": "distributed_type: FSDP\nnum_processes: 8\nfsdp_config: {fsdp_sharding_strategy: FULL_SHARD}\n"
    }
    text = "accelerate launch --config_file fsdp.yaml --num_processes 32 train.py --bf16\n"
    told = _read("run.sh", text, files)
    wanted = {"strategy.zero_stage": 3, "strategy.device_count": 32, "model.precision": "bf16"}
    assert {key: told.get(key) for key in wanted} == wanted


@pytest.mark.parametrize(
    ("switch", "expected"),
    [("", (2, None)), ("--deepspeed", (1, 2)), ("--deepspeed --topk 4 --expert-interval 1", (4, 1))],
)
def test_experts_have_the_defaults_of_their_framework(switch: str, expected: tuple[int, int | None]) -> None:
    text = (
        f"deepspeed pretrain_gpt.py --num-layers 8 --hidden-size 512 --num-attention-heads 8 --num-experts 8 {switch}"
    )
    plan = understand(read(Source("train.sh", f"{text} --seq-length 128 --micro-batch-size 1")))
    found = (getattr(plan.model.top_k, "value", None), getattr(plan.model.moe_every, "value", None))
    assert found == expected
    assert plan.model.precision == Known("fp32", Assumed("Megatron's default"))


def test_a_template_is_no_broken_configuration() -> None:
    text = "spec:\n  name: {{ .Release.Name }}-server\n  {{- if .Values.wide }}\n  nodes: 2\n  {{- end }}\n"
    told = [read(Source("values.yaml", each)).diagnostics[0] for each in (text, "spec:\n  name: }\n")]
    assert [each.severity for each in told] == [Severity.INFO, Severity.ERROR]
    assert told[0].message == "a template, which can be read once its values are filled in"
    assert (told[0].primary.span.start, told[0].primary.span.end) == (14, 33)
