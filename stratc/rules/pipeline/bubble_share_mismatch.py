"""PI105: a claimed bubble against the one of the schedule."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.throughput import every_said_with
from stratc.analysis.layout.schedule import (
    INTERLEAVED,
    idle_overhead,
    least_idle_share,
    micro_batches,
    pipeline_stages,
    schedule_of,
)
from stratc.analysis.said.factors import figures_of
from stratc.analysis.said.promise import is_below, promises, said
from stratc.arith.term import Apply, Named, Number, Term, lift, plain
from stratc.arith.unit import PERCENT, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import value_or
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

NEAR = 1.25  # times are rounded


@rule("PI105", category=Category.PIPELINE, severity=Severity.ERROR)
def bubble_share_mismatch(case: Case) -> Iterator[Finding]:
    """The claimed bubble is smaller than stages and micro-batches allow.

    ## What it finds
    A bubble below (p - 1) ÷ (m + p - 1), the idle share of a step; figures relative to the ideal time, (p - 1) ÷ m, are
    larger and therefore never flagged.  So is a bubble in seconds, against the whole time that the same list gives.

    ## Why it matters
    The bubble bounds the utilisation and the step time; both are promised too well.

    ## Example
    ```plan
    - **Pipeline Parallelism**: 8-way
    - **Micro-batches**: 16
    - **Pipeline bubble**: 10%   <!-- PI105 -->
    ```

    ## References
    - huang-2019, section 2.3
    - narayanan-2021, section 2.2
    """
    share = least_idle_share(case)
    stages, count = figures(plain(pipeline_stages(case))), figures(plain(micro_batches(case)))
    finest = schedule_of(case) == INTERLEAVED and not case.has("strategy.vpp")
    beside = "even with one layer a chunk" if finest else f"{show(plain(idle_overhead(case)), PERCENT)} of the ideal"
    for claim in promises(case, "bubble"):
        if is_below(claim, plain(share)):
            yield Finding(
                at=claim,
                message=f"a bubble of {said(claim)} claimed, but {count} micro-batches on {stages} stages "
                f"leave {show(plain(share), PERCENT)} of the step idle ({beside})",
                because=lift(share),
                stated=claim.value,
                unit=PERCENT,
                help="plan for more micro-batches, or name the schedule that has this bubble",
                rival=_counts_otherwise(case, claim),
                write="" if finest else claim.quantity.corrected(plain(share)),
            )
    yield from _of_times(case, share, f"{count} micro-batches on {stages} stages")


def _counts_otherwise(case: Case, claim: Claim) -> bool:
    """Whether a bubble is worked out for micro-batches that its sentence counts anew, or for the chunks of stages."""
    if claim.working is None:
        return False
    count = plain(micro_batches(case))
    anew = {float(each.value) for each in every_said_with(case, "workload.micro_batches", claim)} - {count}
    counts = {each.value for each in figures_of(claim.working)}
    return bool(anew & counts) or _multiplies(claim.working, count) or _counts_chunks(case, claim.working, count)


def _counts_chunks(case: Case, working: Term, count: float) -> bool:
    """Whether a working divides the idle slots by those of several chunks of each stage: 5 ÷ (2 × 48 + 5) as 5 ÷ 101.

    The idle share of interleaved 1F1B with v chunks is (p - 1) ÷ (v × m + p - 1): narayanan-2021, section 2.2.  One
    that is the data-parallel degree rather counts the micro-batches of all replicas.
    """
    idle = plain(pipeline_stages(case)) - 1
    if not isinstance(working, Apply) or working.op != "÷" or working.left.value != idle or idle < 1:
        return False
    slots = (working.right.value, working.right.value - idle)
    others = (1.0, float(value_or(case.plan.strategy.dp, 1)))
    return any(each % count == 0 and each / count not in others for each in slots)


def _multiplies(working: Term, count: float) -> bool:
    """Whether a working multiplies a figure with another one."""
    if not isinstance(working, Apply):
        return False
    factor = working.op == "×" and count in (working.left.value, working.right.value)
    return factor or _multiplies(working.left, count) or _multiplies(working.right, count)


def _of_times(case: Case, share: Number, what: str) -> Iterator[Finding]:
    """A bubble in seconds over the longest time of its list, which holds it."""
    for claim in promises(case, "time.bubble"):
        wholes = [
            each for each in case.claims("latency.step", "latency.forward") if each.scope.path == claim.scope.path
        ]
        whole = max(wholes, key=lambda each: each.value, default=None)
        if whole is None or claim.relation is not Relation.IS or claim.value >= whole.value:
            continue
        part = Named("bubble", claim.value, claim, claim.quantity.unit)
        ratio = lift(part / Named("in all", whole.value, whole, whole.quantity.unit))
        if ratio.value * NEAR < plain(share):
            yield Finding(
                at=claim,
                message=f"a bubble of {ratio} = {show(ratio.value, PERCENT)} of the time, but {what} leave "
                f"{show(plain(share), PERCENT)} of it idle",
                because=ratio,
                stated=ratio.value,
                computed=plain(share),
                unit=PERCENT,
                certainty=Certainty.LIKELY,
                severity=Severity.WARNING,
                help="plan for more micro-batches, or give the bubble that these leave",
            )
