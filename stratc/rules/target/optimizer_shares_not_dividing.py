"""TG124: the instances of the distributed optimizer in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework, replicas
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.origin import value_or
from stratc.rules.rule import Finding, rule


@rule("TG124", category=Category.TARGET, severity=Severity.ERROR)
def optimizer_shares_not_dividing(case: Case) -> Iterator[Finding]:
    """The instances of the distributed optimizer do not divide the replicas.

    ## What it finds
    A launch of Megatron-LM whose data-parallel ranks, those of context parallelism included, or whose copies of the
    experts are no multiple of the optimizer's instances.

    ## Why it matters
    The groups of the optimizer cannot be made, and the job stops at its start.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --use-distributed-optimizer
      --num-distributed-optimizer-instances 3  # TG124
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, parallel_state
    """
    framework(case, "megatron")
    shares = case.setting("--num-distributed-optimizer-instances")
    count = options(case).number(shares.name) if shares else None
    if shares is None or not count or count == 1:
        return
    world, dp = replicas(case)
    ranks = dp * value_or(case.strategy.cp, 1)
    if ranks % count == 0:
        return
    yield Finding(
        at=shares,
        message=f"{count} instances of the optimizer do not divide {ranks} data-parallel ranks",
        stated=count,
        computed=ranks,
        also=((world, "devices"),),
        help="choose instances that divide the data-parallel ranks",
    )
