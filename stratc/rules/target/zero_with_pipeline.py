"""TG201: ZeRO stages 2 and 3 with a pipeline in DeepSpeed."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("TG201", category=Category.TARGET, severity=Severity.ERROR)
def zero_with_pipeline(case: Case) -> Iterator[Finding]:
    """Gradients or parameters are sharded under a pipeline.

    ## What it finds
    A plan for DeepSpeed with ZeRO stage 2 or 3 and more than one pipeline stage.

    ## Why it matters
    A pipeline adds up gradients over micro-batches, which sharded gradients do not survive; DeepSpeed's
    pipeline engine refuses both stages.

    ## Example
    ```strat
    strategy {
      framework = "DeepSpeed"
      pp = 4
      zero_stage = 2  # TG201
    }
    ```

    ## References
    - rajbhandari-2020, section 5
    - deepspeed-config
    """
    framework(case, "deepspeed", "neox")
    zero, stages = case.known("strategy.zero_stage"), case.known("strategy.pp")
    if zero.value < 2 or stages.value == 1:
        return
    yield Finding(
        at=zero,
        message=f"ZeRO stage {zero.value} with {stages.value} pipeline stages, where DeepSpeed takes stage 0 or 1",
        stated=zero.value,
        also=((stages, "pipeline"),),
        help="use ZeRO stage 1 with the pipeline, or leave the pipeline out",
    )
