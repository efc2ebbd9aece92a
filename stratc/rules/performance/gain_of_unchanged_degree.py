"""PE163: a gain over the current strategy for a degree that it has."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import said
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule

GAINS = ("speedup.throughput", "speedup.latency", "increase.throughput", "reduction.latency")


@rule("PE163", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def gain_of_unchanged_degree(case: Case) -> Iterator[Finding]:
    """A gain is credited to a degree that the current strategy has as well.

    ## What it finds
    A factor on throughput or latency that equals a degree and is credited to it, where the strategy that is called the
    current one states the same degree and no other value of it is found.

    ## Why it matters
    What does not change cannot make a difference: the gain has another reason, or there is none.

    ## Example
    ```plan
    - **Current strategy**: TP = 4, DP = 8
    - **Optimised strategy**: TP = 4, DP = 8, with overlap

    ## Throughput
    - **Data parallelism**: 8× baseline throughput   <!-- PE163 -->
    ```

    ## References
    - amdahl-1967
    """
    current = tuple(case.mentions("current_degrees"))
    for claim in case.claims(*GAINS) if current else ():
        key = f"strategy.{claim.cause}"
        if claim.cause not in ("tp", "pp", "ep", "dp", "cp") or case.has_several(key):
            continue
        degree = case.fact(key)
        if not isinstance(degree, Known) or degree.value != claim.value or degree.value <= 1:
            continue
        if any(span in each.context for each in current for span in degree.spans()):
            yield Finding(
                at=claim,
                message=f"{said(claim)} credited to {claim.cause} = {figures(degree.value)}, which the current "
                "strategy has as well",
                stated=claim.value,
                computed=1.0,
                also=((degree, "the degree"), (current[0], "called the current one")),
                help="credit the gain to what changes",
            )
            return
