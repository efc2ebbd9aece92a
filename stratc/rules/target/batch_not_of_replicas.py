"""TG130: the batch over the replicas that the framework derives."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework, replicas, trains
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("TG130", category=Category.TARGET, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def batch_not_of_replicas(case: Case) -> Iterator[Finding]:
    """The batch cannot be dealt out to the replicas that Megatron-LM derives.

    ## What it finds
    A plan for Megatron-LM that trains, states its devices, its batch and the size of a micro-batch, leaves the
    data-parallel degree to the framework, and has a batch that is no multiple of micro-batch × devices ÷ (tp × cp ×
    pp).

    ## Why it matters
    Megatron-LM has no argument for the degree; it derives it, divides the batch, and stops where a rest is left.

    ## Example
    ```strat
    workload training {
      batch_size = 100  # TG130
      micro_batch_size = 1
    }
    strategy {
      framework = "Megatron-LM"
      device_count = 64
      tp = 2
      pp = 2
    }
    ```

    ## References
    - megatron-core, micro-batch calculator
    """
    framework(case, "megatron")
    batch, size = case.known("workload.batch_size"), case.known("workload.micro_batch_size")
    if not trains(case) or case.has("strategy.dp"):
        return  # a degree that is said is held to the batch by another rule
    world, dp = replicas(case)
    share = size.value * dp
    if not share or batch.value % share == 0:
        return
    yield Finding(
        at=batch,
        message=f"{batch.value} sequences ÷ ({size.value} a micro-batch × {dp} replicas) is no whole number",
        stated=batch.value,
        also=((world, "devices"), (size, "micro-batch")),
        help=f"choose a multiple of {share}",
    )
