"""ME131: training whose estimated memory is beyond its devices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stratc.analysis.case import Case
from stratc.analysis.memory.setting import element_bytes, is_training
from stratc.analysis.model.parameters import is_disputed
from stratc.arith.quantity import BINARY_SLACK
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.rules.rule import Finding, rule

if TYPE_CHECKING:
    from stratc.analysis.memory.room import Need

DEGREES = ("strategy.tp", "strategy.pp", "strategy.dp", "strategy.zero_stage")


@rule("ME131", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def training_beyond_devices(case: Case) -> Iterator[Finding]:
    """Training is estimated to need more memory than a device has, whatever the plan leaves open.

    ## What it finds
    Weights, gradients, optimizer state, activations and buffers of the fullest stage of a dense model, estimated with
    the most frugal choice of everything unsaid: full recomputation, sharded optimizer state, sequence parallelism, one
    sequence a micro-batch.  The finding is likely where the whole interval of measurements around the estimate is
    beyond the device, a judgement where only the estimate itself is.  Adapters, offloaded states and models with
    experts are left alone, so are plans that state a degree twice.

    ## Why it matters
    The first step runs out of memory.  Of 305 published runs of dense models that did, 228 are found, 193 of them as
    likely; of 1,084 that ran, 16, some of which trained adapters alone.

    ## Example
    ```plan
    # Training
    - **Layers**: 80
    - **Hidden size**: 8192
    - **Attention heads**: 64
    - **FFN hidden size**: 28672
    - **Vocabulary size**: 128256
    - **Precision**: BF16
    - **GPU memory**: 80 GB per GPU
    - **Tensor parallelism**: TP = 8   <!-- ME131 -->
    - **Pipeline parallelism**: PP = 1
    - **Data parallelism**: DP = 1
    - **Sequence length**: 4096
    - **Global batch size**: 64
    - **Micro-batch size**: 1
    ```

    ## References
    - hagemann-2023
    - the errors stated in stratc/cost/README.md
    """
    capacity, tp, _ = case.known("hardware.memory"), case.known("strategy.tp"), case.known("strategy.pp")
    bound = capacity.value * (1 + BINARY_SLACK)
    if not is_training(case) or _is_special(case) or is_disputed(case, "hardware.memory", *DEGREES):
        return
    from stratc.analysis.memory.room import (  # the memory of every stage, which most plans do not need
        Standing,
        least_need,
    )

    need = least_need(case)
    standing = Standing.WITHIN if need is None else need.against(bound)
    if need is None or standing is Standing.WITHIN or (need.stage.weights or 0) > bound:  # which device-overfull tells
        return
    sure = standing is Standing.BEYOND
    yield Finding(
        at=tp,
        message=f"{_parts(need)} on a device of stage {need.stage.stage}, {show(need.low, BYTE)} to "
        f"{show(need.high, BYTE)} by measurements of others, but a device has {show(capacity.value, BYTE)}",
        stated=capacity.value,
        computed=need.middle,
        unit=BYTE,
        also=((capacity, "memory of a device"),),
        certainty=None if sure else Certainty.JUDGEMENT,
        severity=None if sure else Severity.INFO,
        help="divide the model further, shard the optimizer state, or take smaller micro-batches",
    )


def _is_special(case: Case) -> bool:
    """Whether the plan trains otherwise than the estimate counts, or a model whose memory is known less well."""
    element_bytes(case)
    hosted = (case.strategy.offload_optimizer, case.strategy.offload_parameters)
    return (
        any(value_or(each, False) for each in hosted)
        or any(case.mentions("adapters"))
        or value_or(case.plan.model.experts, 0) > 1
    )


def _parts(need: Need) -> str:
    """What the need consists of."""
    stage = need.stage
    states = stage.static or 0
    rest = show(need.middle - states, BYTE)
    return f"{show(states, BYTE)} of weights, gradients and optimizer state and {rest} beside them"
