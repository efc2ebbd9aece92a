"""PE217: a time that takes the devices to compute at their peak."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.said.factors import product_of
from stratc.arith.term import plain
from stratc.arith.unit import FLOP_RATE, SECOND, UNITS, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

USUAL = 0.5  # of the peak, about what well-tuned runs of large models come to
TIMES = ("latency.prefill", "latency.ttft", "latency.step", "latency.forward", "time.compute")
SCALES = tuple(UNITS[name].scale for name in ("FLOP/s", "TFLOP/s", "PFLOP/s"))


@rule("PE217", category=Category.LATENCY, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def time_at_full_peak(case: Case) -> Iterator[Finding]:
    """A time is worked out as if the devices computed at their peak all the time.

    ## What it finds
    A working that divides operations by devices × peak, with no utilisation in it, in a plan that states none.

    ## Why it matters
    Well-tuned runs come to about half of the peak.  The time is a bound from below, and twice as much is to be counted
    on.

    ## Example
    ```plan
    - **Peak**: 300 TFLOPS per GPU, 16 GPUs
    - **Prefill**: 480 TFLOP / (16 × 300) = 100 ms   <!-- PE217 -->
    ```

    ## References
    - chowdhery-2022, table 3
    """
    if case.has("hardware.mfu") or any(case.claims("utilisation.mfu")):
        return
    peak = plain(case.number("hardware.peak_flops"))
    for claim in case.claims(*TIMES):
        parts = product_of(claim.working) if claim.working is not None else None
        if parts is None or any(0 < each.value < 1 for each in (*parts.over, *parts.under)):
            continue
        if any(isclose(each.value * scale, peak, rel_tol=1e-3) for each in parts.under for scale in SCALES):
            usual = claim.value / USUAL
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} at the full peak of {show(peak, FLOP_RATE)}, but "
                f"{claim.quantity.show(usual)} at half of it, as tuned runs come to",
                stated=claim.value,
                computed=usual,
                unit=SECOND,
                help="state the utilisation that the time counts on",
            )
            return
