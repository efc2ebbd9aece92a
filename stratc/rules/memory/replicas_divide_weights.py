"""ME121: weights on a device that data-parallel replicas are said to divide."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.amounts import model_weights
from stratc.analysis.case import Case
from stratc.analysis.shares import splitting_degrees
from stratc.arith.functions import product
from stratc.arith.term import Term, lift
from stratc.arith.unit import BYTE, PARAMETER, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

NEAR = 0.08  # decimal units written for binary ones
METRICS = {"memory.weights": BYTE, "parameters.device": PARAMETER}


@rule("ME121", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def replicas_divide_weights(case: Case) -> Iterator[Finding]:
    """The weights on a device are those of the model divided by all devices, replicas included.

    ## What it finds
    Weights or parameters of a device that are the whole model's divided by every degree and by data parallelism, in a
    plan whose devices are that product.

    ## Why it matters
    Every data-parallel replica holds a copy; the device needs that many times the memory, unless ZeRO-3 or FSDP shards
    the weights, which the plan then has to say.

    ## Example
    ```plan
    - **Model size**: 16B parameters
    - **Precision**: FP16
    - **Tensor parallelism**: TP = 4
    - **Data parallelism**: DP = 8
    - **Total GPUs**: 32
    - **Model weights per GPU**: 1 GB   <!-- ME121 -->
    ```

    ## References
    - narayanan-2021, section 2.1
    - rajbhandari-2020, section 3
    """
    replicas, devices = case.known("strategy.dp"), case.known("strategy.device_count")
    degrees = splitting_degrees(case)
    divisors = [case.named(f"strategy.{name}", known) for name, known in degrees.items()]
    parts = 1
    for known in degrees.values():
        parts *= int(known.value)
    if replicas.value < 2 or parts * replicas.value != devices.value or _shards(case):
        return
    for metric, dimension in METRICS.items():
        whole = model_weights(case) if dimension == BYTE else lift(case.number("model.parameters"))
        share = lift(whole / product(divisors)) if divisors else whole
        for claim in case.claims(metric):
            if claim.metric == metric and claim.per is Per.DEVICE and _is(claim.value, whole, devices.value):
                yield Finding(
                    at=claim,
                    message=f"{claim.quantity.show()} on a device, but each of the {replicas.value} replicas holds "
                    f"{share} = {show(share.value, dimension)} a device",
                    because=share,
                    stated=claim.value,
                    unit=dimension,
                    also=((replicas, "replicas"),),
                    help="divide by the degrees that split the model alone, or say that ZeRO-3 or FSDP shards it",
                )


def _is(value: float, whole: Term, devices: int) -> bool:
    return isclose(value, whole.value / devices, rel_tol=NEAR)


def _shards(case: Case) -> bool:
    """Whether the plan shards weights over replicas as well."""
    return value_or(case.strategy.zero_stage, 0) >= 3 or "fsdp" in value_or(case.strategy.framework, "").casefold()
