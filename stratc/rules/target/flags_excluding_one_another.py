"""TG111: arguments of Megatron-LM that exclude one another."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule

EXCLUDE = (
    ("--fp16", "--bf16"),
    ("--multi-latent-attention", "--group-query-attention"),
    ("--num-layers-per-virtual-pipeline-stage", "--pipeline-model-parallel-layout"),
    ("--num-virtual-stages-per-pipeline-rank", "--pipeline-model-parallel-layout"),
    ("--num-layers-per-virtual-pipeline-stage", "--num-virtual-stages-per-pipeline-rank"),
    ("--decoder-first-pipeline-num-layers", "--account-for-embedding-in-pipeline-split"),
    ("--decoder-last-pipeline-num-layers", "--account-for-loss-in-pipeline-split"),
    ("--use-torch-fsdp2", "--use-distributed-optimizer"),
)


@rule("TG111", category=Category.TARGET, severity=Severity.ERROR)
def flags_excluding_one_another(case: Case) -> Iterator[Finding]:
    """Two arguments of a launch exclude one another.

    ## What it finds
    A launch of Megatron-LM with two arguments that its own checks refuse together: two precisions, latent attention and
    groups of query heads, two ways to lay out a pipeline.

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
    for one, other in EXCLUDE:
        first, second = case.setting(one), case.setting(other)
        if first is None or second is None:
            continue
        yield Finding(
            at=first,
            message=f"`{one}` beside `{other}`, which Megatron-LM refuses together",
            also=((second, "and this"),),
            help="keep one of the two",
        )
