"""SE113: one way to save activation memory under two names."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import PERCENT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.mention import Mention
from stratc.rules.rule import Finding, rule


@rule("SE113", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def recomputation_counted_twice(case: Case) -> Iterator[Finding]:
    """Activation checkpointing and recomputation are listed as two savings, though they are one.

    ## What it finds
    A list in which "gradient checkpointing" saves some memory and "activation recomputation" some more.

    ## Why it matters
    To checkpoint activations is to drop the others and recompute them; the second saving does not exist, and the device
    has less room than the plan counts on.

    ## Example
    ```plan
    ## Memory savings
    - **Gradient checkpointing**: 60% activation memory reduction
    - **Activation recomputation**: additional 20% memory savings   <!-- SE113 -->
    ```

    ## References
    - chen-2016, section 4
    - korthikanti-2022, section 5
    """
    named = tuple(case.mentions("recompute"))
    kept = [claim for claim in case.claims("reduction.memory") if _is_of(claim, named, checkpointing=True)]
    for claim in case.claims("reduction.memory"):
        first = next((each for each in kept if each.scope.path == claim.scope.path), None)
        apart = first is not None and first.context != claim.context
        if first is not None and apart and _is_of(claim, named, checkpointing=False):
            yield _finding(first, claim)
            return


def _is_of(claim: Claim, named: tuple[Mention, ...], *, checkpointing: bool) -> bool:
    """Whether the sentence of a saving names it one way and not the other."""
    ways = {
        bool(mention.cause)
        for mention in named
        for place in mention.places
        if claim.context.start <= place.start and place.end <= claim.context.end
    }
    return ways == {checkpointing}


def _finding(first: Claim, second: Claim) -> Finding:
    return Finding(
        at=second,
        message=f"{second.quantity.show()} saved by recomputation and {first.quantity.show()} by checkpointing of "
        "activations, but these are two names of one thing",
        stated=second.value,
        unit=PERCENT,
        label="counted here",
        also=((first, "and here"),),
        help="count one of the two",
    )
