"""PI101: claimed utilisation against the bubble of the pipeline."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.schedule import micro_batches, most_busy, needed_for, pipeline_stages
from stratc.analysis.said.phase import trains
from stratc.analysis.said.promise import PROMISED, foremost, is_above, promises, said
from stratc.arith.term import Number, lift, plain
from stratc.arith.unit import PERCENT, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.ir.statement import CEILINGS
from stratc.rules.rule import Finding, rule

REACHED = 0.7  # of the peak while busy; published training runs stay clearly below
FULL = 0.95  # busy share that plans may call full
BUSY = ("utilisation", "utilisation.pipeline")


@rule("PI101", category=Category.PIPELINE, severity=Severity.ERROR)
def utilisation_above_bubble_bound(case: Case) -> Iterator[Finding]:
    """The claimed utilisation is more than the bubble of the pipeline leaves.

    ## What it finds
    Utilisation of devices or pipeline above the share m ÷ (m + p - 1) that m micro-batches on p stages can be busy;
    interleaving and zero-bubble schedules are allowed for where the plan names them.  Of a claimed range the low end
    counts.  Where a server batches continuously, or decodes with as many micro-batches as stages, what comes next may
    fill the bubble, so that it is only likely, and nothing where the plan says that it does.  Also a model FLOPs
    utilisation above that share; under a schedule that is named, one that is 70 % of the peak or more while the devices
    are busy is a remark, as is full use in words.

    ## Why it matters
    At both ends of every step the stages wait for each other.  No tuning wins that time back; only more
    micro-batches, fewer stages or another schedule do.

    ## Example
    ```plan
    - **Pipeline Parallelism**: 4-way
    - **Micro-batches**: 8
    - **Pipeline utilization**: 90%   <!-- PI101 -->
    ```

    ## References
    - huang-2019, section 2.3
    - narayanan-2021, section 2.2
    """
    bound = most_busy(case)
    if not trains(case) and any(case.mentions("bubble_filled")):
        return
    stages, count = figures(plain(pipeline_stages(case))), figures(plain(micro_batches(case)))
    refilled = _may_refill(case)
    busy = (claim for claim in promises(case, "utilisation") if claim.metric in BUSY)
    for claim in foremost(claim for claim in busy if is_above(claim, plain(bound))):
        share = min(claim.quantity.low, 0.999)
        yield Finding(
            at=claim,
            message=f"{said(claim)} utilisation claimed, but {count} micro-batches on {stages} stages keep "
            f"the devices busy for {show(plain(bound), PERCENT)} of the time at most",
            because=lift(bound),
            stated=claim.quantity.low,
            unit=PERCENT,
            certainty=Certainty.LIKELY if claim.scope.role is Role.TARGET or refilled else None,
            help=f"plan for {figures(plain(needed_for(case, share)))} micro-batches, or fewer stages",
        )
        return
    yield from _of_peak(case, bound, f"{count} micro-batches on {stages} stages")


def _may_refill(case: Case) -> bool:
    """Whether a server has other work for the stages: requests that join, or the next tokens of other micro-batches."""
    decodes = any(case.mentions("decode")) or case.has("workload.output_length")
    full = plain(micro_batches(case)) >= plain(pipeline_stages(case))
    return any(case.mentions("continuous_batching")) or (not trains(case) and decodes and full)


def _of_peak(case: Case, bound: Number, shape: str) -> Iterator[Finding]:
    """A share of the peak over all of the time, which the devices reach in the time that they are busy."""
    busy = plain(bound)
    for claim in foremost(promises(case, "utilisation.mfu")):
        if claim.relation in CEILINGS or not claim.quantity.low > REACHED * busy:
            continue
        beyond = is_above(claim, busy)
        if not beyond and not (case.has("strategy.schedule") and case.known("strategy.schedule").is_stated):
            continue  # another schedule may leave less idle
        while_busy = show(claim.quantity.low / busy, PERCENT)
        yield Finding(
            at=claim,
            message=f"{said(claim)} MFU claimed, but {shape} keep the devices busy for {show(busy, PERCENT)} of the "
            + ("time at most" if beyond else f"time at most, in which they would reach {while_busy} of their peak"),
            because=lift(bound),
            stated=claim.quantity.low,
            computed=busy,
            unit=PERCENT,
            severity=None if beyond else Severity.INFO,
            certainty=Certainty.LIKELY if beyond else Certainty.JUDGEMENT,
            help="plan for more micro-batches, or a lower utilisation",
        )
        return
    yield from _in_words(case, busy, shape)


def _in_words(case: Case, busy: float, shape: str) -> Iterator[Finding]:
    """Devices said to be fully used, beside a bubble that matters."""
    full = next(case.mentions("devices_full", roles=PROMISED), None)
    if full is not None and busy < FULL:
        yield Finding(
            at=full,
            message=f"full use of the devices claimed, but {shape} keep them busy for {show(busy, PERCENT)} of the "
            "time at most",
            severity=Severity.INFO,
            certainty=Certainty.JUDGEMENT,
            label="said here",
            help="say what is full: that every device has a part of the model, or that none waits",
        )
