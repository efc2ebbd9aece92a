"""PI103: micro-batches × their size × replicas against the batch."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.schedule import BATCH, BATCH_PARTS, is_cut_without_pipeline
from stratc.arith.term import lift, plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("PI103", category=Category.PIPELINE, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def batch_micro_batch_mismatch(case: Case) -> Iterator[Finding]:
    """Micro-batches, their size and the replicas do not multiply to the batch.

    ## What it finds
    A plan that states batch, micro-batches and micro-batch size, where neither micro-batches × size nor that times the
    data-parallel degree is the batch; where one of them is stated twice, neither value.  Without a pipeline, where
    all of them are stated, CN107 tells of it.

    ## Why it matters
    Launchers take two of the three and derive the last; the run differs from the plan.

    ## Example
    ```plan
    - **Pipeline Parallelism**: 2 stages
    - **Data Parallelism**: 2-way
    - **Batch size**: 64 sequences   <!-- PI103 -->
    - **Micro-batch size**: 4
    - **Micro-batches**: 6
    ```

    ## References
    - megatron-core, global batch size, micro-batch size and data-parallel size
    """
    known = case.known(BATCH)
    batch = plain(case.number(BATCH))
    replica = case.number("workload.micro_batches") * case.number("workload.micro_batch_size")
    whole = replica * case.number_or("strategy.dp", 1)
    counts, sizes, copies = (_said(case, each) for each in BATCH_PARTS)
    said = {count * size * copy for count in counts for size in sizes for copy in {1, *copies}}
    if {batch, *_others(case, BATCH)} & said or is_cut_without_pipeline(case):
        return
    if not case.has("strategy.dp") and batch % plain(replica) == 0:
        return  # as many replicas as it takes
    yield Finding(
        at=known,
        message=f"a batch of {figures(batch)} stated, but {whole} = {figures(plain(whole))}",
        because=lift(whole),
        stated=batch,
        help="correct the micro-batches or their size, or say what the batch counts",
        write=figures(plain(whole)) if known.is_stated else "",
    )


def _others(case: Case, key: str) -> Iterator[float]:
    """The other values that a plan gives for a fact."""
    found = (each.value for conflict in case.plan.conflicts for each in conflict.others if conflict.key == key)
    return (each for each in found if isinstance(each, int | float))


def _said(case: Case, key: str) -> set[float]:
    """All values that a plan gives for a fact; 1 for none."""
    return {plain(case.number_or(key, 1)), *_others(case, key)}
