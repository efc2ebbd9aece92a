"""PE105: tokens a second against sequences a second."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import promises, said
from stratc.arith.term import Named
from stratc.arith.unit import SEQUENCE_RATE, TOKEN, TOKEN_RATE, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.values import Extent
from stratc.rules.rule import Finding, rule

NEAR = 1.25
MANY = 16  # throughputs in sequences that one in tokens is held to


@rule("PE105", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def token_rate_against_sequence_rate(case: Case) -> Iterator[Finding]:
    """Tokens a second and sequences a second imply a length that the plan's sequences do not have.

    ## What it finds
    Two throughputs whose quotient lies outside the stated sequence length; as an information, one well above the
    middle of a stated range.

    ## Why it matters
    One of the two targets cannot be met together with the other.

    ## Example
    ```plan
    - **Sequence length**: 2048 tokens
    - **Tokens/Second**: 500,000 tokens/second   <!-- PE105 -->
    - **Sequences/Second**: 60 sequences/second
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    length = case.known("workload.sequence_length").value
    extent = length if isinstance(length, Extent) else Extent(length, length)
    sequences = [claim for claim in promises(case, "throughput.sequences") if claim.quantity.dimension == SEQUENCE_RATE]
    for claim in promises(case, "throughput.tokens"):
        for other in sequences[:MANY]:
            if other.value > 0 and claim.per == other.per and claim.scope.role == other.scope.role:
                yield from _weigh(claim, other, extent)


def _weigh(claim: Claim, other: Claim, extent: Extent) -> Iterator[Finding]:
    implied = Named("tokens/s", claim.value, claim) / Named("sequences/s", other.value, other)
    middle = (extent.low + extent.high) / 2
    inside = extent.low / NEAR <= implied.value <= extent.high * NEAR
    if inside and implied.value <= middle * NEAR:
        return
    tokens = show(round(implied.value), TOKEN)
    shown = f"{figures(extent.low)} to {figures(extent.high)}" if extent.is_range else figures(extent.low)
    range_text = f"sequences of {shown} tokens have {figures(middle)} in the middle" if extent.is_range else ""
    yield Finding(
        at=claim,
        message=f"{said(claim)} at {said(other)} are {tokens} a sequence, "
        + (range_text or f"but sequences have {shown}"),
        because=implied,
        stated=claim.value,
        unit=TOKEN_RATE,
        severity=Severity.INFO if inside else None,
        certainty=Certainty.JUDGEMENT if inside else None,
    )
