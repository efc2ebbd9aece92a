"""TG121: layers over the stages of a launch of Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.setting import Setting
from stratc.rules.rule import Finding, rule

ENDS = ("--decoder-first-pipeline-num-layers", "--decoder-last-pipeline-num-layers")
COUNTED = {
    "--account-for-embedding-in-pipeline-split": "embedding",
    "--account-for-loss-in-pipeline-split": "loss",
}


@rule("TG121", category=Category.TARGET, severity=Severity.ERROR)
def layers_not_dealt_to_stages(case: Case) -> Iterator[Finding]:
    """The layers of a launch cannot be dealt out to its stages.

    ## What it finds
    A launch of Megatron-LM whose stages do not divide its layers, or do not divide what is left of them once the first
    or the last stage has its own number, or the embedding or the loss counts as a layer. A layout string is held to
    the model by another rule.

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
    if layers is None or stages is None:
        return
    if case.setting("--pipeline-model-parallel-layout") or "--num-layers" not in given.settings:
        return
    ends = [each for each in map(case.setting, ENDS) if each is not None]
    counted = [each for flag in COUNTED if (each := case.setting(flag)) is not None]
    own = [given.number(each.name) for each in ends]
    if any(number is None for number in own):
        return
    rest = layers + len(counted) - sum(number or 0 for number in own)
    middle = stages - len(ends)
    if rest < 0 or (rest % middle if middle > 0 else rest):
        flags = (given.settings.get("--pipeline-model-parallel-size"), given.settings["--num-layers"])
        first, *others = [each for each in (*ends, *counted, *flags) if each is not None]
        yield Finding(
            at=first,
            message=f"{rest} layers {_dealt(ends, counted)} {middle} stages, which is no whole number for each",
            also=tuple((each, "with this") for each in others),
            help="choose stages that divide the layers, or layers for the ends that leave a multiple of the others",
        )


def _dealt(ends: list[Setting], counted: list[Setting]) -> str:
    what = " and the ".join(COUNTED[each.name] for each in counted)
    return "are left for" if ends else f"with the {what} counted are split over" if what else "are split over"
