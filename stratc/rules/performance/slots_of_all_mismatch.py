"""PE139: slots of all replicas against those of one."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.requests import figure, only, replica_count
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, contradicted, rule

NEAR = 0.02


@rule("PE139", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def slots_of_all_mismatch(case: Case) -> Iterator[Finding]:
    """The requests that all replicas run at a time are not those of one replica times the replicas.

    ## What it finds
    The only limit of one replica and the only one of all, with a number of replicas that the plan states or that its
    devices come to.

    ## Why it matters
    The devices of a replica share its slots.  What is multiplied by them is admitted on paper alone.

    ## Example
    ```plan
    - 4 replicas
    - Each replica admits 32 requests at a time
    - All together can run 256 requests at a time   <!-- PE139 -->
    ```

    ## References
    - kwon-2023, section 4
    """
    each, whole = only(case, "slots.each"), only(case, "slots.all")
    if each is None or whole is None:
        return
    number = whole.working or replica_count(case)  # the working is the number that the sentence counts
    if number is None:
        return
    computed = number * figure(each, "slots")
    if abs(whole.value - computed.value) > NEAR * computed.value:
        advice = "multiply the slots of a replica by the replicas, not by their devices"
        yield contradicted(whole, computed, advice, said="of all replicas stated")
