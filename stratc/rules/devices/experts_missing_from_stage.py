"""DV207: experts divided among pipeline stages."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.placement import seated, stage_of
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known, Stated, value_or
from stratc.ir.values import ExpertSpan
from stratc.rules.rule import Finding, rule

BREATH = 40  # characters between the two figures of one remark
PLACE = "place all experts of a layer on the devices of its stage"


@rule("DV207", category=Category.SEMANTICS, severity=Severity.ERROR)
def experts_missing_from_stage(case: Case) -> Iterator[Finding]:
    """The placement gives a pipeline stage only some of the experts of its layers.

    ## What it finds
    Groups of experts listed under pipeline stages, or on their devices, that divide the experts of a layer among the
    stages. Silent where the lists do not add up to all experts, for then they are excerpts, and where experts are
    numbered through all layers.  Also experts of a device that, times the devices of one stage, are fewer than a layer
    has, in a plan that divides them by all its devices.

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
    placed = [(span, stage) for span in case.strategy.expert_spans if (stage := stage_of(case, span))]
    if any(span.value.experts[1] > experts.value for span, _ in placed):
        return  # numbered through all layers
    held: dict[int, list[Known[ExpertSpan]]] = {}
    for span, stage in placed:
        held.setdefault(stage.value.index, []).append(span)
    if (short := _divided(case, held, experts.value)) is not None:
        count = len(_hull(held[short]))
        counted = [claim for claim in case.claims("experts.stage") if claim.value == count]
        widest = max(held[short], key=lambda span: span.value.experts[1] - span.value.experts[0])
        yield Finding(
            at=counted[0] if counted else widest,
            message=f"stage {short} holds {figures(count)} of {figures(experts.value)} experts, "
            f"but each of its layers has all {figures(experts.value)}",
            stated=count,
            computed=experts.value,
            label="counted here" if counted else "placed here",
            also=(
                (experts, "experts of a layer"),
                *((span, "placed here") for span, _ in placed),
                *((claim, "counted here") for claim in case.claims("experts.stage")),
            ),
            help=PLACE,
        )
    elif len(held) == 1 and len(_hull(next(iter(held.values())))) == experts.value:
        yield from _on_one_stage(case, placed[0][0], next(iter(held)))
    else:
        yield from _counted(case, experts)


def _divided(case: Case, held: dict[int, list[Known[ExpertSpan]]], experts: int) -> int | None:
    """A stage that has only a part, where the lists of all stages, or of the first ones, divide the experts."""
    hulls = {index: _hull(spans) for index, spans in held.items()}
    numbers = [number for hull in hulls.values() for number in hull]
    if len(hulls) < 2 or len(set(numbers)) != len(numbers):
        return _overlapping(hulls, experts)
    sizes = {len(hull) for hull in hulls.values()}
    alike = len(sizes) == 1 and max(sizes) * value_or(case.strategy.pp, 1) == experts
    return next(iter(hulls)) if len(numbers) == experts or alike else None


def _overlapping(hulls: dict[int, range], experts: int) -> int | None:
    """The same where stages share experts; all of them together must still be there."""
    together = {number for hull in hulls.values() for number in hull}
    short = [index for index, hull in hulls.items() if len(hull) < experts]
    return short[0] if len(hulls) > 1 and len(together) == experts and short else None


def _hull(spans: list[Known[ExpertSpan]]) -> range:
    """The experts of a list; those between two of its lines may be left to dots."""
    return range(min(span.value.experts[0] for span in spans), max(span.value.experts[1] for span in spans) + 1)


def _on_one_stage(case: Case, first: Known[ExpertSpan], index: int) -> Iterator[Finding]:
    """A map that seats all experts in one of several stages; the others may be meant to be alike."""
    bare = [stage for stage in seated(case) if stage.value.index != index]
    if bare and first.value.stage is None and first.value.devices and not any(case.mentions("stages_alike")):
        experts = case.known("model.experts")
        yield Finding(
            at=first,
            message=f"all {figures(experts.value)} experts are placed in stage {index}, and none in stage "
            f"{bare[0].value.index}, whose layers have as many",
            severity=Severity.WARNING,
            certainty=Certainty.JUDGEMENT,
            label="placed here",
            also=((bare[0], "a stage without experts"),),
            help=PLACE,
        )


def _counted(case: Case, experts: Known[int]) -> Iterator[Finding]:
    """Experts said to be those of a stage that are a part of those of each layer."""
    stages = case.known("strategy.pp")
    for claim in case.claims("experts.stage"):
        if stages.value > 1 and claim.value * stages.value == experts.value:
            yield Finding(
                at=claim,
                message=f"{figures(claim.value)} experts a stage divide {figures(experts.value)} experts among "
                f"{figures(stages.value)} stages, but each layer has all of them",
                stated=claim.value,
                computed=experts.value,
                certainty=Certainty.LIKELY,
                also=((experts, "experts of a layer"), (stages, "stages")),
                help=PLACE,
            )
            return
    if not case.strategy.expert_spans:
        yield from _held_by_devices(case, experts, stages)


def _held_by_devices(case: Case, experts: Known[int], stages: Known[int]) -> Iterator[Finding]:
    """Experts of a device that are all experts over the devices of all stages."""
    held, devices = case.known("strategy.experts_per_device"), case.known("strategy.device_count")
    known = (held, devices, experts, stages)
    keys = ("strategy.experts_per_device", "strategy.device_count", "model.experts", "strategy.pp")
    stated = all(each.is_stated for each in known) and not case.has_several(*keys[1:])
    of_stage = devices.value // max(1, stages.value)
    if stated and stages.value > 1 and held.value * devices.value == experts.value and of_stage:
        yield Finding(
            at=_beside(held, devices),
            message=f"{figures(held.value)} experts on each of the {figures(devices.value)} devices, but a layer lies "
            f"on the {figures(of_stage)} devices of its stage, which with {figures(held.value)} each hold "
            f"{figures(held.value * of_stage)} of its {figures(experts.value)} experts",
            stated=held.value,
            computed=experts.value / of_stage,
            certainty=Certainty.LIKELY,
            also=((experts, "experts of a layer"), (stages, "stages")),
            help="divide the experts of a layer by the devices of a stage",
        )


def _beside(held: Known[int], devices: Known[int]) -> Known[int]:
    """The place of the experts of a device that counts the devices in the same breath, else all places."""
    counted = [span.start for span in devices.spans()]
    near = tuple(span for span in held.spans() if any(0 < start - span.end < BREATH for start in counted))
    return Known(held.value, Stated(near)) if near else held
