"""TG309: devices that pods have and their server leaves idle."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from stratc.analysis.case import Case
from stratc.analysis.framework import CALLED, framework
from stratc.analysis.options import Options, served
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

GIVEN = "#devices"
SIZES = {
    "vllm": (
        *("--tensor-parallel-size", "--pipeline-parallel-size", "--data-parallel-size"),
        "--prefill-context-parallel-size",
    ),
    "sglang": ("--tp-size", "--pp-size", "--dp-size"),
}


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
    devices, ranks = case.setting(GIVEN), _ranks(served(case, runs), runs)
    if devices is None or not isinstance(devices.value, int) or ranks is None or ranks >= devices.value:
        return
    yield Finding(
        at=devices,
        message=f"{devices.value} devices, but {CALLED[runs]} has {ranks} ranks: {devices.value - ranks} stand idle",
        stated=devices.value,
        computed=ranks,
        help="ask for as many devices as there are ranks",
    )


def _ranks(given: Options, runs: str) -> int | None:
    """The product of the degrees; None where one of them is not told."""
    inside = given.has("--enable-dp-attention")  # its replicas stand inside the tensor-parallel ranks
    sizes = [given.number(each) or 0 if given.has(each) is not False else 1 for each in SIZES[runs]]
    if runs == "sglang" and inside:
        sizes = sizes[:2]
    return prod(sizes) or None
