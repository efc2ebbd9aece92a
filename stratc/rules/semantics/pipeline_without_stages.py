"""SE111: pipeline parallelism that no stage stands for."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Assumed, Known
from stratc.ir.scope import Topic
from stratc.rules.rule import Finding, rule


@rule("SE111", category=Category.SEMANTICS, severity=Severity.INFO, certainty=Certainty.LIKELY)
def pipeline_without_stages(case: Case) -> Iterator[Finding]:
    """A section on pipeline parallelism gives neither a degree nor stages.

    ## What it finds
    Pipeline parallelism in a section of its own, and no number of stages, no placement of layers anywhere.

    ## Why it matters
    Nothing can be launched or estimated without them; what such a section describes is often another thing, such as
    computation that overlaps with communication.

    ## Example
    ```plan
    # Parallel strategy

    - **Tensor Parallelism**: 8-way

    ## Pipeline Parallelism   <!-- SE111 -->
    - Pipeline parallelism routes tokens layer by layer
    ```

    ## References
    - huang-2019, section 2
    """
    stages = case.fact("strategy.pp")
    if (isinstance(stages, Known) and not isinstance(stages.origin, Assumed)) or case.strategy.stages:
        return
    if case.has("strategy.layers_per_stage") or case.has("strategy.devices_per_stage"):
        return
    for mention in case.mentions("pipeline_parallel"):
        if Topic.PIPELINE in mention.scope.topics:
            yield Finding(
                at=mention,
                message="pipeline parallelism described, but neither a degree nor stages are given",
                label="described here",
                help="say how many stages there are and which layers each has",
            )
            return
