"""SE143: a key-value cache that is counted in a plan that trains."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.phase import trains
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.mention import Mention
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

SERVING = ("inference", "decode", "prefill", "deployment", "continuous_batching")


@rule("SE143", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def cache_in_training(case: Case) -> Iterator[Finding]:
    """A plan that trains says that its key-value cache is counted.

    ## What it finds
    "KV cache included", a cache sent between stages or given a size, in a plan that says it trains and that speaks
    nowhere of inference, decoding or generation, as training by reinforcement does.

    ## Why it matters
    Training computes all positions of a sequence at once and keeps activations for the backward pass: there is no
    cache.  What was ticked was copied from a plan that serves, and the check of the memory says nothing.

    ## Example
    ```plan
    # Training run of a 20B model
    - Micro-batch size: 2
    - [x] KV cache included   <!-- SE143 -->
    ```

    ## References
    - kwon-2023, section 2
    """
    if not trains(case) or any(case.mentions(*SERVING, roles=tuple(Role))):
        return
    sized = tuple(each for each in case.claims("memory.kv_cache") if each.value > 0)
    places: tuple[Claim | Mention, ...] = (*case.mentions("cache_counted"), *sized)
    for place in places:
        yield Finding(
            at=place,
            message="a key-value cache counted in a plan that trains, which keeps none",
            label="only serving has this",
            help="leave the cache out, and check the activations instead",
        )
        return
