"""DV207: experts divided among pipeline stages."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.placement import stage_of
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.origin import Known
from stratc.ir.values import ExpertSpan
from stratc.rules.rule import Finding, rule


@rule("DV207", category=Category.SEMANTICS, severity=Severity.ERROR)
def experts_missing_from_stage(case: Case) -> Iterator[Finding]:
    """The placement gives a pipeline stage only some of the experts of its layers.

    ## What it finds
    Groups of experts listed under pipeline stages, or on their devices, that divide the experts of a layer among the
    stages. Silent where the lists do not add up to all experts, for then they are excerpts, and where experts are
    numbered through all layers.

    ## Why it matters
    Pipeline parallelism divides layers, expert parallelism the experts of each layer.  Every stage needs all experts
    of its own layers: a token that is routed to an expert that stands in another stage cannot be processed.

    ## Example
    ```plan
    - **Experts**: 16 per layer
    - **Pipeline Parallelism**: 2-way

    Stage 0 (Layers 0-7):
      Expert 0-7: GPUs 0-7 <!-- DV207 -->

    Stage 1 (Layers 8-15):
      Expert 8-15: GPUs 8-15
    ```

    ## References
    - lepikhin-2020, section 3
    - narayanan-2021, section 2.2
    """
    experts = case.known("model.experts")
    held: dict[int, set[int]] = {}
    placed = [(span, stage) for span in case.strategy.expert_spans if (stage := stage_of(case, span))]
    if any(span.value.experts[1] > experts.value for span, _ in placed):
        return  # numbered through all layers
    for span, stage in placed:
        held.setdefault(stage.value.index, set()).update(_members(span))
    together = set().union(*held.values())
    short = [index for index, group in held.items() if len(group) < experts.value]
    if len(held) < 2 or len(together) != experts.value or not short:
        return
    group = held[short[0]]
    here = [span for span, stage in placed if stage.value.index == short[0]]
    yield Finding(
        at=max(here, key=lambda span: len(_members(span))),
        message=f"stage {short[0]} holds {figures(len(group))} of {figures(experts.value)} experts, "
        f"but each of its layers has all {figures(experts.value)}",
        stated=len(group),
        computed=experts.value,
        label="placed here",
        also=((experts, "experts of a layer"), *((span, "placed here") for span, _ in placed)),
        help="place all experts of a layer on the devices of its stage",
    )


def _members(span: Known[ExpertSpan]) -> range:
    first, last = span.value.experts
    return range(first, last + 1)
