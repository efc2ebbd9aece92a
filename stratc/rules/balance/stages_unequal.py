"""BA105: pipeline stages of unequal depth."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.placement import is_complete, layered
from stratc.arith.unit import PERCENT, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

NOTABLE = 0.1  # above an even share
INNER = 3  # stages from which on the first and the last, with embedding and output layer, may be left out


@rule("BA105", category=Category.BALANCE, severity=Severity.INFO, certainty=Certainty.LIKELY)
def stages_unequal(case: Case) -> Iterator[Finding]:
    """One pipeline stage has clearly more layers than the others.

    ## What it finds
    Stages, all of them listed with their layers, of which one has at least two layers and a tenth more than an even
    share. Fewer layers beside the embedding or the output layer are a usual remedy and alone do not count.  Silent for
    layers of several kinds, for then their number is no measure of work.

    ## Why it matters
    The slowest stage sets the pace of the pipeline; the devices of the others wait for it in every step.

    ## Example
    ```plan
    - **Layers**: 32
    - **Pipeline Parallelism**: 2-way
    - Stage 0: Layers 0-19 <!-- BA105 -->
    - Stage 1: Layers 20-31
    ```

    ## References
    - huang-2019, section 2.2
    """
    stages = layered(case)
    depths = [stage.value.layers[1] - stage.value.layers[0] + 1 for stage in stages if stage.value.layers]
    if len(stages) < 2 or not is_complete(case, stages) or case.has("model.dense_layers"):
        return
    even = sum(depths) / len(depths)
    inner = depths[1:-1] if len(depths) >= INNER else depths
    deepest = max(depths)
    if deepest - even < 2 or deepest < even * (1 + NOTABLE) or (len(set(inner)) == 1 and deepest == inner[0]):
        return
    at = stages[depths.index(deepest)]
    yield Finding(
        at=at,
        message=f"stage {at.value.index} has {figures(deepest)} layers, {show(deepest / even - 1, PERCENT)} more than "
        f"an even share of {figures(even)}",
        stated=deepest,
        computed=even,
        also=tuple((stage, "placed here") for stage in stages if stage is not at),
        help="move layers to the other stages",
    )
