"""TG111: arguments of Megatron-LM that exclude one another."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.demand import Demand
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.demanded import demanded
from stratc.rules.rule import Finding, rule

DEMANDS = (
    Demand("--fp16", "no --bf16"),
    Demand("--multi-latent-attention", "no --group-query-attention", since="0.16"),
    Demand("--num-layers-per-virtual-pipeline-stage", "no --pipeline-model-parallel-layout"),
    Demand("--num-virtual-stages-per-pipeline-rank", "no --pipeline-model-parallel-layout"),
    Demand("--num-layers-per-virtual-pipeline-stage", "no --num-virtual-stages-per-pipeline-rank"),
    Demand("--num-layers-per-virtual-pipeline-stage", "no --decoder-first-pipeline-num-layers"),
    Demand("--num-layers-per-virtual-pipeline-stage", "no --decoder-last-pipeline-num-layers"),
    Demand("--account-for-embedding-in-pipeline-split", "no --decoder-first-pipeline-num-layers"),
    Demand("--account-for-embedding-in-pipeline-split", "no --decoder-last-pipeline-num-layers"),
    Demand("--account-for-loss-in-pipeline-split", "no --decoder-first-pipeline-num-layers"),
    Demand("--account-for-loss-in-pipeline-split", "no --decoder-last-pipeline-num-layers"),
    Demand("--pipeline-model-parallel-layout", "no --decoder-first-pipeline-num-layers"),
    Demand("--pipeline-model-parallel-layout", "no --decoder-last-pipeline-num-layers"),
    Demand("--pipeline-model-parallel-layout", "no --account-for-embedding-in-pipeline-split"),
    Demand("--pipeline-model-parallel-layout", "no --account-for-loss-in-pipeline-split"),
    Demand("--step-batch-size-schedule", "no --global-batch-size"),
    Demand("--step-batch-size-schedule", "no --decrease-batch-size-if-needed"),
    Demand("--train-iters", "no --train-samples"),
    Demand("--train-iters", "no --lr-decay-samples"),
    Demand("--train-iters", "--lr-warmup-samples < 1"),
    Demand("--train-samples", "no --lr-decay-iters"),
    Demand("--train-samples", "--lr-warmup-iters < 1"),
    Demand("--lr-warmup-fraction", "--lr-warmup-iters < 1"),
    Demand("--lr-warmup-fraction", "--lr-warmup-samples < 1"),
    Demand("--num-layers", "no --encoder-num-layers"),
    Demand("--seq-length", "no --encoder-seq-length"),
    Demand("--hybrid-layer-pattern", "no --hybrid-override-pattern"),
    Demand("--hybrid-layer-pattern", "no --pipeline-model-parallel-layout"),
    *(
        Demand("--hybrid-layer-pattern", f"no {each}", since="0.17")
        for each in (
            "--num-layers-per-virtual-pipeline-stage",
            "--num-virtual-stages-per-pipeline-rank",
            "--account-for-embedding-in-pipeline-split",
            "--account-for-loss-in-pipeline-split",
        )
    ),
    Demand("--batch-size", "no --batch-size", "--micro-batch-size took its place, and Megatron-LM stops at its start"),
    Demand(
        "--model-parallel-size",
        "no --model-parallel-size",
        "--tensor-model-parallel-size took its place, and Megatron-LM stops at its start",
    ),
    Demand("--multi-latent-attention", "no --rotary-interleaved"),
    Demand("--multi-latent-attention", "no --qk-l2-norm", "Megatron-LM stops while it builds the model"),
    Demand("--save and --save-params-interval", "no --overlap-param-gather", since="0.16"),
    Demand("--fine-grained-activation-offloading", "--cpu-offloading-num-layers < 1"),
    Demand("--cpu-offloading-num-layers > 0", "--pipeline-model-parallel-size = 1"),
    Demand("--cpu-offloading-num-layers > 0", "no --recompute-granularity"),
)


@rule("TG111", category=Category.TARGET, severity=Severity.ERROR)
def flags_excluding_one_another(case: Case) -> Iterator[Finding]:
    """Two arguments of a launch exclude one another.

    ## What it finds
    A launch of Megatron-LM with two arguments that its own checks refuse together: two precisions, latent attention
    and groups of query heads, two ways to lay out a pipeline, two ways to say how long training lasts.

    ## Why it matters
    The job waits for its devices and stops at its start.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --bf16
      --fp16  # TG111
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    yield from demanded(options(case), DEMANDS)
