"""SE108: a utilisation called the theoretical maximum."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("SE108", category=Category.SEMANTICS, severity=Severity.INFO, certainty=Certainty.LIKELY)
def mfu_called_maximum(case: Case) -> Iterator[Finding]:
    """A model FLOPs utilisation is called the theoretical maximum.

    ## What it finds
    A utilisation below 100 % that the plan calls a theoretical maximum or peak.

    ## Why it matters
    Utilisation is the share of the theoretical peak that a run reaches: its maximum is 100 %.  What is meant is an
    experience with some models on some machines, and it moves with both.

    ## Example
    ```plan
    - **MFU**: >45% (close to the 50% theoretical maximum)   <!-- SE108 -->
    ```

    ## References
    - chowdhery-2022, section 4.1
    """
    for mention in case.mentions("mfu_as_maximum"):
        yield Finding(
            at=mention,
            message="a utilisation called the theoretical maximum, which is 100 % by definition",
            label="called so here",
            help="call it achievable, and say on what it was seen",
        )
