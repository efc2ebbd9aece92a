"""DI204: the layers of the stages against those of the model."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Literal, Number, lift, plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule

METRIC = "stages.layers"


@rule("DI204", category=Category.DIVISIBILITY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def stage_layers_mismatch(case: Case) -> Iterator[Finding]:
    """The layers of the pipeline stages do not add up to those of the model.

    ## What it finds
    A list, a table or a sentence that gives every stage its number of layers, whose sum is not the number of layers
    stated.  Where it speaks of "the others", these are the stages that the degree leaves.  Silent where it lists
    another number of stages than the degree, and with virtual stages.

    ## Why it matters
    Layers are left out or there twice: the launcher refuses the split, or the checkpoint does not load.

    ## Example
    ```plan
    - **Layers**: 30
    - **Pipeline Parallelism**: 4-way
    - The first and the last stage hold 7 layers, the others 9   <!-- DI204 -->
    ```

    ## References
    - narayanan-2021, section 2.2
    """
    layers = case.known("model.layers")
    stages = case.fact("strategy.pp")
    if case.has_several("model.layers", "strategy.vpp"):
        return
    for claim in case.claims(METRIC):
        total = _total(claim, stages.value if isinstance(stages, Known) and stages.is_stated else None)
        if total is not None and plain(total) != layers.value:
            yield Finding(
                at=claim,
                message=f"{lift(total)} = {figures(plain(total))} layers in the stages, but the model has "
                f"{figures(layers.value)}",
                because=lift(total),
                stated=plain(total),
                computed=layers.value,
                also=((layers, "layers of the model"),),
                help="correct the layers of a stage, or those of the model",
            )


def _total(claim: Claim, stages: int | None) -> Number | None:
    """The layers of all stages; None where the claim does not speak of all."""
    if claim.working is None or claim.index is None:
        return None
    if not claim.cause:
        return claim.working if stages in (None, claim.index) else None
    others = (stages or 0) - claim.index
    return claim.working + Literal(others) * Literal(int(claim.cause)) if others > 0 else None
