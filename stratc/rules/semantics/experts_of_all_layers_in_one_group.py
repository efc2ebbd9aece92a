"""SE119: an expert-parallel group over the experts of all layers."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import lift
from stratc.arith.unit import PERCENT, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.rules.rule import Finding, rule


@rule("SE119", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def experts_of_all_layers_in_one_group(case: Case) -> Iterator[Finding]:
    """The expert-parallel degree counts the experts of all layers, though a layer has only its own.

    ## What it finds
    A degree that is experts per layer × layers, or × the layers of a stage; and that many devices where the degree is
    the experts of a layer and nothing parts the layers.

    ## Why it matters
    Tokens are routed among the experts of the layer that they are in.  With a device for each expert of each layer, the
    devices of one layer work while all others wait; that is a pipeline of as many stages as layers, and needs its
    micro-batches.

    ## Example
    ```plan
    - **Layers**: 12
    - **Experts per layer**: 8
    - **Expert parallelism**: EP = 96   <!-- SE119 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    degree, experts = case.known("strategy.ep"), case.known("model.experts")
    layers = case.known("model.layers").value
    held = {layers, layers // max(1, value_or(case.strategy.pp, 1))} - {0, 1}
    if degree.value == experts.value:
        yield from _a_device_each(case, layers)
    if not any(degree.value == experts.value * each for each in held) or any(case.claims("experts.backup")):
        return
    busy = lift(case.number("model.experts") / case.number("strategy.ep"))
    yield Finding(
        at=degree,
        message=f"expert parallelism over {degree.value} devices, but a layer has {experts.value} experts: in each "
        f"layer {busy} = {show(busy.value, PERCENT)} of them have work",
        because=busy,
        stated=degree.value,
        computed=experts.value,
        help="let the degree divide the experts of a layer, and give layers to pipeline stages",
    )


def _a_device_each(case: Case, layers: int) -> Iterator[Finding]:
    """As many devices as experts in all layers together, and no pipeline that would part the layers."""
    devices, experts = case.known("strategy.device_count"), case.known("model.experts").value
    others = value_or(case.strategy.pp, 1) * value_or(case.strategy.dp, 1) * value_or(case.strategy.tp, 1)
    if others == 1 and layers > 1 and devices.value == experts * layers:
        yield Finding(
            at=devices,
            message=f"{devices.value} devices are one for each of {experts} experts in each of {layers} layers, but "
            f"ep = {experts} fills {experts}: in each layer the others have no work",
            stated=devices.value,
            computed=experts,
            also=((case.known("strategy.ep"), "expert parallelism"),),
            help="let a device hold its expert of every layer, or give layers to pipeline stages",
        )
