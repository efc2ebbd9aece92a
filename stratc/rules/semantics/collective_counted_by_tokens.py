"""SE164: a collective once in so many tokens."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("SE164", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def collective_counted_by_tokens(case: Case) -> Iterator[Finding]:
    """A collective is said to run once in so many tokens, though it runs in every layer for all tokens of a pass.

    ## What it finds
    "All-to-all for expert routing (every 4 tokens)", "an all-reduce every 8 tokens".

    ## Why it matters
    The number of collectives follows from the layers of a forward pass, their size from its tokens.  Often the experts
    of a token were taken for a number of tokens.

    ## Example
    ```plan
    - **Expert parallelism**: EP = 8
    - **All-to-all** for expert routing (every 2 tokens)   <!-- SE164 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    for mention in case.mentions("exchange_by_tokens"):
        yield Finding(
            at=mention,
            message="a collective said to run once in so many tokens, but it runs in every layer of a pass, for all "
            "tokens of the pass at once",
            label="said here",
            help="count collectives by layers and passes, and their bytes by tokens",
        )
