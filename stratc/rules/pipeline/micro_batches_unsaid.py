"""PI106: a promise about the pipeline without the number that decides it."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from stratc.analysis.case import Case
from stratc.analysis.layout.schedule import micro_batches, needed_for, pipeline_stages, schedule_of
from stratc.analysis.said.phase import trains
from stratc.analysis.said.promise import PROMISED, foremost, promises, said
from stratc.arith.term import Named, Number, lift, plain
from stratc.arith.unit import SECOND, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known, Missing, Stated
from stratc.ir.scope import Topic
from stratc.ir.statement import CEILINGS, Relation
from stratc.rules.rule import Finding, rule

WORTH_ASKING = 0.5  # below it, as many micro-batches as stages suffice


@rule("PI106", category=Category.PIPELINE, severity=Severity.INFO, certainty=Certainty.LIKELY)
def micro_batches_unsaid(case: Case) -> Iterator[Finding]:
    """The plan has pipeline stages, but its number of micro-batches is not said.

    ## What it finds
    Pipeline stages together with a utilisation, a small bubble or a pipeline schedule, and nothing from which the
    number of micro-batches follows.  It says how many the promise needs.  Stages beside a
    throughput or a latency alone are a remark.  A bubble given as a time is held against the time of a stage, where
    the plan states one.

    ## Why it matters
    That number alone decides the bubble: with one micro-batch on two stages half of the time is lost.

    ## Example
    ```plan
    - **Pipeline Parallelism**: 2-way
    - **GPU Utilization**: >85%   <!-- PI106 -->
    ```

    ## References
    - huang-2019, section 2.3
    """
    stages = pipeline_stages(case)
    if _follows(case):
        return
    count = figures(plain(stages))
    found = False
    # words on the bubble say more than a share of the devices, and less than one of the pipeline
    spoken = any(case.mentions("small_bubble", roles=PROMISED)) and not trains(case)
    for claim in foremost(promises(case, "utilisation.pipeline" if spoken else "utilisation")):
        share = claim.quantity.low
        fits = claim.metric in ("utilisation", "utilisation.pipeline") and WORTH_ASKING < share < 1
        if fits and claim.relation not in CEILINGS:
            needed = needed_for(case, share)
            found = True
            yield Finding(
                at=claim,
                message=f"{said(claim)} utilisation on {count} stages needs at least "
                f"{figures(plain(needed))} micro-batches, but the plan does not say how many there are",
                because=lift(needed),
                certainty=None if trains(case) else Certainty.JUDGEMENT,
                help="state the number of micro-batches, or batch size and micro-batch size",
            )
    timed = next(promises(case, "time.bubble"), None)
    if timed is not None and timed.value > 0:
        yield _of_time(case, timed, stages)
    elif not found:
        yield from _without_figure(case, count)


def _follows(case: Case) -> bool:
    if schedule_of(case) not in ("gpipe", "1f1b", "interleaved"):
        return True
    try:
        micro_batches(case)
    except Missing:
        return False
    return True


def _of_time(case: Case, timed: Claim, stages: Number) -> Finding:
    """A bubble in seconds: each stage but one waits for as long as one micro-batch takes in the others."""
    stage = next((each for each in case.claims("latency.stage") if each.relation is Relation.IS), None)
    waits = None
    if stage is not None and stage.value > timed.value:
        waits = lift((stages - 1) * Named("of a stage", stage.value, stage, stage.quantity.unit))
    least = f", and a batch that is not cut leaves {waits} = {show(waits.value, SECOND)}" if waits is not None else ""
    needed = f": it takes {figures(ceil(waits.value / timed.value))} of them" if waits is not None else ""
    return Finding(
        at=timed,
        message=f"{said(timed)} of bubble depend on the number of micro-batches, which the plan does not say{least}"
        f"{needed}",
        because=waits,
        stated=timed.value,
        unit=SECOND,
        certainty=None if trains(case) else Certainty.JUDGEMENT,
        help="state the number of micro-batches, or batch size and micro-batch size",
    )


def _without_figure(case: Case, count: str) -> Iterator[Finding]:
    """The first place that speaks of the bubble or the schedule; else, where speed is promised, of the stages.

    Nothing where the plan works its bubble out, for then it says of how many micro-batches.
    """
    if any(each.working is not None for each in case.claims("bubble")):
        return
    places = [*case.mentions("small_bubble", roles=PROMISED)]
    fact = case.fact("strategy.schedule")
    known = fact if isinstance(fact, Known) and fact.is_stated else None
    at = places[0] if places else known
    stages = case.known("strategy.pp")
    if at is not None or (stages.is_stated and any(case.claims("throughput", "latency"))):
        yield Finding(
            at=at or _place(case, stages),
            certainty=None if at is not None else Certainty.JUDGEMENT,
            message=f"the bubble of {count} stages depends on the number of micro-batches, which the plan does not "
            f"say; with one, each stage works for 1 ÷ {count} of the time",
            help="state the number of micro-batches, or batch size and micro-batch size",
            label="said here",
        )


def _place(case: Case, stages: Known[int]) -> Known[int]:
    """The number of stages where a section or a line on the pipeline alone gives it, else wherever it stands."""
    named = tuple(case.mentions("pipeline_parallel"))
    contexts = {each.context for each in named if each.scope.topics[:1] == (Topic.PIPELINE,)}
    if not contexts:
        others = {each.context for each in case.mentions("tensor_parallel", "expert_parallel", "data_parallel")}
        contexts = {each.context for each in named} - others
    inside = tuple(span for span in stages.spans() if any(span in context for context in contexts))
    return Known(stages.value, Stated(inside)) if inside else stages
