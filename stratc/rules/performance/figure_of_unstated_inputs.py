"""PE274: a figure without a working, whose inputs the plan does not state."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.unstated import (
    OF_MEMORY,
    OF_WORK,
    unstated,
    unworked_memory,
    unworked_rates,
    unworked_times,
    unworked_utilisations,
)
from stratc.analysis.said.promise import said
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

KINDS = (
    (unworked_rates, OF_WORK, Category.THROUGHPUT),
    (unworked_times, OF_WORK, Category.LATENCY),
    (unworked_utilisations, OF_WORK, Category.THROUGHPUT),
    (unworked_memory, OF_MEMORY, Category.MEMORY),
)


@rule("PE274", category=Category.THROUGHPUT, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def figure_of_unstated_inputs(case: Case) -> Iterator[Finding]:
    """A rate, a time, a utilisation or a memory total is given that nobody can work out from the plan.

    ## What it finds
    The first such figure of its kind, in a plan that works out none of the kind, and states neither the size of the
    model or what a device can do (for memory: the size or the precision), nor the batch or the length of the sequences.
    Silent where the plan was measured, and for memory that is given by its parts.

    ## Why it matters
    A figure that follows from nothing can be neither checked nor carried over to another load or another device.

    ## Example
    ```plan
    - **Strategy**: EP8, TP2
    - **Total GPUs**: 16
    - **Experts per layer**: 8

    ## Expected performance
    - **Throughput**: 90,000 tokens/s   <!-- PE274 -->
    ```

    ## References
    - kaplan-2020, section 2.1
    """
    for found, inputs, category in KINDS:
        claims, missing = found(case), unstated(case, inputs)
        if claims and missing:
            yield Finding(
                at=claims[0],
                message=f"{said(claims[0])} without a working, and nobody can check it: the plan states neither "
                f"{' nor '.join(missing)}",
                stated=claims[0].value,
                unit=claims[0].quantity.unit,
                category=category,
                help="state what it rests on and derive it, or say where it was measured",
            )
