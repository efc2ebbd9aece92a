"""PE219: the time of one pipeline stage given as that of a token."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.layout.schedule import pipeline_stages
from stratc.analysis.said.factors import terms_of_sum
from stratc.arith.term import Apply, Literal, Named, lift, plain
from stratc.arith.unit import BYTE_RATE, COUNT, SECOND, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

NEAR = 0.03
SCALES = (1.0, 1e9, 1e12)  # of a bandwidth that a working divides by: bytes, gigabytes or terabytes a second
STEPS = ("latency.tpot", "latency.step", "latency.stage", "equation")
BANDWIDTH = "hardware.memory_bandwidth"


@rule("PE219", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def stage_time_called_tpot(case: Case) -> Iterator[Finding]:
    """The time per output token is what one pipeline stage needs, though a token passes through all of them.

    ## What it finds
    A time per token that is the time of a stage, or just the weights of a device over its memory bandwidth, or weights
    and key-value cache, in a plan with several stages that gives no time as many times as long.

    ## Why it matters
    The next token of a sequence cannot start before the last stage has ended with the one before.  Stages that work at
    the same time work on other sequences: they add throughput and shorten no token.

    ## Example
    ```plan
    - **TP4 × PP2**, memory bandwidth 2 TB/s

    ### Memory per GPU
    - **Weights**: 16 GB
    - **KV cache**: 8 GB

    ### Decode
    - **TPOT**: 12 ms   <!-- PE219 -->
    ```

    ## References
    - pope-2022, section 2
    """
    stages = pipeline_stages(case)
    count = plain(stages)
    times = [each for each in case.claims("latency.tpot") if each.relation is Relation.IS and each.value > 0]
    steps = [each for each in case.claims(*STEPS) if each.quantity.dimension == SECOND and each.value > 0]
    stage = next((each for each in steps if _is_of_stage(case, each)), None) if count > 1 and times else None
    if stage is None or any(each.quantity.agrees(stage.value * count, 2 * NEAR) for each in times):
        return
    alike = [each for each in times if each.quantity.agrees(stage.value)]
    first = next((each for each in alike if each.working is None), None)  # the step of a stage may be called a step
    if first is None:
        return
    token = lift(stages) * Named("of a stage", first.value, first, first.quantity.unit)
    yield Finding(
        at=first,
        message=f"{first.quantity.show()} for a token, but that is the time of one stage, and a token passes "
        f"{figures(count)} of them in turn: {token} = {show(token.value, SECOND)}",
        because=token,
        stated=first.value,
        unit=SECOND,
        also=tuple((each, "and here") for each in alike if each is not first),
        help="give the time of all stages, and count the sequences of all stages for the rate",
    )


def _is_of_stage(case: Case, time: Claim) -> bool:
    """Whether a time is called that of a stage, or reads the weights of a device, alone or with a cache."""
    if time.metric == "latency.stage":
        return True
    rate = plain(case.number(BANDWIDTH))
    held = [each for each in case.claims("memory.weights", "memory.kv_cache") if _is_of_device(each)]
    weights = [each.value for each in held if each.metric == "memory.weights"]
    caches = [each.value for each in held if each.metric == "memory.kv_cache"]
    amounts = (*weights, *(whole + cache for whole, cache in product(weights, caches)))
    if any(time.quantity.agrees(amount / rate, NEAR) for amount in amounts):
        return True
    match time.working:
        case Apply("÷", read, Literal() | Named() as over) if over.dimension in (COUNT, BYTE_RATE):
            divides = any(isclose(over.value * scale, rate, rel_tol=NEAR) for scale in SCALES)
            parts = [part.value * scale for part in terms_of_sum(read) for scale in SCALES]
            return divides and any(isclose(part, whole, rel_tol=NEAR) for part in parts for whole in weights)
    return False


def _is_of_device(claim: Claim) -> bool:
    return claim.per is Per.DEVICE and claim.relation is Relation.IS and not claim.quantity.is_range and claim.value > 0
