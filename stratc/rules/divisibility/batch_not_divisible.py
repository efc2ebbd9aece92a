"""DI106: the global batch over replicas and micro-batches."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.legality import batches
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("DI106", category=Category.DIVISIBILITY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def batch_not_divisible(case: Case) -> Iterator[Finding]:
    """The batch cannot be split evenly over replicas and micro-batches.

    ## What it finds
    A global batch that the data-parallel degree, times the micro-batch size, does not divide; or one that the stated
    number of micro-batches does not divide; where both fail, the replicas are named.  Batches smaller than the parts
    they are cut into are the business of other rules, and serving is left alone: an engine takes requests as they come.

    ## Why it matters
    Megatron-LM and DeepSpeed check the equation at the start and stop.

    ## Example
    ```plan
    Pre-training run.

    - **Global batch size**: 100 sequences
    - **Data Parallelism**: 16-way <!-- DI106 -->
    ```

    ## References
    - narayanan-2021, section 3.1
    - megatron-core, micro-batch calculator
    """
    if case.known("workload.phase").value != "training":
        return
    for shares in batches(case):
        if shares.legal:
            continue
        yield Finding(
            at=shares.degree,
            message=f"{shares}, which is no whole number of sequences or micro-batches",
            because=shares.working,
            stated=shares.degree.value,
            help="choose a batch that is a multiple of replicas times micro-batch size",
        )
        return  # micro-batches that were counted from the same batch fail with it
