"""PE138: requests in flight against their rate and their time."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.requests import NEAR, only, worked_in_flight
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, contradicted, rule


@rule("PE138", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def in_flight_mismatch(case: Case) -> Iterator[Finding]:
    """The requests in flight are not those that arrive in the time that one stays.

    ## What it finds
    The only number of requests in flight, of requests a second and of seconds that a request stays, where the first is
    not the product of the other two by more than an eighth.

    ## Why it matters
    By Little's law the three are one figure.  Slots, cache and replicas are sized by the requests in flight.

    ## Example
    ```plan
    - **Arrival rate**: 10 requests/s
    - **Time in the system**: 6 s
    - **Requests in flight**: 16   <!-- PE138 -->
    ```

    ## References
    - little-1961
    """
    stated, computed = only(case, "requests.flying"), worked_in_flight(case)
    if stated is None or computed is None or stated.working is not None:
        return
    if stated.quantity.agrees(computed.value) or abs(stated.value - computed.value) <= NEAR * computed.value:
        return
    advice = "correct the requests in flight, their rate or their time"
    yield contradicted(stated, computed, advice, said="in flight stated")
