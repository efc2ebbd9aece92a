"""CN107: the batch against its micro-batches."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Term
from stratc.arith.unit import SEQUENCE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.rules.rule import Finding, rule

PARTS = ("workload.micro_batches", "workload.micro_batch_size", "strategy.dp")


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
    batch = case.known("workload.batch_size")
    parts = [case.known(key) for key in PARTS]
    needed = case.number(PARTS[0]) * case.number(PARTS[1]) * case.number(PARTS[2])
    if case.has_several("workload.batch_size", *PARTS) or value_or(case.strategy.pp, 1) > 1:
        return
    count = parts[0].value * parts[1].value * parts[2].value
    if all(each.is_stated for each in (batch, *parts)) and batch.value not in (count, count / parts[2].value):
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
