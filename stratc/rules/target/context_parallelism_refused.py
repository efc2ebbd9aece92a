"""TG119: arguments of context parallelism that Megatron-LM refuses."""

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
    Demand("--cp-comm-type has a2a+p2p", "--hierarchical-context-parallel-sizes"),
    Demand(
        "--context-parallel-size > 1",
        "--transformer-impl != local",
        "only Transformer Engine has context parallelism, and Megatron-LM stops while it builds the model",
    ),
    Demand("--hybrid-context-parallel", "--pipeline-model-parallel-size = 1", since="0.16"),
    Demand("--hybrid-context-parallel", "--calculate-per-token-loss", since="0.16"),
    Demand("--hybrid-context-parallel", "no --use-megatron-fsdp", since="0.16"),
    Demand("--hybrid-context-parallel", "--dataloader-type = single", since="0.16"),
)


@rule("TG119", category=Category.TARGET, severity=Severity.ERROR)
def context_parallelism_refused(case: Case) -> Iterator[Finding]:
    """The arguments of context parallelism do not go together.

    ## What it finds
    A launch of Megatron-LM with a communication of context parallelism that lacks its sizes, with hybrid context
    parallelism beside a pipeline or without a loss by token, or with a long sequence on an implementation that has
    no context parallelism.

    ## Why it matters
    The job stops at its start, or while it builds the model.

    ## Example
    ```sh
    export CUDA_DEVICE_MAX_CONNECTIONS=1
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --context-parallel-size 4
      --cp-comm-type a2a+p2p  # TG119
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    yield from demanded(options(case), DEMANDS)
