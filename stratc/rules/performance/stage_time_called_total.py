"""PE209: the time of one stage given as that of the whole pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from operator import itemgetter

from stratc.analysis.case import Case
from stratc.analysis.layout.schedule import pipeline_stages
from stratc.arith.functions import total
from stratc.arith.term import Named, Term, lift, plain
from stratc.arith.unit import SECOND, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

STAGE = "latency.stage"
TIMES = ("latency", "communication.time")
SHARE = 0.6  # of the total that the figures of a stage must make up; bubbles and transfers are added once
OVER = 1.03  # of the total that they may exceed by rounding


@rule("PE209", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def stage_time_called_total(case: Case) -> Iterator[Finding]:
    """The latency of a pass adds up the times of one pipeline stage, though it runs through all of them.

    ## What it finds
    A total latency in a section that lists times per stage which make up most of it, and no more than it, in a plan
    with several stages.  Silent where a total of all stages, or a time per micro-batch, is worked out.

    ## Why it matters
    A batch passes the stages one after another: the latency is that of all of them, and a throughput computed from one
    stage's time is too high unless the pipeline is kept full.

    ## Example
    ```plan
    - **Pipeline parallelism**: PP = 4

    ## Latency
    - **Computation per stage**: 30 ms
    - **Communication per stage**: 20 ms
    - **Total latency**: 50 ms   <!-- PE209 -->
    ```

    ## References
    - huang-2019, section 2.3
    """
    stages = pipeline_stages(case)
    placed = sorted(((place, each) for each in case.claims(*TIMES) for place in each.places), key=itemgetter(0))
    times = [(place == each.places[0], each) for place, each in placed]
    for n, (is_first, claim) in enumerate(times):
        if is_first and _is_total(claim):
            parts = _of_a_stage(times[:n], claim)
            spent = sum(part.value for part in parts)
            if parts and SHARE * claim.value <= spent <= OVER * claim.value:
                term = lift(stages) * _sum(parts)
                yield Finding(
                    at=claim,
                    message=f"{claim.quantity.show()} for a pass through {figures(plain(stages))} stages, but one "
                    f"stage alone takes {show(spent, SECOND)}: {term} = {show(term.value, SECOND)}",
                    because=term,
                    stated=claim.value,
                    unit=SECOND,
                    help="add the times of all stages, or say that this is the time between two batches",
                )


def _is_total(claim: Claim) -> bool:
    return claim.metric in ("latency.step", "latency.forward") and claim.per is Per.TOTAL and claim.working is None


def _of_a_stage(before: list[tuple[bool, Claim]], whole: Claim) -> tuple[Claim, ...]:
    """The times of a stage listed under the total's heading before it, those of its layers multiplied out included.

    A time that was said further up as well stands under that heading by its later place.
    """
    path = whole.scope.path
    run = takewhile(lambda each: each[1].scope.path == path or not each[0], reversed(before))
    near = tuple({id(each): each for _, each in run}.values())[::-1]
    if not any(map(_is_of_stage, near)):
        return ()
    return tuple(each for each in near if _is_of_stage(each) or (each.per is Per.LAYER and each.working is not None))


def _is_of_stage(claim: Claim) -> bool:
    return claim.per is Per.STAGE or claim.metric == STAGE


def _sum(parts: tuple[Claim, ...]) -> Term:
    return lift(total(Named("a stage", part.value, part, part.quantity.unit) for part in parts))
