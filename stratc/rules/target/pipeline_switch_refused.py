"""TG213: when Megatron-DeepSpeed builds its model as a pipeline."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.demand import Demand
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.demanded import demanded
from stratc.rules.rule import Finding, rule

OWN = "--deepspeed and --num-layers"  # a launch of Megatron-DeepSpeed
PIPELINE = "the model is built as a pipeline even of one stage, and DeepSpeed stops"
DEMANDS = (
    Demand("--no-pipeline-parallel", "--pipeline-model-parallel-size = 1", "Megatron-DeepSpeed stops", where=OWN),
    Demand("--zero-stage = 2 / 3", "--no-pipeline-parallel", PIPELINE, where=OWN),
    Demand("zero_optimization.stage = 2 / 3", "--no-pipeline-parallel", PIPELINE, where=f"{OWN} and no --zero-stage"),
    Demand("--moe-expert-parallel-size", "--no-pipeline-parallel", "pipelines have no experts there", where=OWN),
)


@rule("TG213", category=Category.TARGET, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def pipeline_switch_refused(case: Case) -> Iterator[Finding]:
    """A launch of Megatron-DeepSpeed builds a pipeline that it cannot run, or none where it wants one.

    ## What it finds
    A launch of Megatron-DeepSpeed with ZeRO stage 2 or 3 or with experts that does not say `--no-pipeline-parallel`,
    or that says so beside a pipeline.

    ## Why it matters
    Without the switch the model is a pipeline, which takes ZeRO stage 0 or 1 only. The job stops at its start.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --deepspeed
      --deepspeed_config ds.json
      --zero-stage 2  # TG213
    )
    deepspeed --num_gpus 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - deepspeed-config
    """
    framework(case, "deepspeed")
    yield from demanded(options(case), DEMANDS)
