"""TG203: more stages than layers, which some frameworks accept."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import CALLED, framework
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("TG203", category=Category.TARGET, severity=Severity.ERROR)
def stages_without_layers(case: Case) -> Iterator[Finding]:
    """There are more pipeline stages than layers.

    ## What it finds
    A plan for DeepSpeed, vLLM or SGLang with a pipeline-parallel degree above its number of layers.

    ## Why it matters
    All three divide layers by themselves and start; the stages that get none pass activations on and compute
    nothing.

    ## Example
    ```strat
    model { layers = 6 }
    strategy {
      framework = "DeepSpeed"
      pp = 8  # TG203
    }
    ```

    ## References
    - deepspeed-config
    - vllm-parallelism
    """
    runs = framework(case, "deepspeed", "vllm", "sglang")
    layers, stages = case.known("model.layers"), case.known("strategy.pp")
    parts = case.setting("--pp-partition-method")  # which may deal the embedding and the head like layers
    if stages.value <= layers.value or (parts is not None and "embedding" in str(parts.value)):
        return
    empty = f"{CALLED[runs]} leaves {stages.value - layers.value} without any"
    yield Finding(
        at=stages,
        message=f"{stages.value} stages for {layers.value} layers: {empty}",
        stated=stages.value,
        computed=layers.value,
        also=((layers, "layers"),),
        help="use at most as many stages as layers",
    )
