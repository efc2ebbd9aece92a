"""SE107: activation checkpointing against failures."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Topic
from stratc.rules.rule import Finding, rule


@rule("SE107", category=Category.SEMANTICS, severity=Severity.INFO, certainty=Certainty.LIKELY)
def activations_saved_for_recovery(case: Case) -> Iterator[Finding]:
    """Activation checkpointing stands among the means against failures.

    ## What it finds
    Kept or recomputed activations in a section on fault tolerance.

    ## Why it matters
    Activation checkpointing saves memory within a step; what it keeps dies with the device.  Recovery takes weights and
    optimizer state on storage that survives.

    ## Example
    ```plan
    ## Fault tolerance
    - **Layer-wise checkpointing**: activation checkpointing of every layer   <!-- SE107 -->
    ```

    ## References
    - chen-2016, section 4
    """
    named = (each for each in case.mentions("recompute") if Topic.FAULT_TOLERANCE in each.scope.topics)
    for mention in {each.context: each for each in reversed(tuple(named))}.values():
        yield Finding(
            at=mention,
            message="activation checkpointing named as a means of recovery; it saves memory, not state",
            label="named here",
            help="list it under memory, and say what is saved for recovery",
        )
