"""A script that starts several jobs: each is judged and costed with its own model and work."""

from __future__ import annotations

from stratc.pipeline import check, costs, jobs, read
from stratc.text.source import Source

SCRIPT = """
export CUDA_DEVICE_MAX_CONNECTIONS=1
run() { torchrun --nproc_per_node 8 --nnodes $1 pretrain_gpt.py --num-layers $2 --hidden-size 2048 \\
    --num-attention-heads 16 --seq-length 4096 --max-position-embeddings 4096 --vocab-size 50304 --bf16 \\
    --tensor-model-parallel-size $3 --micro-batch-size 1 --global-batch-size $4; }
run 2 24 1 256
run 4 32 2 512
"""


def test_each_job_has_its_own_facts() -> None:
    plans = jobs(read(Source("train.sh", SCRIPT)))
    told = [[plan.fact(key) for key in ("model.layers", "workload.batch_size", "strategy.dp")] for plan in plans]
    assert [[getattr(each, "value", None) for each in row] for row in told] == [[24, 256, 16], [32, 512, 16]]
    assert [plan.strategy.name for plan in plans] == ["launch 1", "launch 2"]


def test_jobs_are_not_held_against_one_another() -> None:
    assert not check(Source("train.sh", SCRIPT)).diagnostics


def test_each_job_has_its_own_ledger() -> None:
    told = dict(costs(read(Source("train.sh", SCRIPT))))
    assert told["launch 2"]["parameters"]["total"] > told["launch 1"]["parameters"]["total"]
