"""ME119: weights of a stage that do not fit its devices."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.amounts import stated_weights
from stratc.analysis.memory.memory import device_memory
from stratc.analysis.memory.setting import element_bytes
from stratc.analysis.model.parameters import is_disputed
from stratc.analysis.said.phase import serves
from stratc.analysis.said.shortfall import admits_shortfall
from stratc.arith.functions import product
from stratc.arith.quantity import BINARY_SLACK
from stratc.arith.term import Number, Term
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("ME119", category=Category.MEMORY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def device_overfull(case: Case) -> Iterator[Finding]:
    """The weights that one device gets are more than its memory.

    ## What it finds
    The architecture divided by the stated degrees, stage by stage: weights alone, in the stated precision, above the
    capacity of a device.  Without an architecture, the declared size is divided by every degree that may divide it.  A
    plan that gives one of these twice, differently, or that keeps weights elsewhere, is not weighed; one that works out
    itself how much memory is missing gets no more than a remark.

    ## Why it matters
    Loading the model fails on the first device of that stage, whatever batch or length is chosen.

    ## Example
    ```plan
    - **Layers**: 80
    - **Hidden size**: 8192
    - **Attention heads**: 64
    - **FFN hidden size**: 28672
    - **Vocabulary size**: 128256
    - **Precision**: BF16
    - **GPU memory**: 40 GB per GPU
    - **Tensor parallelism**: TP = 2   <!-- ME119 -->
    ```

    ## References
    - shoeybi-2019, section 3
    """
    capacity = case.known("hardware.memory")
    known = admits_shortfall(case, capacity.value)
    for finding in _overfull(case, case.known("strategy.tp"), capacity):
        yield finding.as_remark if known else finding


def _overfull(case: Case, tp: Known[int], capacity: Known[float]) -> Iterator[Finding]:
    if is_disputed(case, "hardware.memory", "strategy.tp", "strategy.pp", "strategy.ep"):
        return
    worst = device_memory(case).worst_weights
    if worst is None:
        yield from _by_size(case, tp, capacity)
        return
    width = element_bytes(case)
    if worst.weights is not None and worst.weights > capacity.value * (1 + BINARY_SLACK):
        yield Finding(
            at=tp,
            message=f"{show(worst.weights, BYTE)} of weights on a device of stage {worst.stage}, at {width:g} bytes "
            f"a parameter, but a device has {show(capacity.value, BYTE)}",
            stated=capacity.value,
            computed=worst.weights,
            unit=BYTE,
            also=((capacity, "memory of a device"),),
            help="divide the model further, or choose a narrower precision",
        )


def _by_size(case: Case, tp: Known[int], capacity: Known[float]) -> Iterator[Finding]:
    """The whole model over every degree that may divide it, where tensor and pipeline parallelism are both stated."""
    pp = case.known("strategy.pp")
    if (
        not (tp.is_stated and pp.is_stated)
        or is_disputed(case, "model.parameters")
        or any(case.mentions("offload", "adapters"))
    ):
        return
    held = stated_weights(case)
    if (parts := _dividing(case)) and isinstance(share := held / product(parts), Term):
        held = share
    if held.value > capacity.value * (1 + BINARY_SLACK):
        yield Finding(
            at=tp,
            message=f"{f'{held} = ' if parts else ''}{show(held.value, BYTE)} of weights on a device, but a device has "
            f"{show(capacity.value, BYTE)}",
            because=held,
            stated=capacity.value,
            unit=BYTE,
            also=((capacity, "memory of a device"),),
            help="divide the model further, or choose a narrower precision",
        )


def _dividing(case: Case) -> list[Number]:
    """The stated degrees that may divide weights; copies share none, unless training or experts spread over them."""
    spread = case.has("model.experts") or not serves(case) or any(case.mentions("sharded_weights"))
    axes = ("tp", "pp", "ep", "dp") if spread else ("tp", "pp", "ep")
    stated = [f"strategy.{axis}" for axis in axes if case.has(f"strategy.{axis}")]
    return [case.number(key) for key in stated if case.known(key).value > 1]
