"""PE215: the time of a decode step without reading the key-value cache."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.throughput import memory_readings
from stratc.arith.term import Named
from stratc.arith.unit import SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

NEAR = 0.03
WORTH = 0.2  # of the weights, from which on the cache changes the time


@rule("PE215", category=Category.LATENCY, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def decode_step_without_cache(case: Case) -> Iterator[Finding]:
    """The time of a decode step reads the weights, but not the key-value cache that the plan states.

    ## What it finds
    A time per token worked out as the bytes of the weights over a memory bandwidth, where the cache of a device that
    the plan gives is a fifth of those bytes or more, and no line counts the time to read it.

    ## Why it matters
    Every step reads the cache of all sequences beside the weights.  At full batch and length the cache may take longer
    than the weights, and no batch makes it cheaper.

    ## Example
    ```plan
    ### Memory per GPU
    - **Weights**: 9.0 GB
    - **KV cache**: 6.0 GB

    ### Decode
    - **Time per step**: 9.0 GB ÷ 1.5 TB/s = 6.0 ms   <!-- PE215 -->
    ```

    ## References
    - pope-2022, section 3.3
    """
    caches = [each for each in case.claims("memory.kv_cache") if each.per is Per.DEVICE and _is_exact(each)]
    if not caches or next(case.mentions("cache_read"), None) is not None:
        return
    readings = tuple(memory_readings(case))
    if any(cache.quantity.agrees(reading.amount.value, NEAR) for cache in caches for reading in readings):
        return
    cache = min(caches, key=lambda each: each.value)
    weights = [each for each in case.claims("memory.weights") if _is_exact(each)]
    for claim, amount, rate in readings:
        of_weights = any(each.quantity.agrees(amount.value, NEAR) for each in weights)
        if claim.metric == "latency.tpot" and of_weights and cache.value > WORTH * claim.value * rate.value:
            seconds = Named("of cache", cache.value, cache, cache.quantity.unit) / rate
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} for reading {amount} of weights, but the key-value cache of a device "
                f"takes {seconds} = {show(seconds.value, SECOND)} more",
                because=seconds,
                stated=claim.value,
                computed=claim.value + seconds.value,
                unit=SECOND,
                help="count the cache at the batch and length that the time is to hold for",
            )
            return


def _is_exact(claim: Claim) -> bool:
    return claim.relation is Relation.IS and not claim.quantity.is_range and claim.value > 0
