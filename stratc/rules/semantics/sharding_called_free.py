"""SE132: sharded weights that are said to cost no communication."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("SE132", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def sharding_called_free(case: Case) -> Iterator[Finding]:
    """Weights sharded over replicas are said to cost no more communication than plain data parallelism.

    ## What it finds
    "ZeRO-3 needs no extra communication", "FSDP has the same traffic as DDP".  Stages 1 and 2 of ZeRO do, stage 3 does
    not.

    ## Why it matters
    Sharded weights are gathered for the forward and again for the backward pass, besides the reduction of gradients:
    three times the weights move in a step instead of twice.  A step that is bound by the network gets as much longer.

    ## Example
    ```plan
    - **Sharding**: ZeRO-3 over 64 GPUs
    - ZeRO-3 needs no additional communication compared with DDP   <!-- SE132 -->
    ```

    ## References
    - rajbhandari-2020, section 7
    """
    for mention in case.mentions("sharding_called_free"):
        yield Finding(
            at=mention,
            message="said to cost nothing, but 2 gathers of the weights + 1 reduction of the gradients move 3 times "
            "the model in a step, an all-reduce of the gradients 2 times → 1.5 times the communication",
            label="said here",
            help="count the gathers of forward and backward pass, or shard gradients and optimizer state only",
        )
