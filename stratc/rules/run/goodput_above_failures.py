"""RN208: a goodput beyond what failures and the checkpoint interval leave."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.checkpoints import goodputs_by_failures
from stratc.analysis.figures.run import judged
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, contradicted, rule

TWICE = 2.0  # the loss said, below which the failures alone refute it
ADVICE = "write checkpoints more often, or expect less"


@rule("RN208", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def goodput_above_failures(case: Case) -> Iterator[Finding]:
    """The goodput is more than the failures leave, each of which loses half of the checkpoint interval.

    ## What it finds
    A goodput of which the loss is less than half of what the mean time between failures and the time from one
    checkpoint to the next come to: T ÷ (T + half an interval), without any time for the restart.

    ## Why it matters
    The date of the run rests on the goodput; an interval near the time between failures loses most of the work.

    ## Example
    ```plan
    # Training
    - **Step time**: 96 s

    ## Fault tolerance
    - Checkpoint every 500 steps
    - Expected MTBF: 12 hours
    - Expected goodput: 95 %   <!-- RN208 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    readings = goodputs_by_failures(case)
    for claim in judged(case, "run.goodput") if readings else ():
        best = max(readings, key=lambda each: each.value)
        if 1 - best.value > TWICE * (1 - claim.quantity.low):
            yield contradicted(claim, best, ADVICE, said="goodput stated")
