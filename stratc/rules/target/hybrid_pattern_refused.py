"""TG134: the layers of a hybrid model over pipeline stages in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule

PATTERN = "--hybrid-layer-pattern"
BESIDE = ("--decoder-first-pipeline-num-layers", "--decoder-last-pipeline-num-layers")


@rule("TG134", category=Category.TARGET, severity=Severity.ERROR)
def hybrid_pattern_refused(case: Case) -> Iterator[Finding]:
    """The pattern of a hybrid model has other segments than the pipeline has stages.

    ## What it finds
    A launch of Megatron-LM whose pattern of layers is cut into segments that are no multiple of the pipeline degree,
    or is cut beside arguments that cut it otherwise.

    ## Why it matters
    The job stops at its start.

    ## Example
    ```sh
    ARGS=(
      --hidden-size 4096
      --num-attention-heads 32
      --pipeline-model-parallel-size 4
      --hybrid-layer-pattern 'M*M*|M*M*|M*M*'  # TG134
    )
    torchrun --nproc_per_node 8 pretrain_hybrid.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    given = options(case)
    segments = (given.value(PATTERN) or "").partition("/")[0].count("|") + 1
    stages = given.number("--pipeline-model-parallel-size")
    if segments == 1:
        return
    at = given.settings[PATTERN]
    if stages and segments % stages:
        message = f"{segments} segments on {stages} stages, which is no whole number for each"
        yield Finding(at=at, message=message, stated=segments, help="cut the pattern into a multiple of the stages")
    for name in BESIDE:
        if name in given.settings:
            message = f"`{name}`, but `{PATTERN}` is cut into stages itself: Megatron-LM stops at its start"
            yield Finding(
                at=given.settings[name], message=message, also=((at, "cut here"),), help="leave one of them out"
            )
