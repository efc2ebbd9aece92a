"""ME136: tokens in a cache that its bytes and those of a token do not come to."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.cache import shares_of_cache, token_caches
from stratc.arith.term import Named, lift
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

FAR = 1.5  # room for blocks that are kept half full, and for powers of two
LARGE = 1e8  # bytes, below which no device keeps a cache


@rule("ME136", category=Category.MEMORY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def cached_tokens_mismatch(case: Case) -> Iterator[Finding]:
    """The tokens that a device has room for are not its bytes of cache over the bytes of a token.

    ## What it finds
    Tokens that a device holds, below the bytes of its key-value cache, to which neither the plan's own bytes of a token
    nor those of its architecture come, divided by tensor or pipeline parallelism or not.

    ## Why it matters
    The tokens limit how many requests run together: a thousand times too few leave the device idle, and too many are
    turned away under load.

    ## Example
    ```plan
    - **KV cache per token**: 2 KB

    ## Memory
    - **KV cache per GPU**: 40 GB
    - **Max tokens per GPU**: 20,000   <!-- ME136 -->
    ```

    ## References
    - kwon-2023, section 3
    """
    for claim in case.claims("tokens.cache"):
        cache = _cache_above(case, claim)
        if cache is None or claim.relation is not Relation.IS:
            continue
        room = Named("of cache", cache.value, cache, cache.quantity.unit)
        tokens = list(token_caches(case))
        parts = (share for token in tokens for share in (token, *shares_of_cache(case, token, Per.UNSAID)))
        if tokens and not any(claim.quantity.agrees(lift(room / each).value, FAR - 1) for each in parts):
            due = lift(room / tokens[-1])
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} stated, but {due} = {figures(due.value)}",
                because=due,
                stated=claim.value,
                help="divide the bytes of the cache by those of a token",
            )


def _cache_above(case: Case, claim: Claim) -> Claim | None:
    """The one cache of a device that the section of a figure gives; None for several."""
    every = (each for each in case.claims("memory.kv_cache") if each.scope.path == claim.scope.path)
    found = [each for each in every if each.per is Per.DEVICE and each.value >= LARGE and each.relation is Relation.IS]
    above = [each for each in found if each.places[0] < claim.places[0]]
    return above[0] if len({each.value for each in found}) == 1 and above and claim.per is Per.DEVICE else None
