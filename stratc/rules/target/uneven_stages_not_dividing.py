"""TG121: stages of unequal size in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.options import options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule

ENDS = ("--decoder-first-pipeline-num-layers", "--decoder-last-pipeline-num-layers")
COUNTED = {
    "--account-for-embedding-in-pipeline-split": "embedding",
    "--account-for-loss-in-pipeline-split": "loss",
}


@rule("TG121", category=Category.TARGET, severity=Severity.ERROR)
def uneven_stages_not_dividing(case: Case) -> Iterator[Finding]:
    """The layers that unequal stages leave over cannot be dealt out evenly.

    ## What it finds
    A launch of Megatron-LM that gives the first or the last stage its own layers, or counts the embedding or the
    loss as a layer, and leaves a number that the other stages do not divide.

    ## Why it matters
    The job stops at its start.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --pipeline-model-parallel-size 4
      --decoder-first-pipeline-num-layers 6  # TG121
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, transformer_config
    """
    framework(case, "megatron")
    given = options(case)
    layers, stages = given.number("--num-layers"), given.number("--pipeline-model-parallel-size")
    if layers is None or stages is None or stages < 2:
        return
    ends = [each for each in map(case.setting, ENDS) if each is not None]
    counted = [each for each in map(case.setting, COUNTED) if each is not None]
    own = [given.number(each.name) for each in ends]
    if (not ends and not counted) or any(number is None for number in own):
        return
    rest = layers + len(counted) - sum(number or 0 for number in own)
    middle = stages - len(ends)
    if rest < 0 or (rest % middle if middle else rest):
        what = " and the ".join(name for flag, name in COUNTED.items() if case.setting(flag))
        left = "are left for" if ends else f"with the {what} counted are split over"
        yield Finding(
            at=(ends or counted)[0],
            message=f"{rest} layers {left} {middle} stages, which is no whole number for each",
            also=tuple((each, "and this") for each in (ends or counted)[1:]),
            help="choose layers for the ends that leave a multiple of the other stages",
        )
