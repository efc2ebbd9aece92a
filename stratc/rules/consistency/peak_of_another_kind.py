"""CN127: a peak that is published of the named accelerator, but not for the precision of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.published import departures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.published import departed
from stratc.rules.rule import Finding, rule

PEAK = "hardware.peak_flops"
PLAIN = (
    0.11  # of the peak in 16 bits, which the units for plain FP32 of no accelerator with matrix units exceed by much
)
TWICE, HALF, ROUNDED = 2.0, 0.5, 0.03
WIDE = ("fp16", "bf16")


@rule("CN127", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def peak_of_another_kind(case: Case) -> Iterator[Finding]:
    """The plan computes in 16 bits, and counts on a peak of its accelerator that is that of something else.

    ## What it finds
    A stated peak of an eighth or less of the one published for the named accelerator, as for plain FP32; and, as a
    remark, one of half of it, as for TF32, or of twice as much, as for FP8 or with structured sparsity.  What lies in
    between may be derated, and of several peaks one may be that of the plan.

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
    several = any(each.is_stated for one in case.plan.conflicts if one.key == PEAK for each in one.others)
    if several or str(case.known("model.precision").value) not in WIDE:
        return
    name = case.known("hardware.accelerator")
    for key, stated, published in departures(case, (PEAK,)):
        ratio = stated.value / published.value
        if ratio < PLAIN:
            yield departed(key, stated, published, name, help="take the peak of 16-bit matrix products")
        elif isclose(ratio, HALF, rel_tol=ROUNDED) or isclose(ratio, TWICE, rel_tol=ROUNDED):
            what = "FP8, or with sparsity" if ratio > 1 else "TF32"
            told = departed(key, stated, published, name, help=f"take the dense peak in 16 bits, not that of {what}")
            yield told.as_remark
