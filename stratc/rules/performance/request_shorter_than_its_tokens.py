"""PE141: the time of a request against that of its tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stratc.analysis.case import Case
from stratc.analysis.figures.requests import figure, only
from stratc.analysis.said.promise import promises
from stratc.arith.term import Named
from stratc.arith.unit import SECOND
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.values import Extent
from stratc.rules.rule import Finding, contradicted, rule

if TYPE_CHECKING:
    from stratc.ir.claim import Claim

NEAR = 0.85  # of averages of rounded figures


@rule("PE141", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def request_shorter_than_its_tokens(case: Case) -> Iterator[Finding]:
    """A request is done before its tokens can be out one after another.

    ## What it finds
    The only time that a request is said to stay, below the time to its first token and that of each further one: the
    plan's only time per output token times the shortest answer.  More is no mistake, for requests may wait.

    ## Why it matters
    Tokens of a request come one after another, however large the batch is.  Deadlines and slots are set by their sum.

    ## Example
    ```plan
    - **TTFT**: 1 s
    - **TPOT**: 50 ms
    - **Average output**: 400 tokens
    - **End-to-end latency of a request**: 9 s   <!-- PE141 -->
    ```

    ## References
    - pope-2022, section 2
    """
    stated, each, first = only(case, "requests.time"), _only(case, "latency.tpot"), _only(case, "latency.ttft")
    if stated is None or each is None or stated.working is not None:
        return
    known = case.known("workload.output_length")
    count = known.value.low if isinstance(known.value, Extent) else float(known.value)
    if case.has_several("workload.output_length") or count <= 1:
        return
    tokens = Named("further tokens", count - 1, known) * figure(each, "a token")
    whole = figure(first, "to the first token") + tokens if first is not None else tokens
    if stated.value < NEAR * whole.value:
        advice = "correct the time of a request, that of a token or the length of the answer"
        yield contradicted(stated, whole, advice, said="for a request stated", unit=SECOND)


def _only(case: Case, metric: str) -> Claim | None:
    """The first figure of a metric that the plan reaches or sets out to reach, where all have one value."""
    found = [each for each in promises(case, metric) if not each.quantity.is_range]
    return found[0] if found and len({each.value for each in found}) == 1 else None
