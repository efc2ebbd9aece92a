"""BA161: a batch with fewer sequences than attention has devices."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import device_count
from stratc.analysis.said.values import number_of
from stratc.arith.term import plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

SHARING = ("strategy.tp", "strategy.pp", "strategy.cp", "strategy.sp")  # degrees by which devices share a sequence
FEW = 2  # times as many devices as have work, from which it is worth a remark


@rule("BA161", category=Category.BALANCE, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def sequences_fewer_than_devices(case: Case) -> Iterator[Finding]:
    """The batch has fewer sequences than there are devices to compute attention, in a plan with expert parallelism.

    ## What it finds
    A batch whose sequences, each on the devices of tensor, pipeline, context and sequence parallelism, keep half of
    the devices busy at most, where expert parallelism accounts for the others.

    ## Why it matters
    Experts are dealt out, attention is not: the devices of an expert-parallel group compute it for sequences of their
    own.  Those that have none wait, or repeat what another one computes.

    ## Example
    ```plan
    - **Experts per layer**: 64
    - **Expert Parallelism**: EP = 64
    - **Tensor Parallelism**: TP = 1
    - **Total GPUs**: 64
    - **Batch size**: 8 sequences   <!-- BA161 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    batch, devices = case.known("workload.batch_size"), int(plain(device_count(case)))
    if case.known("strategy.ep").value <= 1 or not batch.is_stated or case.has_several("workload.batch_size"):
        return
    shared = 1.0
    for key in SHARING:
        shared *= max(1.0, number_of(case, key))
    busy = float(batch.value) * shared
    if busy * FEW <= devices and case.has("strategy.tp"):
        yield Finding(
            at=batch,
            message=f"{figures(batch.value)} sequences give attention to {figures(busy)} of {figures(devices)} devices"
            + (f", {figures(shared)} each" if shared > 1 else "")
            + "; expert parallelism deals out experts alone",
            stated=batch.value,
            computed=devices / shared,
            help="take a larger batch, fewer devices, or split attention by tensor or context parallelism",
        )
