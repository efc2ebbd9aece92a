"""ME133: more tokens in the cache than the memory holds."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.account import keeps_cache
from stratc.analysis.memory.amounts import room_for_tokens
from stratc.analysis.model.architecture import sliding
from stratc.arith.term import Term
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import value_or
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

FAR = 1.1  # capacities in GB for GiB
DEGREES = ("strategy.tp", "strategy.pp", "strategy.dp", "strategy.device_count")
OF_REPLICA = (Per.DEVICE, Per.REPLICA)  # devices of a replica hold shards of the same tokens


@rule("ME133", category=Category.MEMORY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def cached_tokens_beyond_memory(case: Case) -> Iterator[Finding]:
    """The key-value cache is said to hold more tokens than all memory beside the weights has room for.

    ## What it finds
    Tokens in the cache of a device, a replica or all of them, above what the memory of a replica, without its weights,
    holds at the bytes of a token in all layers.  All devices of a tensor-parallel group hold shards of the same tokens.

    ## Why it matters
    A share of the cache on one device, divided by a token's share, gives the tokens of the whole replica: multiplied by
    the devices again, or divided by the wrong bytes, it promises several times the sessions that fit.

    ## Example
    ```plan
    # Serving

    - **Model**: 36B parameters, 48 layers, 48 heads, 8 KV heads, head dimension 128, BF16
    - **GPU memory**: 80 GB per GPU
    - **Parallelism**: TP4, PP1, DP2
    - The KV cache holds 4.9M tokens per replica.   <!-- ME133 -->
    ```

    ## References
    - kwon-2023, section 3
    """
    claims = [each for each in case.claims("tokens.cache") if not _is_of_other_degrees(case, each)]
    if not claims or not keeps_cache(case) or sliding(case):
        return
    most = room_for_tokens(case)
    replicas = max(value_or(case.strategy.dp, 1), _copies(case))
    over = [each for each in claims if each.quantity.low > FAR * most.value * _replicas(each, replicas)]
    if over:
        yield _finding(over, most)


def _is_of_other_degrees(case: Case, claim: Claim) -> bool:
    """Whether the sentence gives a degree another value, so that it speaks of another layout."""
    others = (each for conflict in case.plan.conflicts if conflict.key in DEGREES for each in conflict.others)
    return any(span in claim.context for each in others for span in each.spans())


def _copies(case: Case) -> float:
    """How often tensor and pipeline parallelism go into the devices, whatever degree the rest are counted as."""
    split = value_or(case.strategy.tp, 1) * value_or(case.strategy.pp, 1) * value_or(case.strategy.cp, 1)
    return value_or(case.strategy.device_count, split) // split


def _replicas(claim: Claim, replicas: float) -> float:
    return 1 if claim.per in OF_REPLICA else replicas


def _finding(over: list[Claim], most: Term) -> Finding:
    return Finding(
        at=over[0],
        message=f"{over[0].quantity.show()} in the cache, but a replica has room for {most} = {figures(most.value)}",
        because=most,
        stated=over[0].value,
        computed=most.value,
        also=tuple((each, "and here") for each in over[1:]),
        help="divide what is free on a device by a token's share on it: that is the number of tokens of the replica",
    )
