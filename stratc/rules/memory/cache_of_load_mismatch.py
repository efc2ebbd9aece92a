"""ME152: a size of key-value cache against the load that it is said to hold."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.cache import shares_of_cache, token_caches
from stratc.arith.term import lift
from stratc.arith.unit import BYTE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, contradicted, rule

FAR = 1.2  # rounded figures, prefixes in powers of two and blocks that are not full explain less
ROUGH = 1.5  # of what is about
_ADVICE = (
    "multiply the tokens of the load by 2 × layers × KV heads × head size × bytes, and divide by the degrees that "
    "split heads and layers"
)


@rule("ME152", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def cache_of_load_mismatch(case: Case) -> Iterator[Finding]:
    """A size of key-value cache is not what the sequences that it is said to hold take.

    ## What it finds
    A cache beside its own load, "40 requests of 8192 tokens", that is neither the tokens of that load × the bytes of
    a token nor what the degrees leave a device of it.  The bytes of a token are those of the architecture or the
    plan's own.  A figure that is said to be of one device is held to what tensor and pipeline parallelism leave; any
    other may be of a replica or of all.  Silent where neither architecture nor bytes of a token are known.

    ## Why it matters
    The cache decides how many sequences a server takes at once: by half the bytes, or bytes of all devices on one,
    it takes half or eight times as many.

    ## Example
    ```plan
    - **Layers**: 48
    - **KV heads**: 8
    - **Head dimension**: 128
    - **Precision**: FP16
    - **Tensor Parallel (TP)**: 4
    - **Pipeline Parallel (PP)**: 1
    - **KV cache per GPU**: 25.8 GB (16 sequences × 8192 tokens)   <!-- ME152 -->
    ```

    ## References
    - kwon-2023, section 3
    """
    each = tuple(token_caches(case))
    for claim in case.claims("cache.load") if each else ():
        if claim.working is None or not claim.value:
            continue
        wholes = [lift(claim.working * width) for width in each]
        fair = [amount for whole in wholes for amount in shares_of_cache(case, whole, claim.per)]
        far = ROUGH if claim.quantity.approximate else FAR
        if fair and not any(1 / far <= claim.value / amount.value <= far for amount in fair):
            yield contradicted(claim, fair[0], _ADVICE, said="of key-value cache stated", unit=BYTE)
