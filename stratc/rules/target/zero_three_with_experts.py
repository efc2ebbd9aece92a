"""TG202: ZeRO stage 3 with experts in DeepSpeed."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("TG202", category=Category.TARGET, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def zero_three_with_experts(case: Case) -> Iterator[Finding]:
    """Parameters are sharded under DeepSpeed's own experts.

    ## What it finds
    A plan for DeepSpeed with ZeRO stage 3, experts, and an expert-parallel degree above 1.

    ## Why it matters
    DeepSpeed's native layer of experts is refused with stage 3; its engine asks for stage 1 or 2, or for the
    experts of AutoEP.

    ## Example
    ```strat
    model { experts = 64 }
    strategy {
      framework = "DeepSpeed"
      ep = 8
      zero_stage = 3  # TG202
    }
    ```

    ## References
    - deepspeed-config
    """
    framework(case, "deepspeed")
    zero, experts, ep = (case.known(key) for key in ("strategy.zero_stage", "model.experts", "strategy.ep"))
    if zero.value < 3 or ep.value == 1:
        return
    yield Finding(
        at=zero,
        message=f"ZeRO stage {zero.value} with {experts.value} experts, where DeepSpeed takes stage 2 at most",
        stated=zero.value,
        also=((experts, "experts"),),
        help="use ZeRO stage 1 or 2 with DeepSpeed's experts",
    )
