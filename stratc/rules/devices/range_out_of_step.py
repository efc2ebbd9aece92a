"""DV143: a range of a map that breaks the series of the others."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("DV143", category=Category.GPU_COUNT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def range_out_of_step(case: Case) -> Iterator[Finding]:
    """One range of a map of devices, layers or experts does not follow the one before it.

    ## What it finds
    A bare fence, or the column of a table, that lists three ranges or more of one kind, of which one overlaps another
    or leaves a part of one out, while all others take equal steps or begin where the one before ends.

    ## Why it matters
    What stands in two ranges is placed twice; what stands in none is not placed at all.

    ## Example
    ````plan
    ```
    rank 0   E0-E7
    rank 1   E8-E15
    rank 2   E16-E23
    rank 3   E16-E23 <!-- DV143 -->
    ```
    ````

    ## References
    - narayanan-2021, section 3
    """
    placed = {span for stage in case.strategy.stages for span in stage.spans()}
    placed |= {span for experts in case.strategy.expert_spans for span in experts.spans()}
    for claim in case.claims("map.range"):
        if any(span.start <= claim.places[0].start and claim.places[0].end <= span.end for span in placed):
            continue  # of which the rules of stages and experts speak
        yield Finding(
            at=claim,
            message=f"{claim.quantity.low:.0f}-{claim.quantity.high:.0f} breaks the series of the map, in which "
            f"{claim.cause} would follow",
            help="give every range the numbers that follow those of the one before",
        )
