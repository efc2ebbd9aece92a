"""SE118: a batch split over tensor-parallel devices."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("SE118", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def batch_split_by_tensor(case: Case) -> Iterator[Finding]:
    """The batch is said to be split over the devices of tensor parallelism.

    ## What it finds
    "The batch is split across the TP dimension", in a sentence that names no data or sequence parallelism.

    ## Why it matters
    Tensor parallelism splits matrices: every device of a group sees every sequence of the batch.  Activations, cache
    and all-reduces are planned too small by the degree where the batch is thought to be divided.

    ## Example
    ```plan
    - **Tensor parallelism**: TP = 4
    - The input batch is split across the TP dimension   <!-- SE118 -->
    ```

    ## References
    - shoeybi-2019, section 3
    """
    degree = case.known("strategy.tp")
    for mention in case.mentions("batch_split_by_tensor"):
        if degree.value > 1:
            yield Finding(
                at=mention,
                message=f"the batch said to be split {degree.value} ways by tensor parallelism, which splits matrices: "
                "each of its devices computes on the whole batch",
                label="said here",
                also=((degree, "tensor parallelism"),),
                help="name the degree that divides the batch, which is data parallelism",
            )
