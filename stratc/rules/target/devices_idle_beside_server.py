"""TG309: devices that pods have and their server leaves idle."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import CALLED, framework
from stratc.analysis.frameworks.options import served, server_ranks
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

GIVEN = "#devices"


@rule("TG309", category=Category.TARGET, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def devices_idle_beside_server(case: Case) -> Iterator[Finding]:
    """A server uses fewer devices than its pods have.

    ## What it finds
    A manifest whose pods have more devices together than the server inside them has ranks.

    ## Why it matters
    The rest is reserved, paid for, and stands idle.

    ## Example
    ```yaml
    apiVersion: v1
    kind: Pod
    spec:
      containers:
        - name: server
          command: [vllm, serve, meta-llama/Meta-Llama-3-70B, --tensor-parallel-size, "4"]
          resources:
            limits: {nvidia.com/gpu: 8}  # TG309
    ```

    ## References
    - vllm-parallelism
    """
    runs = framework(case, "vllm", "sglang")
    devices, ranks = case.setting(GIVEN), server_ranks(served(case, runs), runs)
    if devices is None or not isinstance(devices.value, int) or ranks is None or ranks >= devices.value:
        return
    yield Finding(
        at=devices,
        message=f"{devices.value} devices, but {CALLED[runs]} has {ranks} ranks: {devices.value - ranks} stand idle",
        stated=devices.value,
        computed=ranks,
        help="ask for as many devices as there are ranks",
    )
