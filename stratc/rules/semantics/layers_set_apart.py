"""SE122: a device group for every layer."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule

CURE = "give the devices of a stage all of its layers, or count a stage for every layer"


@rule("SE122", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def layers_set_apart(case: Case) -> Iterator[Finding]:
    """Every layer is given devices of its own, but the pipeline has fewer stages than layers.

    ## What it finds
    "Each layer runs on its own GPUs" beside a stated pipeline-parallel degree other than the number of layers, and
    devices of a layer that, times the layers, are all devices of the plan.

    ## Why it matters
    Layers on devices of their own are pipeline stages: as many as there are layers.  With fewer stages the devices of a
    stage compute all of its layers, and the count of devices, the bubble and the transfers are others.

    ## Example
    ```plan
    - **Layers**: 8
    - **PP**: 1
    - Each layer runs on its own group of GPUs   <!-- SE122 -->
    ```

    ## References
    - huang-2019, section 2
    """
    degree, layers = case.known("strategy.pp"), case.known("model.layers")
    mention = next(case.mentions("layers_on_own_devices"), None)
    if mention and degree.is_stated and degree.value != layers.value > 1:
        yield Finding(
            at=mention,
            message=f"{layers.value} layers on devices of their own are {layers.value} stages, but pp = {degree.value}",
            stated=degree.value,
            computed=layers.value,
            label="said here",
            also=((degree, "pipeline parallelism"), (layers, "layers")),
            help=CURE,
        )
    elif not mention:
        yield from _dealt_out(case, degree, layers)


def _dealt_out(case: Case, degree: Known[int], layers: Known[int]) -> Iterator[Finding]:
    """Devices of a layer that are all devices divided by the layers."""
    devices = case.known("strategy.device_count")
    for claim in case.claims("layer.devices"):
        if degree.is_stated and degree.value != layers.value > 1 and claim.value * layers.value == devices.value:
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} devices for each of {layers.value} layers deal out the layers to all "
                f"{devices.value} devices, as {layers.value} stages would, but pp = {degree.value}: a layer has "
                f"{figures(devices.value / degree.value)} devices",
                stated=claim.value,
                computed=devices.value / degree.value,
                also=((degree, "pipeline parallelism"), (layers, "layers"), (devices, "devices")),
                help=CURE,
            )
            return
