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
    "Perfect", "identical" or "0 % variance" said of the load of a mixture-of-experts model.  A balance that is only
    concluded from equal numbers of experts is a remark, where the plan names no means to it: no capacity factor, no
    balancing loss, no routing that follows the load.

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
    counted = [] if found or _names_means(case) else [*case.claims("balance.counted")]
    claims = sorted(
        found or counted, key=lambda claim: claim.scope.topics[:1] != (Topic.BALANCE,)
    )  # the analysis before the praise
    for claim in claims[:1]:
        what = "perfect balance claimed for" if found else "a balance concluded from equal numbers of"
        yield Finding(
            at=claim,
            message=f"{what} {figures(experts.value)} experts, but the router and the data decide "
            "how many tokens each gets",
            stated="perfect" if found else "balanced",
            also=(*((other, "and here") for other in claims[1:]), (experts, "experts")),
            label="claimed here",
            help="give a capacity factor or a measured spread of tokens per expert",
            severity=None if found else Severity.INFO,
        )


def _names_means(case: Case) -> bool:
    """Whether the plan names what keeps experts in balance, or has no experts on devices of their own."""
    degree = case.fact("strategy.ep")
    alone = isinstance(degree, Known) and degree.value == 1
    named = any(case.mentions("load_balancing_loss", "dynamic_routing"))
    return alone or named or case.has("strategy.capacity_factor") or any(case.claims("experts.backup"))
