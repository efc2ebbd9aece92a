"""PE164: a bonus for a kind of parallelism on top of a bound."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("PE164", category=Category.THROUGHPUT, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def parallelism_bonus(case: Case) -> Iterator[Finding]:
    """A gain in per cent is added for a kind of parallelism, without a figure that it follows from.

    ## What it finds
    "Expert parallelism benefit: +20 %", "tensor parallel bonus: 1.3×".

    ## Why it matters
    Operations a token and the peak of a device are the same under every kind of parallelism; what it adds is
    communication.  A bound of computation or memory times a bonus is above the bound.

    ## Example
    ```plan
    - **Compute-bound throughput**: 32 tokens/ms
    - **Expert parallelism benefit**: +20%   <!-- PE164 -->
    ```

    ## References
    - williams-2009, section 3
    """
    for mention in case.mentions("parallelism_bonus"):
        yield Finding(
            at=mention,
            message="a gain added for a kind of parallelism, which leaves the operations of a token and the peak of a "
            "device as they are and adds communication",
            label="added here",
            help="say which time becomes shorter, and by how much",
        )
