"""PE215: the time of a decode step without reading the key-value cache."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.figures.throughput import Reading, memory_readings
from stratc.arith.term import Apply, Named, Term, lift
from stratc.arith.unit import SECOND, TOKEN_RATE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

NEAR = 0.03
WORTH = 0.2  # of the weights, from which on the cache changes the time
HALF = 0.5
BANDWIDTH = "hardware.memory_bandwidth"
STEPS = ("latency.tpot", "equation")
PARTS = ("memory.attention", "memory.mlp", "memory.dense", "memory.experts", "memory.embedding")


@rule("PE215", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def decode_step_without_cache(case: Case) -> Iterator[Finding]:
    """The time of a decode step reads the weights, but not the key-value cache that the plan states.

    ## What it finds
    A time per token that is the bytes of the weights over a memory bandwidth, by its own working or by the weights of a
    device that the plan gives, where the cache of a device is a fifth of those bytes or more, and no line counts the
    time to read it.  Likely a mistake where the cache is half of the weights, and the rate of the whole batch is worked
    out with that time.

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
    caches = [each for each in caches if not _is_room(each)]
    if not caches or next(case.mentions("cache_read"), None) is not None:
        return
    readings = (*memory_readings(case), *_unworked(case))
    if any(cache.quantity.agrees(reading.amount.value, NEAR) for cache in caches for reading in readings):
        return
    cache = min(caches, key=lambda each: each.value)
    wholes = [each.value for each in _weights(case)]
    for claim, amount, rate in readings:
        of_weights = any(isclose(each, amount.value, rel_tol=NEAR) for each in wholes)
        if claim.metric in STEPS and of_weights and cache.value > WORTH * amount.value:
            seconds = Named("of cache", cache.value, cache, cache.quantity.unit) / rate
            heavy = cache.value > HALF * amount.value and _is_rated(case, claim)
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} for reading {amount} of weights, but the key-value cache of a device "
                f"takes {seconds} = {show(seconds.value, SECOND)} more",
                because=seconds,
                stated=claim.value,
                computed=claim.value + seconds.value,
                unit=SECOND,
                severity=None if heavy else Severity.INFO,
                certainty=None if heavy else Certainty.JUDGEMENT,
                help="count the cache at the batch and length that the time is to hold for",
            )
            return


def _weights(case: Case) -> Iterator[Term]:
    """The weights of a device as the plan gives them, whole or as the parts that it lists."""
    told = [each for each in case.claims("memory.weights") if _is_exact(each)]
    yield from (Named("", each.value, each, each.quantity.unit) for each in told)
    listed = [each for each in case.claims(*PARTS) if _is_exact(each) and each.per is Per.DEVICE]
    if len({each.metric for each in listed}) == len(listed) > 1:
        first, *others = (Named("", each.value, each, each.quantity.unit) for each in listed)
        yield lift(sum(others, start=first))


def _unworked(case: Case) -> Iterator[Reading]:
    """Times per token that bring no working, but are the weights of a device over its memory bandwidth."""
    known = [lift(case.number(BANDWIDTH))] if case.has(BANDWIDTH) else []
    beside = [each for each in case.claims("communication.bandwidth") if _is_exact(each)]
    for claim in case.claims("latency.tpot"):
        if claim.working is None and _is_exact(claim):
            near = [Named("", each.value, each, each.quantity.unit) for each in beside if each.context == claim.context]
            for whole, rate in product(_weights(case), (*near, *known)):
                if isclose(claim.value, whole.value / rate.value, rel_tol=NEAR):
                    yield Reading(claim, whole, rate)


def _is_rated(case: Case, step: Claim) -> bool:
    """Whether the rate of several sequences is worked out with the time of the step."""
    sequences = (rate.value * step.value for rate in case.claims("throughput.tokens", "equation") if _is_rate(rate))
    return any(each >= 2 and isclose(each, round(each), rel_tol=NEAR) for each in sequences)


def _is_rate(claim: Claim) -> bool:
    return claim.quantity.dimension == TOKEN_RATE and claim.working is not None


def _is_room(cache: Claim) -> bool:
    """Whether a figure is what other parts leave for the cache, which no step need fill."""
    return isinstance(cache.working, Apply) and cache.working.op == "-"


def _is_exact(claim: Claim) -> bool:
    return claim.relation is Relation.IS and not claim.quantity.is_range and claim.value > 0
