"""CN141: the replicas of a configuration against those of the plan."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule


@rule("CN141", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def replicas_set_otherwise(case: Case) -> Iterator[Finding]:
    """A configuration sets another number of replicas than the plan says.

    ## What it finds
    One number of replicas in a configuration or a manifest, and one other number in the words of the plan, neither of
    them for a node or a pool.

    ## Why it matters
    Throughput, devices and cost were counted for the number that the plan says.

    ## Example
    ````plan
    - **Layout**: TP=4, 3 replicas

    ```yaml
    replicas: 4 <!-- CN141 -->
    tensor_parallel_size: 4
    ```
    ````

    ## References
    - ieee-29148-2018, consistency of requirements
    """
    if not case.plan.settings:
        return
    claims = [each for each in case.claims("replicas") if each.per in (Per.UNSAID, Per.TOTAL)]
    set_ = [each for each in claims if _is_set(case, each)]
    said = [each for each in claims if not _is_set(case, each)]
    values = ({each.value for each in set_}, {each.value for each in said})
    if len(values[0]) == len(values[1]) == 1 and values[0] != values[1] and said[0].value > 1:
        yield Finding(
            at=set_[0],
            message=f"{figures(set_[0].value)} replicas are set, but the plan says {figures(said[0].value)}",
            stated=set_[0].value,
            computed=said[0].value,
            label="set here",
            also=((said[0], "said here"),),
            help="bring the setting and the plan together, or say what the setting is for",
        )


def _is_set(case: Case, claim: Claim) -> bool:
    """Whether a configuration alone gives a number."""
    return all(span in case.set_places for span in claim.places)
