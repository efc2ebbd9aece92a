"""TG135: the batch of evaluation over replicas in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework, replicas
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule

BATCH, SIZE = "--eval-global-batch-size", "--eval-micro-batch-size"


@rule("TG135", category=Category.TARGET, severity=Severity.ERROR)
def evaluation_batch_not_dealt(case: Case) -> Iterator[Finding]:
    """The batch of evaluation cannot be dealt out to the replicas.

    ## What it finds
    A launch of Megatron-LM that sets the batch or the micro-batch of evaluation, where the batch is no multiple of
    micro-batch × replicas; what is not set is as in training.

    ## Why it matters
    The job stops at its start, before it trains at all.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --micro-batch-size 1
      --global-batch-size 256
      --eval-micro-batch-size 3  # TG135
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    given = options(case)
    at = next((given.settings[each] for each in (SIZE, BATCH) if each in given.settings), None)
    if at is None:
        return
    batch = given.number(BATCH if BATCH in given.settings else "--global-batch-size")
    size = given.number(SIZE if SIZE in given.settings else "--micro-batch-size")
    _, dp = replicas(case)
    if not batch or not size or not dp or batch % (size * dp) == 0:
        return
    yield Finding(
        at=at,
        message=f"{batch} sequences of evaluation ÷ ({size} a micro-batch × {dp} replicas) is no whole number",
        stated=batch,
        help=f"evaluate a multiple of {size * dp}",
    )
