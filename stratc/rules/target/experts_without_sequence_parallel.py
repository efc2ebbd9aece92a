"""TG101: experts under tensor parallelism in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework, switched_off, trains
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("TG101", category=Category.TARGET, severity=Severity.ERROR)
def experts_without_sequence_parallel(case: Case) -> Iterator[Finding]:
    """Experts are trained under tensor parallelism without sequence parallelism.

    ## What it finds
    A plan for Megatron-LM that trains experts with a tensor-parallel degree above 1 and has sequence
    parallelism switched off.

    ## Why it matters
    The arguments are accepted; the layer of experts stops the run at its first step. Up to 0.14 the
    configuration was refused.

    ## Example
    ```strat
    workload training {}
    model { experts = 8 }
    strategy {
      framework = "Megatron-LM"
      tp = 4  # TG101
      sp = 1
    }
    ```

    ## References
    - megatron-core, MoELayer
    """
    framework(case, "megatron")
    tp, experts = case.known("strategy.tp"), case.known("model.experts")
    if not trains(case) or tp.value == 1 or not switched_off(case, "strategy.sp", "--sequence-parallel"):
        return
    yield Finding(
        at=tp,
        message=f"{experts.value} experts under tp {tp.value} without sequence parallelism, which Megatron-LM refuses",
        stated=tp.value,
        also=((experts, "experts"),),
        help="switch sequence parallelism on, or keep tensor parallelism out of the model",
    )
