"""PI102: more micro-batches than there are sequences to put into them."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import lift, plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("PI102", category=Category.PIPELINE, severity=Severity.ERROR)
def micro_batches_exceed_sequences(case: Case) -> Iterator[Finding]:
    """There are more micro-batches than sequences to put into them.

    ## What it finds
    A number of micro-batches above the batch size; less surely, above the sequences of one replica.  The requests that
    a server works on at once are no batch of training, of which a plan may speak beside it.

    ## Why it matters
    A micro-batch holds at least one sequence: a batch of one cannot be cut, and its pipeline has one item in flight.

    ## Example
    ```plan
    - **Batch size**: 2 sequences
    - **Pipeline Parallelism**: 2-way
    - **Micro-batches**: 4   <!-- PI102 -->
    ```

    ## References
    - huang-2019, section 2.2
    """
    known = case.known("workload.micro_batches")
    if case.has_several("workload.micro_batches", "workload.batch_size"):
        return
    if any(case.mentions("optimizer", "gradients")) and _is_of_requests(case):
        return
    batch, count = case.number("workload.batch_size"), plain(case.number("workload.micro_batches"))
    replicas = case.fact("strategy.dp")
    share = batch / case.number("strategy.dp") if isinstance(replicas, Known) and replicas.value > 1 else batch
    sequences, each = plain(batch), plain(share)
    if count > sequences:
        said = f"a batch of {figures(sequences)} sequence{'s' * (sequences != 1)} can be cut into"
        limit, because, certainty = sequences, lift(batch), None
    elif count > each:
        said = f"{share} leaves a replica"
        limit, because, certainty = each, lift(share), Certainty.LIKELY
    else:
        return
    yield Finding(
        at=known,
        message=f"{figures(count)} micro-batches stated, but {said} {figures(limit)} at most",
        because=because,
        stated=count,
        certainty=certainty,
        help="raise the batch size, or cut it into fewer micro-batches",
    )


def _is_of_requests(case: Case) -> bool:
    """Whether the batch is a number of requests that run at once, wherever the plan gives it."""
    flying = {span for claim in case.claims("requests.flying") for span in claim.spans()}
    return flying.issuperset(case.known("workload.batch_size").spans())
