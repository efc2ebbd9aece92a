"""SE161: a wider precision where memory is short."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role, Topic
from stratc.rules.rule import Finding, rule


@rule("SE161", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def wider_precision_to_save_memory(case: Case) -> Iterator[Finding]:
    """A wider precision is the fallback where memory runs short.

    ## What it finds
    "Fallback to FP32" under a heading on memory, or in a sentence on it, that gives no numerical reason.

    ## Why it matters
    A wider element takes more memory, twice as much from FP16 to FP32: the fallback fails when it is needed.

    ## Example
    ```plan
    - **Precision**: FP16

    ## Memory pressure
    - Fall back to FP32 when memory runs out   <!-- SE161 -->
    ```

    ## References
    - micikevicius-2018, section 3
    """
    for mention in case.mentions("precision_widened", roles=(Role.PLAN, Role.TARGET)):
        if mention.scope.topics[-1:] == (Topic.MEMORY,) or mention.scope.topics[:1] == (Topic.MEMORY,):
            yield Finding(
                at=mention,
                message="a wider precision said to be the fallback where memory is short, but it takes more memory",
                label="said here",
                help="fall back to a narrower precision, a smaller batch or recomputation",
            )
