"""PE143: model FLOPs utilisation above that of the hardware."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import judged
from stratc.arith.unit import PERCENT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("PE143", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def mfu_above_hfu(case: Case) -> Iterator[Finding]:
    """The model FLOPs utilisation is above the hardware FLOPs utilisation.

    ## What it finds
    A plan with one MFU and one HFU, of which the first is the larger.

    ## Why it matters
    HFU counts every operation that the devices do, MFU only those that the model needs; what is recomputed is in the
    first alone.  With all layers recomputed 8 operations are done for every 6 that count.

    ## Example
    ```plan
    - **HFU**: 48%
    - **MFU**: 64%   <!-- PE143 -->
    ```

    ## References
    - chowdhery-2022, appendix B
    """
    for busy in judged(case, "utilisation.hfu"):
        for useful in judged(case, "utilisation.mfu"):
            if useful.value > busy.value:
                yield Finding(
                    at=useful,
                    message=f"{useful.quantity.show()} MFU stated, but the hardware computes at {busy.quantity.show()}",
                    stated=useful.value,
                    computed=busy.value,
                    unit=PERCENT,
                    also=((busy, "HFU stated here"),),
                    help="MFU leaves out what is recomputed, so that it is at most the HFU",
                )
