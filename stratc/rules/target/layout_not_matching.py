"""TG120: the string that lays a pipeline out in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.options import Options, options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.layout import parts_of_layout
from stratc.rules.rule import Finding, rule

FLAG = "--pipeline-model-parallel-layout"


@rule("TG120", category=Category.TARGET, severity=Severity.ERROR)
def layout_not_matching(case: Case) -> Iterator[Finding]:
    """The layout of a pipeline does not hold the model.

    ## What it finds
    A launch of Megatron-LM whose layout string has a number of stages that the pipeline does not divide, other
    decoder layers than the model, or an embedding or a loss that does not stand once at its end.

    ## Why it matters
    The job stops at its start.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --pipeline-model-parallel-size 2
      --pipeline-model-parallel-layout 'Et*15|t*16L'  # TG120
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, PipelineParallelLayerLayout
    """
    framework(case, "megatron")
    layout, given = case.setting(FLAG), options(case)
    parts = parts_of_layout(str(layout.value)) if layout else None
    if layout is None or parts is None:
        return
    for message, place in _faults(parts, given):
        beside = ((given.settings[place], "with this"),) if place in given.settings else ()
        yield Finding(at=layout, message=message, also=beside, help="write a layout that holds every layer once")


def _faults(parts: list[str], given: Options) -> Iterator[tuple[str, str]]:
    """What is wrong with the stages of a layout, each with the argument that it contradicts."""
    stages, layers = given.number("--pipeline-model-parallel-size"), given.number("--num-layers")
    ahead = given.number("--mtp-num-layers")
    spelt, named = "".join(parts), "".join(parts).count("t")
    if stages and len(parts) % stages:
        text = f"{len(parts)} stages in the layout are no multiple of {stages} pipeline stages"
        yield text, "--pipeline-model-parallel-size"
    if layers is not None and named != layers:
        yield f"{named} decoder layers in the layout, but {layers} in the model", "--num-layers"
    if ahead is not None and spelt.count("m") != ahead:
        text = f"{spelt.count('m')} layers of multi-token prediction in the layout, but {ahead} in the model"
        yield text, "--mtp-num-layers"
    if spelt.count("E") != 1 or not spelt.startswith("E"):
        yield f"the layout has {spelt.count('E')} embeddings, where it must begin with the only one", ""
    if spelt.count("L") != 1 or not spelt.endswith("L"):
        yield f"the layout has {spelt.count('L')} losses, where it must end with the only one", ""
