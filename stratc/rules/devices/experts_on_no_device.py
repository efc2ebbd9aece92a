"""DV221: numbers that a map of experts leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.ir.values import ExpertSpan
from stratc.rules.rule import Finding, rule

FEWEST = 3  # ranges that make a map


@rule("DV221", category=Category.GPU_COUNT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def experts_on_no_device(case: Case) -> Iterator[Finding]:
    """A map of experts to devices leaves out some numbers between others.

    ## What it finds
    Ranges of experts, each on devices of its own, with a hole between two neighbours that is smaller than both.  Silent
    where a whole range is left out, for then the map is an excerpt, and where experts are placed twice.

    ## Why it matters
    A token that is routed to an expert without a device cannot be processed.

    ## Example
    ```plan
    - GPU 0: experts 0-7
    - GPU 1: experts 8-15
    - GPU 2: experts 17-23   <!-- DV221 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    placed = {span.value.experts: span for span in case.strategy.expert_spans if span.value.devices}
    if len(placed) < FEWEST or len({span.value.stage for span in placed.values()}) > 1:
        return
    spans = [placed[experts] for experts in sorted(placed)]
    if any(_gap(one, other) < 0 for one, other in pairwise(spans)):
        return
    for one, other in pairwise(spans):
        if 0 < (gap := _gap(one, other)) < min(_size(one), _size(other)):
            first = one.value.experts[1] + 1
            which = f"expert {first} is" if gap == 1 else f"experts {first} to {first + gap - 1} are"
            yield Finding(
                at=other,
                message=f"{figures(one.value.experts[1])} is the last expert before, {figures(first + gap)} the first "
                f"here, so {which} on no device",
                stated=first + gap,
                computed=first,
                also=((one, "placed before"),),
                help="place every expert once",
            )


def _gap(one: Known[ExpertSpan], other: Known[ExpertSpan]) -> int:
    """Experts between two ranges; below zero where they overlap."""
    return other.value.experts[0] - one.value.experts[1] - 1


def _size(span: Known[ExpertSpan]) -> int:
    first, last = span.value.experts
    return last - first + 1
