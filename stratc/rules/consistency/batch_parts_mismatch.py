"""CN107: the batch against its micro-batches."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.schedule import BATCH, BATCH_PARTS, is_cut_without_pipeline
from stratc.arith.functions import product
from stratc.arith.term import Term, plain
from stratc.arith.unit import SEQUENCE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("CN107", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def batch_parts_mismatch(case: Case) -> Iterator[Finding]:
    """The batch is not its micro-batches times their size times the replicas.

    ## What it finds
    Stated figures for the global batch, the micro-batches of a step, the sequences of a micro-batch and the
    data-parallel degree that do not go together, where no pipeline counts on them.

    ## Why it matters
    Launchers take two of them and derive or check the third: DeepSpeed refuses to start, Megatron takes another number
    of micro-batches than the plan counts on.

    ## Example
    ```plan
    - **Global batch size**: 512 sequences   <!-- CN107 -->
    - **Micro-batch size**: 4
    - **Number of micro-batches**: 8
    - **Data parallelism**: DP = 8
    ```

    ## References
    - deepspeed-config, batch size related parameters
    """
    batch, replicas = case.known(BATCH), case.known("strategy.dp")
    needed = product(case.number(each) for each in BATCH_PARTS)
    count = plain(needed)
    if is_cut_without_pipeline(case) and batch.value not in (count, count / replicas.value):
        yield Finding(
            at=batch,
            message=f"a batch of {batch.value:,} stated, but {needed} = {count:,} sequences",
            because=needed if isinstance(needed, Term) else None,
            stated=batch.value,
            computed=count,
            unit=SEQUENCE,
            help="correct one of the parts",
            write=str(count),
        )
