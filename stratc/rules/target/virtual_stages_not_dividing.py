"""TG127: the virtual stages of a device in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.options import options
from stratc.analysis.layout.legality import UNEVEN
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule

FLAGS = ("--num-layers-per-virtual-pipeline-stage", "--num-virtual-stages-per-pipeline-rank")


@rule("TG127", category=Category.TARGET, severity=Severity.ERROR)
def virtual_stages_not_dividing(case: Case) -> Iterator[Finding]:
    """The layers of a stage cannot be cut into its virtual stages.

    ## What it finds
    A launch of Megatron-LM whose layers of a stage are no multiple of the layers of a virtual stage, or of the
    virtual stages.

    ## Why it matters
    The job stops at its start.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --pipeline-model-parallel-size 4
      --num-layers-per-virtual-pipeline-stage 3  # TG127
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    given = options(case)
    layers, stages = given.number("--num-layers"), given.number("--pipeline-model-parallel-size")
    cut = next((each for each in map(case.setting, FLAGS) if each), None)
    parts = given.number(cut.name) if cut else None
    if cut is None or not parts or not layers or not stages or layers % stages or any(map(case.setting, UNEVEN)):
        return
    if layers // stages % parts:
        named = "layers a virtual stage" if cut.name == FLAGS[0] else "virtual stages"
        yield Finding(
            at=cut,
            message=f"{layers} layers ÷ {stages} stages = {layers // stages}, which is no multiple of {parts} {named}",
            stated=parts,
            help="choose a number that divides the layers of a stage",
        )
