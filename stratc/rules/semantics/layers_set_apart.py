"""SE122: a device group for every layer."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("SE122", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def layers_set_apart(case: Case) -> Iterator[Finding]:
    """Every layer is given devices of its own, but the pipeline has fewer stages than layers.

    ## What it finds
    "Each layer runs on its own GPUs" beside a stated pipeline-parallel degree other than the number of layers.

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
            help="give the devices of a stage all of its layers, or count a stage for every layer",
        )
