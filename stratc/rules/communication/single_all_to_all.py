"""CO104: one all-to-all in a layer with experts."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("CO104", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def single_all_to_all(case: Case) -> Iterator[Finding]:
    """The all-to-all of experts is counted once in a layer, though tokens also come back.

    ## What it finds
    "Once per MoE layer" said of the all-to-all of a plan with expert parallelism, in a sentence that does not speak of
    dispatch or combine alone.

    ## Why it matters
    Tokens are dispatched to their experts and combined afterwards: volume and time of the communication are twice as
    much, in training twice that again for the backward pass.

    ## Example
    ```plan
    - **Expert parallelism**: EP = 8

    ### All-to-All Communication
    - Frequency: once per MoE layer   <!-- CO104 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    degree = case.known("strategy.ep")
    for mention in case.mentions("all_to_all_once"):
        if degree.value > 1:
            yield Finding(
                at=mention,
                message="one all-to-all a layer stated, but tokens are dispatched and combined: 2 in each layer",
                stated=1,
                computed=2,
                label="said here",
                also=((degree, "expert parallelism"),),
                help="count two operations a layer, and as many again for a backward pass",
            )
