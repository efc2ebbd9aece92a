"""DV203: a stage that holds layers the model does not have."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.placement import base_of, layered
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

STAGE = "strategy.stage"  # whose second copy may have other layers


@rule("DV203", category=Category.GPU_COUNT, severity=Severity.ERROR)
def layer_out_of_range(case: Case) -> Iterator[Finding]:
    """A pipeline stage holds layers beyond the last one of the model.

    ## What it finds
    A range of layers that ends after the model's last layer: L - 1 where the stages count from 0, L where they count
    from 1.

    ## Why it matters
    The layers or the stages are miscounted, and every figure per stage with them.

    ## Example
    ```plan
    - **Layers**: 32
    - Stage 0: Layers 0-15
    - Stage 1: Layers 16-32 <!-- DV203 -->
    ```

    ## References
    - huang-2019, section 2.2
    """
    stages, layers = layered(case), case.known("model.layers")
    lowest = min((stage.value.layers[0] for stage in stages if stage.value.layers), default=-1)
    base = base_of(lowest)
    last = layers.value - 1 + (1 if base is None else base)
    others = [each for conflict in case.plan.conflicts if conflict.key == STAGE for each in conflict.others]
    for stage in (*stages, *others):
        if stage.value.layers and stage.value.layers[1] > last and not _is_next(stage.value.layers, layers.value):
            yield Finding(
                at=stage,
                message=f"stage {stage.value.index} ends with layer {figures(stage.value.layers[1])}, but the last of "
                f"{figures(layers.value)} layers is {figures(last)}",
                stated=stage.value.layers[1],
                computed=last,
                also=((layers, "layers of the model"),),
                certainty=Certainty.LIKELY if stage in others else None,
                help="correct the range or the number of layers",
            )


def _is_next(span: tuple[int, int], layers: int) -> bool:
    """Whether a stage has as many layers as are counted and begins after them: the count is that of a stage."""
    return span[1] - span[0] + 1 == layers <= span[0]
