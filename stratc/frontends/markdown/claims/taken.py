"""Which figures facts have used up, so that they are no claims besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.ir.scope import Topic
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratc.ir.statement import Statement


def taken_by(said: Iterable[Statement]) -> frozenset[int]:
    """Offsets of the figures that statements of facts have used up.

    A target is also a claim about its metric, and so are a share of peak outside the hardware section and a number of
    parameters that is counted for a device.
    """
    said = tuple(said)
    counted_on = any(each.subject == "hardware.peak_flops" for each in said)  # "200 TFLOPS, MFU 50 %": what is assumed
    return frozenset(
        each.span.start for each in said if not _is_also_claim(each) or (counted_on and each.subject == "hardware.mfu")
    )


def _is_also_claim(said: Statement) -> bool:
    achieved = said.subject == "hardware.mfu" and Topic.HARDWARE not in said.scope.topics[:1]
    part = said.subject == "model.parameters" and said.per not in (Per.UNSAID, Per.TOTAL)
    return said.subject.startswith("target.") or achieved or part
