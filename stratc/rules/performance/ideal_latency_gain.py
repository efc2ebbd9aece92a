"""PE205: a latency gain as large as the degree that is said to bring it."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.said.promise import promises, said
from stratc.arith.term import lift, plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("PE205", category=Category.LATENCY, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def ideal_latency_gain(case: Case) -> Iterator[Finding]:
    """A latency falls by the whole tensor-parallel degree, as if its collectives took no time.

    ## What it finds
    A latency gain credited to tensor parallelism that equals its degree, from four devices on.

    ## Why it matters
    Two all-reduces a layer and smaller matrices take part of the gain; a target built on the ideal is missed.

    ## Example
    ```plan
    - **Tensor Parallelism (TP)**: 8-way
      - Tensor parallelism provides 8x latency reduction   <!-- PE205 -->
    ```

    ## References
    - narayanan-2021, section 3.2
    """
    degree = case.number("strategy.tp")
    for claim in promises(case, "speedup.latency"):
        if claim.cause == "tp" and plain(degree) >= 4 and isclose(claim.value, plain(degree), rel_tol=0.01):
            yield Finding(
                at=claim,
                message=f"{said(claim)}x lower latency claimed for {degree}: {figures(plain(degree))}x is the ideal "
                "without the all-reduces of each layer",
                because=lift(degree),
                stated=claim.value,
            )
