"""TG307: arguments of another framework on a server."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import CALLED, framework
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule

FOREIGN = {
    "vllm": {
        "--tensor-model-parallel-size": "--tensor-parallel-size",
        "--pipeline-model-parallel-size": "--pipeline-parallel-size",
        "--expert-model-parallel-size": "--enable-expert-parallel",
        "--expert-parallel-size": "--enable-expert-parallel",
        "--tp-size": "--tensor-parallel-size",
        "--pp-size": "--pipeline-parallel-size",
        "--dp-size": "--data-parallel-size",
        "--ep-size": "--enable-expert-parallel",
        "--mem-fraction-static": "--gpu-memory-utilization",
        "--context-length": "--max-model-len",
    },
    "sglang": {
        "--tensor-model-parallel-size": "--tp-size",
        "--pipeline-model-parallel-size": "--pp-size",
        "--expert-model-parallel-size": "--ep-size",
        "--enable-expert-parallel": "--ep-size",
        "--gpu-memory-utilization": "--mem-fraction-static",
        "--max-model-len": "--context-length",
    },
}


@rule("TG307", category=Category.TARGET, severity=Severity.ERROR)
def argument_of_another_framework(case: Case) -> Iterator[Finding]:
    """A server is given an argument of another framework.

    ## What it finds
    A launch of vLLM or SGLang with an argument for the strategy or the memory that another framework has under this
    name.

    ## Why it matters
    The server does not know the argument and stops at its start.

    ## Example
    ```sh
    vllm serve meta-llama/Meta-Llama-3-8B --tensor-model-parallel-size 4  # TG307
    ```

    ## References
    - vllm-parallelism
    """
    runs = framework(case, "vllm", "sglang")
    for name, own in FOREIGN[runs].items():
        if (setting := case.setting(name)) is not None:
            yield Finding(at=setting, message=f"{CALLED[runs]} has no `{name}`", help=f"write `{own}`")
