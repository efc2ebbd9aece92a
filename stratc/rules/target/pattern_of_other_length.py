"""TG123: patterns over layers in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.options import Options, options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.layout import layer_kinds
from stratc.rules.rule import Finding, rule


@rule("TG123", category=Category.TARGET, severity=Severity.ERROR)
def pattern_of_other_length(case: Case) -> Iterator[Finding]:
    """A pattern over layers has another length than the model.

    ## What it finds
    A launch of Megatron-LM whose list of layers with experts, or whose list of communications of context
    parallelism, has not one entry for each layer.

    ## Why it matters
    The arguments are accepted; the job stops while it builds the model.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --num-experts 8
      --moe-layer-freq '([0]*1+[1]*30)'  # TG123
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, gpt_layer_specs
    """
    framework(case, "megatron")
    given = options(case)
    layers = given.number("--num-layers")
    for flag, count in (("--moe-layer-freq", _pattern(given)), ("--cp-comm-type", _communications(given))):
        if layers is None or count is None or count == layers:
            continue
        yield Finding(
            at=given.settings[flag],
            message=f"{count} entries for {layers} layers",
            stated=count,
            computed=layers,
            also=((given.settings["--num-layers"], "layers"),) if "--num-layers" in given.settings else (),
            help="write an entry for each layer",
        )


def _pattern(given: Options) -> int | None:
    text = given.value("--moe-layer-freq")
    kinds = layer_kinds(text) if text and not text.isdigit() else None
    return None if kinds is None else len(kinds)


def _communications(given: Options) -> int | None:
    """How many kinds of communication are listed; one holds for all layers."""
    listed = (given.value("--cp-comm-type") or "").split()
    return len(listed) if len(listed) > 1 and (given.number("--context-parallel-size") or 1) > 1 else None
