"""TG128: heads over context-parallel ranks in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule

SIZES = "--hierarchical-context-parallel-sizes"


@rule("TG128", category=Category.TARGET, severity=Severity.ERROR)
def heads_not_dealt_to_context(case: Case) -> Iterator[Finding]:
    """The heads of a device cannot be dealt out to the context-parallel ranks.

    ## What it finds
    A launch of Megatron-LM that exchanges heads for parts of the sequence (a2a) with heads ÷ tp, or KV heads ÷ tp,
    that are no multiple of the context-parallel degree, or sizes of a2a+p2p that do not multiply to it.

    ## Why it matters
    No check of the arguments sees the heads; Transformer Engine fails in the first step.

    ## Example
    ```sh
    export CUDA_DEVICE_MAX_CONNECTIONS=1
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --context-parallel-size 64
      --cp-comm-type a2a  # TG128
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, context parallelism
    """
    framework(case, "megatron")
    given, kind = options(case), case.setting("--cp-comm-type")
    cp = given.number("--context-parallel-size")
    if cp is None:
        return
    sizes = [int(each) for each in (given.value(SIZES) or "").split() if each.isdigit()]
    if sizes and prod(sizes) != cp:
        named = " × ".join(map(str, sizes))
        yield Finding(
            at=given.settings[SIZES], message=f"{named} = {prod(sizes)}, but cp is {cp}", help="multiply to cp"
        )
    if kind is None or cp == 1 or given.value("--cp-comm-type") != "a2a":
        return
    heads, tp = case.known("model.heads"), case.known("strategy.tp")
    each = heads.value // tp.value
    if each % cp:
        yield Finding(
            at=kind,
            message=f"{heads.value} heads ÷ tp {tp.value} = {each}, which is no multiple of cp {cp}",
            stated=cp,
            also=((heads, "heads"), (tp, "tp")),
            help="use p2p, or a context-parallel degree that divides the heads of a device",
        )
