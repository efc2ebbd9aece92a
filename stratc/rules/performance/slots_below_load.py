"""PE140: fewer slots than requests in flight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stratc.analysis.case import Case
from stratc.analysis.figures.requests import NEAR, load_in_flight, replica_count, slots
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

if TYPE_CHECKING:
    from stratc.arith.term import Term


@rule("PE140", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def slots_below_load(case: Case) -> Iterator[Finding]:
    """All replicas together run fewer requests at a time than are in flight.

    ## What it finds
    A limit of one replica, such as `max-num-seqs`, that the replicas times do not come to the requests in flight: those
    that the plan states, or those that arrive a second times the seconds that one stays.

    ## Why it matters
    What finds no slot waits, and the queue grows for as long as the load lasts.

    ## Example
    ```plan
    - 200 requests are in flight at any time
    - 4 replicas with `max_num_seqs=32`   <!-- PE140 -->
    ```

    ## References
    - little-1961
    - vllm-engine-arguments, max-num-seqs
    """
    load, found, number = load_in_flight(case), slots(case), replica_count(case)
    if load is None or found is None or number is None:
        return
    place, most = found
    together = number * most if number.value != 1 else most
    if together.value * (1 + NEAR) < load.value:
        yield Finding(
            at=place,
            message=f"{_total(together, 'slots')}, but {_total(load, 'requests')} are in flight",
            because=together,
            stated=most.value,
            computed=load.value,
            help="raise the limit, deploy more replicas, or say that requests wait",
        )


def _total(term: Term, things: str) -> str:
    """A term as it is worked out, with what it comes to."""
    return f"{term} = {figures(term.value)}" if "×" in str(term) else f"{figures(term.value)} {things}"
