"""TG126: defaults of Megatron-LM that few plans mean."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.demand import Demand
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.demanded import demanded
from stratc.rules.rule import Finding, rule

WHOLE = "--num-layers and --seq-length and --micro-batch-size"  # a launch that is shown in part leaves these out too
DEMANDS = (
    Demand("--lr", "--bf16 or --fp16", "weights and activations are FP32", where=f"{WHOLE} and no --skip-train"),
    Demand(
        "--pipeline-model-parallel-size > 1",
        "--global-batch-size or --step-batch-size-schedule or --rampup-batch-size",
        "a step has one micro-batch, and all stages but one wait",
        where=f"{WHOLE} and --lr",
    ),
    Demand("--multi-latent-attention", "--kv-lora-rank", "the compressed keys and values have 32 columns"),
    Demand("--group-query-attention", "--num-query-groups", "all heads share one key and value"),
)


@rule("TG126", category=Category.TARGET, severity=Severity.WARNING)
def left_to_an_odd_default(case: Case) -> Iterator[Finding]:
    """A launch leaves something to a default that hardly anyone means.

    ## What it finds
    A launch of Megatron-LM that trains without a precision, without a global batch on a pipeline, with latent
    attention without its rank, or with groups of query heads without their number.

    ## Why it matters
    Nothing is said: the weights are FP32, a step has one micro-batch and the pipeline idles, the cache of latent
    attention has 32 columns, or all heads share one key and value.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --lr 1e-4  # TG126
      --train-iters 1000
      --seq-length 4096
      --max-position-embeddings 4096
      --micro-batch-size 1
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, arguments
    """
    framework(case, "megatron")
    yield from demanded(options(case), DEMANDS)
