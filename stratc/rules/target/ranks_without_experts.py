"""TG306: more expert-parallel ranks than experts in a server."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import CALLED, framework
from stratc.analysis.layout.legality import SPARE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("TG306", category=Category.TARGET, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def ranks_without_experts(case: Case) -> Iterator[Finding]:
    """Some expert-parallel ranks of a server hold no expert.

    ## What it finds
    A plan for vLLM or SGLang with a higher expert-parallel degree than the experts of a layer, and no spare copies
    of them.

    ## Why it matters
    Nothing is said at the start; ranks without experts wait for the others in every layer.

    ## Example
    ```strat
    model { experts = 8 }
    strategy {
      framework = "vLLM"
      tp = 8
      dp = 2
      ep = 16  # TG306
    }
    ```

    ## References
    - vllm-parallelism
    """
    runs = framework(case, "vllm", "sglang")
    ep, experts = case.known("strategy.ep"), case.known("model.experts")
    if ep.value <= experts.value or any(map(case.setting, SPARE)) or any(case.claims("experts.backup")):
        return
    left = ep.value - experts.value
    yield Finding(
        at=ep,
        message=f"{experts.value} experts for {ep.value} ranks: {CALLED[runs]} leaves {left} without any",
        stated=ep.value,
        computed=experts.value,
        also=((experts, "experts"),),
        help="use at most as many ranks as experts, or spare copies of them",
    )
