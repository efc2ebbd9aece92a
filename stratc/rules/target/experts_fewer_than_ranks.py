"""TG131: experts over more ranks than there are in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework, trains
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("TG131", category=Category.TARGET, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def experts_fewer_than_ranks(case: Case) -> Iterator[Finding]:
    """There are more expert-parallel ranks than experts.

    ## What it finds
    A plan for Megatron-LM that trains with a higher expert-parallel degree than the experts of a layer; a launch is
    held to it by another rule.

    ## Why it matters
    Engines that serve may keep copies of experts; Megatron-LM keeps none and stops at its start.

    ## Example
    ```strat
    workload training {}
    model { experts = 8 }
    strategy {
      framework = "Megatron-LM"
      ep = 16  # TG131
    }
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    experts, ep = case.known("model.experts"), case.known("strategy.ep")
    if not trains(case) or ep.value <= experts.value or case.setting("--num-experts"):
        return
    yield Finding(
        at=ep,
        message=f"ep {ep.value} for {experts.value} experts, of which Megatron-LM keeps no copies",
        stated=ep.value,
        computed=experts.value,
        also=((experts, "experts"),),
        help="use at most as many ranks as experts",
    )
