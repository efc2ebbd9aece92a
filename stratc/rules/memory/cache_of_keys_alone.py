"""ME135: a key-value cache that is worked out with one of the two alone."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.cache import CACHED, KEYS_AND_VALUES, without_the_two
from stratc.arith.term import lift
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("ME135", category=Category.MEMORY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def cache_of_keys_alone(case: Case) -> Iterator[Finding]:
    """The key-value cache is worked out without the two that stands for keys and values.

    ## What it finds
    A product for the key-value cache that has the layers, the KV heads, the head dimension and the bytes of an element,
    and no two beside them.  Silent where another working of the plan has the two, for then one of keys or values alone
    may be meant, and where nobody says how many bytes an element takes.

    ## Why it matters
    Every layer keeps a key and a value of each token: the cache comes out half as large as it is, and twice as many
    requests are let in as fit.

    ## Example
    ```plan
    - **Model**: 60 layers, 56 attention heads, 8 KV heads, head dimension 128, BF16
    - **KV cache of a token**: 60 × 8 × 128 × 2 bytes = 122,880 bytes   <!-- ME135 -->
    ```

    ## References
    - kwon-2023, section 3
    """
    if not case.has(*CACHED) or case.has_several(*CACHED, "model.kv_heads", "model.heads"):
        return
    wholes = {each.value for each in case.claims("memory.kv_cache", "equation")}
    for claim in case.claims("memory.kv_cache"):
        if claim.working is None or not without_the_two(case, claim):
            continue
        due = lift(KEYS_AND_VALUES * claim.working)
        if any(abs(each - due.value) <= case.tolerance * due.value for each in wholes):
            continue
        yield Finding(
            at=claim,
            message=f"{claim.quantity.show()} counts the keys or the values alone: both take {show(due.value, BYTE)}",
            because=due,
            stated=claim.value,
            unit=BYTE,
            help="multiply by two, for a key and a value of every token",
        )
