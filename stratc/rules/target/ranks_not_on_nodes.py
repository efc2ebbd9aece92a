"""TG305: the ranks of a server over its nodes."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.options import served
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.origin import Known, value_or
from stratc.rules.rule import Finding, rule

SIZES = {"vllm": "--tensor-parallel-size", "sglang": "--tp-size"}  # of which SGLang may share some among replicas
SPREADING = ("--distributed-executor-backend", "--nnodes", "--data-parallel-backend")


@rule("TG305", category=Category.TARGET, severity=Severity.ERROR)
def ranks_not_on_nodes(case: Case) -> Iterator[Finding]:
    """The ranks of a server do not stand evenly on its nodes.

    ## What it finds
    A launch of vLLM or SGLang whose tensor- times pipeline-parallel ranks are no multiple of the nodes it names, or
    more than the devices of its only node where the plan says how many these are.

    ## Why it matters
    Every node starts as many ranks; the server stops at its start.

    ## Example
    ```sh
    python -m sglang.launch_server --model-path meta-llama/Meta-Llama-3-70B --tp-size 8 --nnodes 3  # TG305
    ```

    ## References
    - vllm-parallelism
    """
    runs = framework(case, "vllm", "sglang")
    given = served(case, runs)
    tp, size = given.settings.get(SIZES[runs]), given.number(SIZES[runs])
    stages = case.fact("strategy.pp")
    launched = isinstance(stages, Known) and (case.is_set(stages) or not case.plan.settings)
    nodes, ranks = given.number("--nnodes"), (size or 1) * (value_or(stages, 1) if launched else 1)
    if not nodes or tp is None or not size:
        return
    if ranks % nodes:
        yield Finding(
            at=given.settings["--nnodes"],
            message=f"{ranks} ranks on {nodes} nodes, which is no whole number for each",
            also=((tp, "tp"),),
            help="choose nodes that divide the ranks",
        )
    elif nodes == 1 and not case.has("strategy.device_count") and not any(each in given.settings for each in SPREADING):
        each = case.known("hardware.devices_per_node")
        if ranks > each.value:
            message = f"{ranks} ranks on a node of {each.value} devices"
            yield Finding(
                at=tp, message=message, also=((each, "devices"),), help="name the nodes, or a backend that spreads"
            )
