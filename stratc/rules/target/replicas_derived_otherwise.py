"""TG110: the data-parallel degree that the framework derives."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import CALLED, framework, model_ranks, replicas, trains
from stratc.analysis.layout.devices import refuted
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("TG110", category=Category.TARGET, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def replicas_derived_otherwise(case: Case) -> Iterator[Finding]:
    """The framework derives another data-parallel degree than the plan counts with.

    ## What it finds
    A plan for Megatron-LM or DeepSpeed that trains and states its devices and a data-parallel degree other than
    devices ÷ (tp × cp × pp). Where no counting at all gives the stated devices, that is another rule's finding.

    ## Why it matters
    Neither framework takes the degree as an argument. Experts stand on the ranks of data parallelism, so a plan
    that multiplies ep as well gets more replicas, and a larger share of the batch disappears into them.

    ## Example
    ```strat
    workload training {}
    strategy {
      framework = "Megatron-LM"
      device_count = 128
      tp = 2
      pp = 4
      ep = 16
      dp = 1  # TG110
    }
    ```

    ## References
    - megatron-core, parallel_state
    - deepspeed-config
    """
    runs = framework(case, "megatron", "deepspeed")
    dp = case.known("strategy.dp")
    world, derived = replicas(case)
    if not trains(case) or not dp.is_stated or dp.value == derived or refuted(case):
        return
    share = model_ranks(case)
    yield Finding(
        at=dp,
        message=f"dp {dp.value} stated, but {CALLED[runs]} derives {world.value} ÷ {share} model ranks = {derived}",
        stated=dp.value,
        computed=derived,
        also=((world, "devices"),),
        help="count the experts onto the data-parallel ranks, or say that the degree counts copies of the experts",
    )
