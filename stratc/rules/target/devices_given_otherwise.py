"""TG502: the devices that a manifest gives, and those that its launch counts."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

GIVEN, STARTED = "#devices", "@processes"


@rule("TG502", category=Category.TARGET, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def devices_given_otherwise(case: Case) -> Iterator[Finding]:
    """A launch counts other devices than those that it is given.

    ## What it finds
    A manifest whose pods have more or fewer devices together than torchrun inside them counts processes.

    ## Why it matters
    Ranks wait for others that never come, or devices that are paid for stand idle.

    ## Example
    ```yaml
    apiVersion: batch/v1
    kind: Job
    spec:
      parallelism: 4
      template:
        spec:
          containers:
            - name: train
              command: [torchrun, --nnodes=2, --nproc_per_node=8, pretrain_gpt.py, --num-layers, "8"]
              resources:
                limits: {nvidia.com/gpu: 8}  # TG502
    ```

    ## References
    - PyTorch, torchrun; Kubernetes, resources of containers
    """
    given, started = case.setting(GIVEN), case.setting(STARTED)
    if given is None or started is None or given.value == started.value:
        return
    if not isinstance(given.value, int) or not isinstance(started.value, int):
        return
    yield Finding(
        at=given,
        message=f"{given.value} devices are given, but torchrun counts {started.value} processes",
        stated=given.value,
        computed=started.value,
        also=((started, "started here"),),
        help="let both come from one figure",
    )
