"""PE142: output tokens a second against the requests that ask for them."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.requests import NEAR, figure, only
from stratc.arith.term import Named
from stratc.arith.unit import TOKEN_RATE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.values import Extent
from stratc.rules.rule import Finding, contradicted, rule


@rule("PE142", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def output_rate_of_requests(case: Case) -> Iterator[Finding]:
    """The output tokens a second that must be sustained are not the requests a second times the tokens of an answer.

    ## What it finds
    The only rate of output tokens that the load is said to need, the only rate of requests and one length of answers,
    where the first is not the product of the others by more than an eighth.  Capacities and peaks are no such rate.

    ## Why it matters
    The number of replicas is this rate over what one of them generates.

    ## Example
    ```plan
    - 40 requests per second, mean prompt 900 tokens, mean answer 200 tokens
    - **Output rate to sustain**: 36,000 tokens/s   <!-- PE142 -->
    ```

    ## References
    - pope-2022, section 2
    """
    stated, arriving = only(case, "requests.tokens"), only(case, "requests.arriving")
    if stated is None or arriving is None or stated.working is not None:
        return
    known = case.known("workload.output_length")
    length = known.value
    if case.has_several("workload.output_length") or (isinstance(length, Extent) and length.is_range):
        return
    tokens = length.high if isinstance(length, Extent) else float(length)
    computed = figure(arriving, "") * Named("tokens of an answer", tokens, known)
    if abs(stated.value - computed.value) > NEAR * computed.value:
        advice = "multiply the requests by the tokens of their answers"
        yield contradicted(stated, computed, advice, said="to sustain", unit=TOKEN_RATE)
