"""DV201: a layer that two pipeline stages hold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from stratc.analysis.case import Case
from stratc.analysis.layout.placement import layered
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("DV201", category=Category.GPU_COUNT, severity=Severity.ERROR)
def layer_in_two_stages(case: Case) -> Iterator[Finding]:
    """Two pipeline stages hold the same layer.

    ## What it finds
    Ranges of layers, listed stage by stage, that overlap.  Ranges include both ends.

    ## Why it matters
    A layer is computed once, in one stage; usually the ends of the ranges are off by one, and some other layer is
    missing.

    ## Example
    ```plan
    - **Layers**: 16
    - Stage 0: Layers 0-8
    - Stage 1: Layers 8-15 <!-- DV201 -->
    ```

    ## References
    - huang-2019, section 2.2
    """
    for before, after in pairwise(layered(case)):
        first, second = before.value, after.value
        if first.index == second.index or not first.layers or not second.layers:
            continue
        if second.layers[0] <= first.layers[1]:
            shared = range(second.layers[0], min(first.layers[1], second.layers[1]) + 1)
            which = f"layer {shared[0]}" if len(shared) == 1 else f"layers {shared[0]}-{shared[-1]}"
            yield Finding(
                at=after,
                message=f"{which} in stage {second.index} and in stage {first.index} "
                f"({first.layers[0]}-{first.layers[1]})",
                stated=second.layers[0],
                computed=first.layers[1] + 1,
                also=((before, "the same layers here"),),
                help="let every stage begin one layer after the end of the one before",
            )
