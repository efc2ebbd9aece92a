"""CN124: a setting of the server with one value in the text and another in the launch."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.frameworks.limits import limits_said_and_set
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("CN124", category=Category.CONSISTENCY, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def server_setting_given_twice(case: Case) -> Iterator[Finding]:
    """A setting of the server has one value where the plan computes with it and another in every launch.

    ## What it finds
    `gpu-memory-utilization 0.90` in the text beside `--gpu-memory-utilization 0.95` in the commands; the same of the
    longest sequence, the running requests and the other limits of a server.  Silent where the text names several
    values or one of the launches has that of the text.

    ## Why it matters
    The cache, the batch and the memory of the plan hold for the one value, and the server starts with the other.

    ## Example
    ````plan
    - gpu-memory-utilization = 0.90, so 72 GB of the 80 GB are used

    ```bash
    vllm serve some/model --gpu-memory-utilization 0.95   # <!-- CN124 -->
    ```
    ````

    ## References
    - vllm-engine-arguments
    """
    for said, value, launched, other in limits_said_and_set(case):
        yield Finding(
            at=launched[0],
            message=f"{figures(other)} set here, but the plan counts with {figures(value)}",
            stated=other,
            computed=value,
            label="set here",
            also=(*((each, "and here") for each in launched[1:]), (said, "said here")),
            help="give both the same value",
        )
