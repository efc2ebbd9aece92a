"""SE110: ZeRO in a plan that serves."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("SE110", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def optimizer_sharding_in_serving(case: Case) -> Iterator[Finding]:
    """Optimizer state or gradients are sharded in a plan that serves.

    ## What it finds
    ZeRO stage 1 or 2 with the phase inference.  Stage 3 shards weights too and is in use for serving.

    ## Why it matters
    There is neither optimizer state nor a gradient to shard; memory that the plan saves by it was never needed.

    ## Example
    ```plan
    - **Phase**: inference
    - **ZeRO stage**: 2   <!-- SE110 -->
    ```

    ## References
    - rajbhandari-2020, section 3
    """
    zero, phase = case.known("strategy.zero_stage"), case.known("workload.phase")
    if phase.value == "inference" and zero.value in (1, 2):
        yield Finding(
            at=zero,
            message=f"ZeRO stage {zero.value} in a plan that serves: there is no optimizer state to shard",
            stated=zero.value,
            also=((phase, "inference"),),
            help="leave it out",
        )
