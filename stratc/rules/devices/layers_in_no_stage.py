"""DV202: layers that no stage holds."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.placement import Stage, base_of, is_complete, layered
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("DV202", category=Category.GPU_COUNT, severity=Severity.ERROR)
def layers_in_no_stage(case: Case) -> Iterator[Finding]:
    """No pipeline stage holds some of the layers.

    ## What it finds
    Stages, all of them listed with their layers, that together hold fewer layers than the model has, or leave some out
    between two of them where its number of layers is not said.  Silent where fewer stages are listed than the plan
    has, for then the list is an excerpt.

    ## Why it matters
    The model cannot be computed without these layers, and the memory of the stages is counted too low.

    ## Example
    ```plan
    - **Layers**: 24
    - **Pipeline Parallelism**: 2-way
    - Stage 0: Layers 0-9
    - Stage 1: Layers 10-19 <!-- DV202 -->
    ```

    ## References
    - huang-2019, section 2.2
    """
    stages, layers = layered(case), case.fact("model.layers")
    base = base_of(min((stage.value.layers[0] for stage in stages if stage.value.layers), default=-1))
    if base is None or not is_complete(case, stages):
        return
    held = max(stage.value.layers[1] for stage in stages if stage.value.layers) + 1 - base
    every = layers.value if isinstance(layers, Known) else held
    missing = tuple(_gaps(stages, base, every + base))
    count = sum(stop - start for start, stop in missing)
    if not count:
        return
    first = missing[0][0]
    which = f"layer {first}" if count == 1 else f"{count} layers from {first} on"
    after = (stage for stage in stages if stage.value.layers and stage.value.layers[0] > first)
    at = next(after, stages[-1])
    yield Finding(
        at=at,
        message=f"the {len(stages)} stages hold {figures(every - count)} of {figures(every)} layers, "
        f"{which} in no stage",
        stated=every - count,
        computed=every,
        also=(
            *(((layers, "layers of the model"),) if isinstance(layers, Known) else ()),
            *((stage, "placed here") for stage in stages if stage is not at),
        ),
        certainty=None if isinstance(layers, Known) else Certainty.LIKELY,
        help="place every layer once",
    )


def _gaps(stages: tuple[Stage, ...], start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Ranges of layers, without their ends, that no stage holds."""
    for stage in stages:
        if stage.value.layers:
            first, last = stage.value.layers
            if first > start:
                yield start, min(first, stop)
            start = max(start, last + 1)
    if start < stop:
        yield start, stop
