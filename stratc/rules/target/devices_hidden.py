"""TG507: processes of a node against the devices that they may see."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import CALLED, framework
from stratc.analysis.frameworks.options import counted, served, server_ranks
from stratc.analysis.frameworks.visible import VISIBLE, listed
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Missing
from stratc.rules.rule import Finding, rule

SPREADING = ("--distributed-executor-backend", "--nnodes", "--data-parallel-backend", "--data-parallel-size-local")


@rule("TG507", category=Category.TARGET, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def devices_hidden(case: Case) -> Iterator[Finding]:
    """More processes run on a node than its environment leaves devices to see.

    ## What it finds
    A script that lists the devices to be seen (CUDA_VISIBLE_DEVICES, and its like of ROCm and CANN), and starts
    torchrun with more processes for a node, or a server of vLLM or SGLang on one node with more ranks.

    ## Why it matters
    Devices count from 0 among those that are listed: the ranks beyond them find none and fail.

    ## Example
    ```sh
    export CUDA_VISIBLE_DEVICES=0,1,2,3
    torchrun --nproc_per_node 8 train.py --num_layers 8  # TG507
    ```

    ## References
    - CUDA, environment variables; PyTorch, torchrun
    """
    visible = next(filter(None, map(case.setting, VISIBLE)), None)
    devices = len(listed(visible)) if visible else 0
    if visible is None or not devices:
        return
    if processes := counted(case, "@nproc-per-node"):
        count, who, at = processes[0], "torchrun starts", processes[1]
    else:
        runs = framework(case, "vllm", "sglang")
        given = served(case, runs)
        ranks = server_ranks(given, runs)
        if ranks is None or given.is_open or any(each in given.settings for each in SPREADING):
            raise Missing("strategy.device_count")
        count, who, at = ranks, f"{CALLED[runs]} has", visible
    if count > devices:
        yield Finding(
            at=at,
            message=f"{who} {count} ranks on a node, where {devices} devices may be seen",
            stated=count,
            computed=devices,
            also=() if at is visible else ((visible, "devices that may be seen"),),
            help="list as many devices as there are ranks",
        )
