"""SE114: a key-value cache said to belong to experts."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("SE114", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def cache_given_to_experts(case: Case) -> Iterator[Finding]:
    """The key-value cache is said to be kept for experts, which have none.

    ## What it finds
    A key-value cache for, per or across experts.

    ## Why it matters
    The cache holds the keys and values of attention for every token.  Experts stand in the feed-forward block and read
    no cache: choosing or spreading experts makes it neither smaller nor less.

    ## Example
    ```plan
    - **Experts per layer**: 16
    - KV cache kept for active experts only   <!-- SE114 -->
    ```

    ## References
    - kwon-2023, section 2
    - shazeer-2017, section 2
    """
    for mention in case.mentions("kv_cache_of_experts"):
        yield Finding(
            at=mention,
            message="a key-value cache said to be that of experts, but attention keeps it, for every token alike",
            label="said here",
            help="size the cache by layers, key-value heads and tokens, divided by the degrees that split attention",
        )
