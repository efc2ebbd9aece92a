"""TG502: the devices that a manifest gives, and those that its launch counts."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.frameworks.options import counted
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.setting import Setting
from stratc.rules.rule import Finding, rule

GIVEN, STARTED, PODS = "#devices", "@processes", "#pods"


@rule("TG502", category=Category.TARGET, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def devices_given_otherwise(case: Case) -> Iterator[Finding]:
    """A launch counts other devices than those that it is given.

    ## What it finds
    A manifest whose pods have more or fewer devices together than the launcher inside them counts processes, or are
    more or fewer than the nodes that it counts.

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
    given, started = counted(case, GIVEN), counted(case, STARTED)
    if given and started:
        if given[0] != started[0]:
            message = f"{given[0]} devices are given, but the launch counts {started[0]} processes"
            yield _otherwise(given, started, message)
        return
    pods, nodes = counted(case, PODS), counted(case, "@nnodes") or counted(case, "--nnodes")
    if pods and nodes and (pods[0] < nodes[0] or (pods[0] > nodes[0] and not given)):  # idle devices are told elsewhere
        yield _otherwise(pods, nodes, f"{pods[0]} pods work together, but the launch counts {nodes[0]} nodes")


def _otherwise(given: tuple[int, Setting], started: tuple[int, Setting], message: str) -> Finding:
    return Finding(
        at=given[1],
        message=message,
        stated=given[0],
        computed=started[0],
        also=((started[1], "started here"),),
        help="let both come from one figure",
    )
