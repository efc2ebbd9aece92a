"""SE162: parameters synchronised between ranks that hold different ones."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("SE162", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def experts_synchronised(case: Case) -> Iterator[Finding]:
    """Parameters are said to be synchronised over the ranks of expert parallelism.

    ## What it finds
    "Parameter synchronisation for EP groups", "the weights are averaged across expert-parallel ranks", where nothing
    speaks of gradients, copies or replicas.

    ## Why it matters
    Every rank of expert parallelism has experts of its own: there is nothing that two of them hold alike.  What they
    exchange are tokens, and averaged experts would be one expert.

    ## Example
    ```plan
    - **Expert parallelism**: EP = 16
    - Parameter synchronization for EP groups   <!-- SE162 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    for mention in case.mentions("experts_synchronised"):
        yield Finding(
            at=mention,
            message="parameters said to be synchronised over expert-parallel ranks, which hold different experts and "
            "exchange tokens",
            label="said here",
            help="name what is exchanged, or the replicas that hold the same parameters",
        )
