"""PE223: the operations of one layer, taken for those of a token."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.figures.throughput import token_flop
from stratc.analysis.model.parameters import layers_active
from stratc.analysis.said.factors import figures_of
from stratc.arith.term import Named, lift, plain
from stratc.arith.unit import FLOP, UNITS, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

NEAR = 0.02
FEWEST = 4  # layers; fewer are within what counts of operations differ by
SHORT, MORE = 0.5, 2.0  # of what all layers come to, for gates, scores and routers that are counted or not


@rule("PE223", category=Category.THROUGHPUT, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def flops_of_one_layer(case: Case) -> Iterator[Finding]:
    """A rate or time divides by the operations of a token in one layer, as if the model had no more.

    ## What it finds
    The operations of a token that a throughput or a time is worked out with, where they are those of a single layer of
    the model: as many times as it has layers, they are about two for each parameter that a token uses.

    ## Why it matters
    A token passes all layers.  The bound that follows is too good by as many times as there are layers.

    ## Example
    ```plan
    - **Layers**: 32
    - **Hidden size**: 4096
    - **FFN hidden size**: 16384
    - **Attention heads**: 32
    - **Total FLOPs per token**: 403 MFLOPs   <!-- PE223 -->
    - **Throughput**: 240 TFLOPS / 403 MFLOPs = 595,000 tokens/s
    ```

    ## References
    - kaplan-2020, section 2.1
    """
    layers = case.known("model.layers").value
    active = layers_active(case)
    if active is None and not case.has("model.experts"):
        active = plain(case.silent.number("model.parameters"))
    if active is None or layers < FEWEST:
        return
    expected = plain(token_flop(active, training=False))
    for claim in case.claims("compute.flops"):
        whole = claim.value * layers
        alone = claim.relation is Relation.IS and claim.per is Per.TOKEN and claim.value < expected * SHORT / MORE
        if alone and SHORT * expected <= whole <= MORE * expected and _is_used(case, claim):
            every = lift(case.number("model.layers") * Named("of one layer", claim.value, claim, UNITS["FLOP"]))
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} a token are those of one of {figures(layers)} layers: {every} = "
                f"{show(every.value, FLOP)}",
                because=every,
                stated=claim.value,
                unit=FLOP,
                help="count all layers, and what is worked out of the figure again",
            )
            return


def _is_used(case: Case, claim: Claim) -> bool:
    """Whether a rate or a time is worked out of a figure."""
    for each in case.claims("throughput", "latency", "equation"):
        parts = figures_of(each.working) if each.working is not None and each is not claim else ()
        if len(parts) > 1 and any(isclose(part.value, claim.value, rel_tol=NEAR) for part in parts):
            return each.quantity.dimension != FLOP
    return False
