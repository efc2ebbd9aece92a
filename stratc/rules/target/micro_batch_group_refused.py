"""TG133: groups of micro-batches in the interleaved schedule of Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule
from stratc.rules.target.overlap_refused import CHUNKS

GROUP = "--microbatch-group-size-per-virtual-pipeline-stage"


@rule("TG133", category=Category.TARGET, severity=Severity.ERROR)
def micro_batch_group_refused(case: Case) -> Iterator[Finding]:
    """The groups of micro-batches are not those that the interleaved schedule can run.

    ## What it finds
    A launch of Megatron-LM with virtual stages that sets how many micro-batches a virtual stage runs in a row, where
    the group is smaller than the pipeline, or larger than the batch, or leaves a last group that is smaller than the
    pipeline.

    ## Why it matters
    The arguments are accepted; the job stops in its first step.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --pipeline-model-parallel-size 4
      --num-layers-per-virtual-pipeline-stage 2
      --microbatch-group-size-per-virtual-pipeline-stage 2  # TG133
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, schedules
    """
    framework(case, "megatron")
    given = options(case)
    group, stages = given.number(GROUP), given.number("--pipeline-model-parallel-size")
    if not group or not stages or not any(given.has(each) for each in CHUNKS.split(" or ")):
        return
    at, help_text = given.settings[GROUP], f"choose a group of at least {stages} that divides the micro-batches"
    if group < stages:
        message = f"groups of {group} micro-batches, but the pipeline has {stages} stages"
        yield Finding(at=at, message=message, stated=group, computed=stages, help=help_text)
        return
    batches = case.known("workload.micro_batches")
    rest = batches.value % group
    if group > batches.value or 0 < rest < stages:
        left = f"leave {rest}" if group <= batches.value else f"are more than the {batches.value} of a step"
        reason = f", fewer than the {stages} stages" if group <= batches.value else ""
        message = f"groups of {group} micro-batches {left}{reason}"
        yield Finding(at=at, message=message, stated=group, also=((batches, "micro-batches"),), help=help_text)
