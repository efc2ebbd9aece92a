"""ME134: a key-value cache that is worked out with the query heads."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.cache import CACHED, is_cache_of
from stratc.analysis.said.values import number_of
from stratc.arith.term import lift
from stratc.arith.unit import BYTE, figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("ME134", category=Category.MEMORY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def cache_of_query_heads(case: Case) -> Iterator[Finding]:
    """The key-value cache is worked out with the query heads, of which several share the keys and values of one head.

    ## What it finds
    A product of bytes with the factors of a cache (2, the layers, the head dimension, the bytes of an element) that
    has the query heads of the model where its fewer KV heads belong.  Silent where the plan also works it out with the
    KV heads, as one that compares the two does.

    ## Why it matters
    The cache comes out as many times too large as query heads share a KV head, and with it the memory, the batch and
    the number of devices.

    ## Example
    ```plan
    - **Model**: 60 layers, 56 attention heads, 8 KV heads, head dimension 128
    - **Cache of a token**: 2 × 60 × 56 × 128 × 2 bytes = 1,720,320 bytes   <!-- ME134 -->
    ```

    ## References
    - kwon-2023, section 3
    - ainslie-2023
    """
    if not case.has(*CACHED, "model.heads", "model.kv_heads") or case.has_several("model.heads", "model.layers"):
        return
    query, kept = number_of(case, "model.heads"), number_of(case, "model.kv_heads")
    worked = tuple(each for each in case.claims("equation", "memory") if each.quantity.dimension == BYTE)
    if kept >= query or any(is_cache_of(case, each, kept) for each in worked):
        return
    for claim in worked:
        if claim.working is not None and is_cache_of(case, claim, query):
            due = lift(claim.working * case.number("model.kv_heads") / case.number("model.heads"))
            yield Finding(
                at=claim,
                message=f"the {figures(query)} query heads in the working of a cache, but keys and values are kept for "
                f"the {figures(kept)} KV heads",
                because=due,
                stated=claim.value,
                computed=due.value,
                unit=BYTE,
                also=((case.known("model.kv_heads"), "KV heads"),),
                help="multiply by the KV heads",
            )
