"""TG105: interleaving on one stage in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("TG105", category=Category.TARGET, severity=Severity.ERROR)
def virtual_stages_without_pipeline(case: Case) -> Iterator[Finding]:
    """Virtual stages are asked for on a pipeline of one stage.

    ## What it finds
    A plan for Megatron-LM with virtual stages and a pipeline-parallel degree of 1.

    ## Why it matters
    Interleaving hands layers round a ring of stages; with one stage Megatron-LM stops at its start.

    ## Example
    ```strat
    strategy {
      framework = "Megatron-LM"
      pp = 1
      vpp = 2  # TG105
    }
    ```

    ## References
    - narayanan-2021, section 2.2.2
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    chunks, stages = case.known("strategy.vpp"), case.known("strategy.pp")
    if chunks.value == 1 or stages.value > 1:
        return
    yield Finding(
        at=chunks,
        message=f"{chunks.value} virtual stages a device on a pipeline of one stage",
        stated=chunks.value,
        also=((stages, "pipeline"),),
        help="leave virtual stages out, or use a pipeline",
    )
