"""CN117: experts of a device and of a node that do not go together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import isclose, prod

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import is_own_share
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule


@rule("CN117", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def expert_shares_disagree(case: Case) -> Iterator[Finding]:
    """The experts of a device are given twice, or beside those of a node, and the figures do not go together.

    ## What it finds
    Two numbers of experts per device that neither the layers of a stage nor tensor parallelism explains, nor the parts
    of a device, counted over all layers; and experts per node that are not those of its devices.  Where the layers are
    not said, experts in all that are not those of all devices are a remark, as those of a device may be counted for one
    layer.

    ## Why it matters
    Memory, traffic between nodes and the degree of expert parallelism all follow from this number.

    ## Example
    ```plan
    - **GPUs per node**: 8
    - **Experts**: 64 per layer
    - **Expert parallelism**: EP = 16
    - **Experts per GPU**: 4
    - **Placement**: 4 experts per node stay inside NVLink   <!-- CN117 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    yield from _twice(case)
    if not case.has("model.layers") and case.has("strategy.experts_per_device", "strategy.device_count"):
        yield from _of_all(case)
    yield from _of_nodes(case)


def _twice(case: Case) -> Iterator[Finding]:
    parts = {claim.value for claim in case.claims("parts.device")}  # "128 expert modules", of all layers
    experts = _stated(case, "model.experts")
    for conflict in case.plan.conflicts:
        believed = conflict.believed
        if conflict.key != "strategy.experts_per_device" or not believed.is_stated:
            continue
        for other in conflict.others:
            low, high = sorted((float(believed.value), float(other.value)))
            if parts & {low, high} or any(is_own_share(case, each, experts) for each in (other, believed)):
                continue  # each dealt to ranks of its own
            if other.is_stated and low > 0 and not any(isclose(high / low, each) for each in _ratios(case)):
                yield Finding(
                    at=other,
                    message=f"{figures(other.value)} experts a device here, {figures(believed.value)} elsewhere",
                    stated=other.value,
                    computed=believed.value,
                    also=((believed, "another number"),),
                    help="keep one number, or say which layers each counts",
                )


def _ratios(case: Case) -> set[float]:
    """How many times as many experts another way of counting gives: over the layers of a stage, or shared by tp."""
    layers = _stated(case, "model.moe_layers", "model.layers")
    stages = _stated(case, "strategy.pp")
    spans = {layers / stages} if layers and stages else {layers, layers or 1.0} - {0.0}
    splits = [each for key in ("strategy.tp", "strategy.expert_tp", "strategy.dp") if (each := _stated(case, key)) > 1]
    parts = [*spans, *splits]
    return {prod(some) for count in range(len(parts) + 1) for some in combinations(parts, count)}


def _stated(case: Case, *keys: str) -> float:
    """The first of these that the plan states, else zero."""
    facts = (case.fact(key) for key in keys)
    return next((float(fact.value) for fact in facts if isinstance(fact, Known) and fact.is_stated), 0.0)


def _of_nodes(case: Case) -> Iterator[Finding]:
    held, node = case.known("strategy.experts_per_device"), case.known("hardware.devices_per_node")
    if case.has_several("strategy.experts_per_device", "model.experts"):
        return
    experts = case.known("model.experts").value if case.has("model.experts") else 0
    for claim in case.claims("experts.node"):
        least = held.value * node.value / max(1.0, _stated(case, "strategy.tp"))
        fair = {held.value * node.value * each for each in _ratios(case)} | {least, float(experts)}
        if claim.relation is Relation.IS and held.value >= 1 and not any(isclose(claim.value, each) for each in fair):
            yield Finding(
                at=claim,
                message=f"{figures(claim.value)} experts a node, but {figures(node.value)} devices with "
                f"{figures(held.value)} each hold {figures(held.value * node.value)}",
                stated=claim.value,
                computed=held.value * node.value,
                also=((held, "experts of a device"), (node, "devices of a node")),
                help="say what the experts are counted for",
            )


def _of_all(case: Case) -> Iterator[Finding]:
    """Experts in all against those of every device, in a plan that does not say how many layers there are."""
    held, devices = case.known("strategy.experts_per_device"), case.known("strategy.device_count")
    if case.has_several("strategy.experts_per_device", "strategy.device_count"):
        return
    together = held.value * devices.value
    for claim in case.claims("experts.total"):
        if claim.relation is Relation.IS and claim.working is None and claim.value > together:
            yield Finding(
                at=claim,
                message=f"{figures(claim.value)} experts in all, but {figures(devices.value)} devices with "
                f"{figures(held.value)} each hold {figures(together)}; they could be all only if each of "
                f"{figures(claim.value / together)} layers had as many",
                stated=claim.value,
                computed=together,
                severity=Severity.INFO,
                certainty=Certainty.JUDGEMENT,
                also=((held, "experts of a device"), (devices, "devices")),
                help="say how many layers there are, and whether experts are counted for one of them",
            )
            return
