"""PE135: more requests a second than the tokens a second make answers."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Named, lift, plain
from stratc.arith.unit import REQUEST_RATE, TOKEN_RATE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.ir.values import Extent
from stratc.rules.rule import Finding, rule

NEAR = 1.15
WHOLE = (Per.UNSAID, Per.TOTAL)


@rule("PE135", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def request_rate_above_token_rate(case: Case) -> Iterator[Finding]:
    """More requests a second are promised than the stated tokens a second make answers of the stated length.

    ## What it finds
    The only rate of requests and the only rate of tokens of the plan, where the requests times the tokens of an answer,
    at its shortest, come to more than the tokens by three twentieths.  More tokens than that are no mistake: prompts
    may be counted, or room is left.

    ## Why it matters
    Every answered request is that many tokens.  One of rate, requests and length is wrong, or they hold at other times.

    ## Example
    ```plan
    - **Average output**: 250 tokens
    - **Throughput**: 5,000 tokens/s
    - **Request rate**: 50 requests/s   <!-- PE135 -->
    ```

    ## References
    - pope-2022, section 2
    """
    known = case.known("workload.output_length")
    shortest = known.value.low if isinstance(known.value, Extent) else float(known.value)
    length = Named("tokens of an answer", shortest, known)
    tokens, requests = _only(case, "throughput.tokens"), _only(case, "throughput.sequences")
    if tokens is None or requests is None or requests.quantity.dimension != REQUEST_RATE:
        return
    needed = lift(Named("", requests.value, requests, requests.quantity.unit) * length)
    if needed.value > NEAR * tokens.value > 0:
        yield Finding(
            at=requests,
            message=f"{requests.quantity.show()} stated, but {needed} = {show(plain(needed), TOKEN_RATE)}, more than "
            f"the {tokens.quantity.show()} of the plan",
            because=needed,
            stated=tokens.value,
            unit=TOKEN_RATE,
            also=((tokens, "tokens a second"),),
            help="correct one of the two rates or the length",
        )


def _only(case: Case, metric: str) -> Claim | None:
    """The exact figure of a rate for all devices, where the plan has one value of it."""
    found = [each for each in case.claims(metric) if each.per in WHOLE and each.relation is Relation.IS]
    return found[0] if found and len({each.value for each in found}) == 1 else None
