"""CN162: a utilisation that is the experts of one replica over all devices."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import device_count
from stratc.analysis.said.promise import said
from stratc.arith.term import lift
from stratc.arith.unit import PERCENT, figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule


@rule("CN162", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def experts_counted_as_share(case: Case) -> Iterator[Finding]:
    """A utilisation is the experts of a layer over the devices of all replicas, each of which has its own experts.

    ## What it finds
    A utilisation of the devices in a sentence on experts that equals experts ÷ devices, in a plan whose data-parallel
    replicas of all experts give every device one.

    ## Why it matters
    A device that holds an expert of its replica is not idle; the figure says that half of the devices do nothing, and
    the plan that all of them work.

    ## Example
    ```plan
    - **Experts per layer**: 32
    - **Expert parallelism (EP)**: 32
    - **Data parallelism (DP)**: 2
    - **Total GPUs**: 64
    - 50% GPU utilization with 32 experts on 64 GPUs   <!-- CN162 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    experts, replicas = case.number("model.experts"), case.known("strategy.dp")
    devices = lift(device_count(case))
    if replicas.value <= 1 or replicas.value * case.known("model.experts").value != devices.value:
        return
    share = lift(experts / devices)
    for claim in case.claims("utilisation.sparse", "utilisation"):
        if claim.metric == "utilisation.mfu":
            continue
        if claim.relation is Relation.IS and claim.quantity.agrees(share.value) and not claim.quantity.is_range:
            yield Finding(
                at=claim,
                message=f"{said(claim)} is {share}, but each of the {figures(replicas.value)} replicas has its own "
                f"experts: {figures(replicas.value)} × {figures(case.known('model.experts').value)} give each of the "
                f"{figures(devices.value)} devices one",
                because=share,
                stated=claim.value,
                computed=1.0,
                unit=PERCENT,
                also=((replicas, "replicas"),),
                help="derive the utilisation from time, or count the experts of all replicas",
            )
            return
