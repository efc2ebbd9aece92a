"""ME144: more sequences than the tokens or the free memory named beside them hold."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.account import keeps_cache
from stratc.analysis.memory.cache import context, token_cache
from stratc.analysis.model.architecture import sliding
from stratc.analysis.said.values import number_of
from stratc.arith.functions import product
from stratc.arith.term import Named, Number, Term, lift, plain
from stratc.arith.unit import BYTE, UNITS, figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Missing
from stratc.ir.scope import Role
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

_DEGREES = ("strategy.pp", "strategy.cp", "strategy.dp")
FAR = 1.15  # lengths in powers of two, and figures that are about right


@rule("ME144", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def sequences_beyond_room(case: Case) -> Iterator[Finding]:
    """More sequences are said to fit than the tokens or the free memory named beside them hold.

    ## What it finds
    "30K tokens, up to 5 sequences of 8K", and "the remaining 20 GB leave room for 96 more sequences" where a sequence
    of the plan's length takes more of a device than that.

    ## Why it matters
    Requests beyond the cache wait or are thrown out and computed again; a missing reserve is found under load.

    ## Example
    ```plan
    - **Layers**: 40, 40 heads of 128, BF16
    - **Prompt length**: 1536 tokens, output length 512 tokens
    - **Parallelism**: TP4, PP1
    - The remaining 18 GB per GPU leave room for 96 more sequences   <!-- ME144 -->
    ```

    ## References
    - kwon-2023, section 3
    """
    for claim in case.claims("sequences.cache", roles=(Role.PLAN, Role.ALTERNATIVE)) if keeps_cache(case) else ():
        most = _by_tokens(claim) or (_by_memory(case, claim) if claim.scope.role is Role.PLAN else None)
        if most is not None and claim.value > FAR * most.value:
            yield Finding(
                at=claim,
                message=f"{figures(claim.value)} sequences said to fit, but {most} = {figures(most.value)}",
                because=most,
                stated=claim.value,
                computed=most.value,
                help="divide what is free by what a sequence of full length takes of it",
            )


def _by_tokens(claim: Claim) -> Term | None:
    """Sequences of the length said that the tokens beside the claim are."""
    if claim.working is None or claim.working.dimension == BYTE or not claim.index:
        return None
    if claim.working.value == claim.index:
        return None  # which says how long each is, and not how much there is in all
    return lift(claim.working / Named("tokens a sequence", claim.index, claim))


def _by_memory(case: Case, claim: Claim) -> Term | None:
    """Sequences that the bytes beside the claim hold; None where the plan does not say what one takes."""
    own = [each.value for each in case.claims("memory.kv_cache") if each.per is Per.TOKEN]
    try:
        least = min((token_cache(case).value, *own))
        length = Named("tokens a sequence", claim.index, claim) if claim.index else context(case)
    except Missing:
        return None
    if claim.working is None or claim.working.dimension != BYTE or not case.has("strategy.tp") or sliding(case):
        return None
    token = Named("of cache a token", least, None, UNITS["KB"])
    if not plain(length) or not least:
        return None
    room = claim.working * (_split(case) if claim.per is Per.DEVICE else 1) / (length * token)
    counted = claim.cause == "in all" and case.has("workload.batch_size")
    return lift(room + case.number("workload.batch_size") if counted else room)


def _split(case: Case) -> Number:
    """Devices that hold parts of the same sequence, of all replicas, for whichever of them the sequences may be."""
    ways = case.number("strategy.tp")
    heads = case.number("model.kv_heads") if case.has("model.kv_heads") else ways
    return product(
        (
            min(ways, heads, key=plain),
            *(case.number(key) for key in _DEGREES if number_of(case, key) > 1),
        ),
    )
