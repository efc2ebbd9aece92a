"""PE271: a time of zero."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import promises
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

TIMES = ("latency.ttft", "latency.tpot", "latency.prefill", "latency.forward", "latency.step", "latency.unsaid")

LEAST = 1e-3  # seconds; no model that is worth a plan has passes so short that they round to less


@rule("PE271", category=Category.LATENCY, severity=Severity.ERROR)
def time_of_nothing(case: Case) -> Iterator[Finding]:
    """A pass, a step or an answer is said to take no time.

    ## What it finds
    A time of 0 for the first token, for an output token, for prompts, or for a pass or step of the model, written
    with so many digits that no such time rounds to it.  A part, such as a hidden transfer, may well take nothing.

    ## Why it matters
    A pass reads weights and computes; a figure of zero was rounded away or never worked out, and rates that rest on it
    are endless.

    ## Example
    ```plan
    | Metric | Value |
    |---|---|
    | Prefill latency | 3.1 s |
    | Decode latency | 0.00 ms |   <!-- PE271 -->
    ```

    ## References
    - pope-2022, section 2
    """
    for claim in promises(case, *TIMES):
        if _is_nothing(claim) and claim.relation in (Relation.IS, Relation.AT_MOST):
            yield _finding(claim)


def _is_nothing(claim: Claim) -> bool:
    """Whether a figure is nothing also where it was rounded: 0.0 s may be the 40 ms of a short prompt."""
    return claim.quantity.high == 0 and claim.quantity.step / 2 < LEAST


def _finding(claim: Claim) -> Finding:
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} stated, but every pass reads weights and computes: it takes some time",
        stated=0.0,
        label="no time at all",
        help="work the time out from the bytes that are read and the operations, and write it in a finer unit",
    )
