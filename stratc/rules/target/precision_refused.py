"""TG118: arguments of low precision that Megatron-LM refuses."""

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
    Demand("--first-last-layers-bf16 and --fp8-format", "--fp8-recipe != delayed"),
    Demand("--fp4-format", "no --fp8-format", since="0.15"),
    Demand("--fp8-param-gather", "--fp8-format"),
    Demand(
        "--fp8-param-gather",
        "--use-distributed-optimizer or --use-torch-fsdp2 or --use-megatron-fsdp or --use-custom-fsdp",
    ),
    Demand("--fp4-param-gather", "--fp4-format", since="0.15"),
    Demand("--recompute-modules has moe_act / layernorm and --fp8-format", "--fp8-recipe != delayed", since="0.14"),
    Demand("--reuse-grad-buf-for-mxfp8-param-ag", "--fp8-param-gather"),
    Demand("--fp8-output-proj", "--fp8-format"),
    Demand("--fp8-output-proj", "--fp8-recipe = mxfp8"),
    Demand("--fp8-param-gather and --optimizer-cpu-offload", "--fp8-recipe = delayed", since="0.14"),
)


@rule("TG118", category=Category.TARGET, severity=Severity.ERROR)
def precision_refused(case: Case) -> Iterator[Finding]:
    """The arguments of low precision do not go together.

    ## What it finds
    A launch of Megatron-LM with FP8 or FP4 settings that its checks refuse: two formats, gathered parameters
    without a format or a sharded optimizer, first and last layers in BF16 or recomputed activations under delayed
    scaling.

    ## Why it matters
    The job stops at its start.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --fp8-format hybrid
      --first-last-layers-bf16  # TG118
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, transformer_config
    """
    framework(case, "megatron")
    yield from demanded(options(case), DEMANDS)
