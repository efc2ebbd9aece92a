"""CN109: key-value heads that query heads cannot share evenly."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("CN109", category=Category.CONSISTENCY, severity=Severity.ERROR)
def uneven_kv_heads(case: Case) -> Iterator[Finding]:
    """The query heads cannot share the key-value heads evenly.

    ## What it finds
    A number of key-value heads that does not divide the number of query heads.

    ## Why it matters
    Every key-value head serves the same number of query heads; no implementation knows another case.

    ## Example
    ```plan
    - **Attention heads**: 32
    - **KV heads**: 12   <!-- CN109 -->
    ```

    ## References
    - ainslie-2023, section 2.2
    """
    heads, kv_heads = case.known("model.heads"), case.known("model.kv_heads")
    if kv_heads.value > 0 and heads.value % kv_heads.value and not case.has_several("model.heads", "model.kv_heads"):
        yield Finding(
            at=kv_heads,
            message=f"{kv_heads.value} KV heads for {heads.value} query heads: "
            f"{heads.value / kv_heads.value:.3g} query heads each",
            stated=kv_heads.value,
            computed=heads.value,
            also=((heads, "query heads"),),
            help="let the KV heads divide the query heads",
        )
