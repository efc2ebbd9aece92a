"""CN127: a peak that is published of the named accelerator, but not for the precision of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.model.published import departures
from stratc.analysis.speed.peaks import MisreadPeak, misread_peaks
from stratc.arith.unit import FLOP_RATE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.published import departed
from stratc.rules.rule import Finding, rule

PEAK = "hardware.peak_flops"
PLAIN = (
    0.11  # of the peak in 16 bits, which the units for plain FP32 of no accelerator with matrix units exceed by much
)
TWICE, HALF, ROUNDED = 2.0, 0.5, 0.03
WIDE = ("fp16", "bf16")


@rule("CN127", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.DEFINITE)
def peak_of_another_kind(case: Case) -> Iterator[Finding]:
    """The plan counts on a peak of its accelerator that is that of something else.

    ## What it finds
    A peak given for a precision that the accelerator has for another one, or only with structured sparsity: a remark
    where it is neither called dense or the peak nor computed with.  Without a precision beside it, in a plan that
    computes in 16 bits: a stated peak of an eighth or less of the published one, as for plain FP32; and, as a remark,
    one of half of it, as for TF32, or of twice as much.  What lies in between may be derated, and of several peaks one
    may be that of the plan.

    ## Why it matters
    Times and rates that are worked out of the peak are wrong by the same factor.

    ## Example
    ```plan
    - **GPU type**: NVIDIA A100 80GB
    - **Peak compute**: 19.5 TFLOPS   <!-- CN127 -->
    - **Precision**: BF16
    ```

    ## References
    - the accelerator's entry in stratc/catalog/accelerators.toml, which names its source
    """
    misread = tuple(misread_peaks(case))
    for each in misread:
        found = _misread(each)
        yield found if each.counted_on else found.as_remark
    several = any(each.is_stated for one in case.plan.conflicts if one.key == PEAK for each in one.others)
    if several or misread or str(case.known("model.precision").value) not in WIDE:
        return
    name = case.known("hardware.accelerator")
    for key, stated, published in departures(case, (PEAK,)):
        ratio = stated.value / published.value
        if ratio < PLAIN:
            told = departed(key, stated, published, name, help="take the peak of 16-bit matrix products")
            yield replace(told, certainty=Certainty.LIKELY)
        elif isclose(ratio, HALF, rel_tol=ROUNDED) or isclose(ratio, TWICE, rel_tol=ROUNDED):
            what = "FP8, or with sparsity" if ratio > 1 else "TF32"
            told = departed(key, stated, published, name, help=f"take the dense peak in 16 bits, not that of {what}")
            yield told.as_remark


def _misread(peak: MisreadPeak) -> Finding:
    """A peak beside a precision that has another one."""
    quantity, precision = peak.claim.quantity, peak.precision.upper()
    right = quantity.show(peak.right)
    *others, last = peak.readings
    readings = f"{', '.join(others)} or {last}" if others else last
    return Finding(
        at=peak.claim,
        message=f"{quantity.show()} stated, but {peak.device} has {right} in {precision}, dense; "
        f"that is its peak {readings}",
        stated=peak.claim.value,
        computed=peak.right,
        unit=FLOP_RATE,
        help=f"take the dense peak in {precision}",
        certainty=None if peak.dense else Certainty.LIKELY,
    )
