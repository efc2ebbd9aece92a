"""BA103: perfect balance beside a learned router."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.ir.scope import Topic
from stratc.rules.rule import Finding, rule


@rule("BA103", category=Category.BALANCE, severity=Severity.WARNING, certainty=Certainty.JUDGEMENT)
def balance_of_learned_routing(case: Case) -> Iterator[Finding]:
    """Perfect balance is claimed for experts that a router chooses.

    ## What it finds
    "Perfect", "identical" or "0 % variance" said of the load of a mixture-of-experts model.

    ## Why it matters
    Equal numbers of experts are not equal loads: the tokens that an expert gets depend on the router and on the data,
    and the fullest rank of an all-to-all sets the pace.

    ## Example
    ```plan
    - **Experts**: 64 per layer
    - **Load balancing**: Perfect (each GPU handles identical workload) <!-- BA103 -->
    ```

    ## References
    - shazeer-2017, section 4
    - lepikhin-2020, section 2.2
    """
    experts = case.known("model.experts")
    alone = case.fact("strategy.device_count")
    if experts.value < 2 or (isinstance(alone, Known) and alone.value == 1):
        return
    found = [claim for claim in case.claims("balance.perfect") if claim.value]
    claims = sorted(
        found, key=lambda claim: claim.scope.topics[:1] != (Topic.BALANCE,)
    )  # the analysis before the praise
    for claim in claims[:1]:
        yield Finding(
            at=claim,
            message=f"perfect balance claimed for {figures(experts.value)} experts, but the router and the data decide "
            "how many tokens each gets",
            stated="perfect",
            also=(*((other, "and here") for other in claims[1:]), (experts, "experts")),
            label="claimed here",
            help="give a capacity factor or a measured spread of tokens per expert",
        )
