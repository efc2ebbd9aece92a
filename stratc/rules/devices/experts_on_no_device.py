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
    Ranges of experts, each on devices of its own, with a hole between two neighbours that is smaller than both; and
    where all ranges are of one size but the last one, which is smaller and ends before the last expert.  Silent where a
    whole range is left out, for then the map is an excerpt, and where experts are placed twice.

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
    yield from _at_end(case, spans)


def _at_end(case: Case, spans: list[Known[ExpertSpan]]) -> Iterator[Finding]:
    """The last range of a map, shorter than all others by the experts that are left."""
    last, sizes = spans[-1], {_size(span) for span in spans[:-1]}
    experts = case.known("model.experts")
    missing = experts.value - 1 - last.value.experts[1]
    if spans[0].value.experts[0] == 0 and len(sizes) == 1 and missing == min(sizes) - _size(last) > 0:
        first = last.value.experts[1] + 1
        which = f"expert {first} is" if missing == 1 else f"experts {first} to {first + missing - 1} are"
        yield Finding(
            at=last,
            message=f"{figures(first - 1)} is the last expert of the map, {figures(experts.value - 1)} of the layer, "
            f"so {which} on no device",
            stated=first - 1,
            computed=experts.value - 1,
            also=((experts, "the experts"),),
            help="place every expert once",
        )


def _gap(one: Known[ExpertSpan], other: Known[ExpertSpan]) -> int:
    """Experts between two ranges; below zero where they overlap."""
    return other.value.experts[0] - one.value.experts[1] - 1


def _size(span: Known[ExpertSpan]) -> int:
    first, last = span.value.experts
    return last - first + 1
