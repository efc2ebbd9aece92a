"""ME121: weights on a device that data-parallel replicas are said to divide."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose, prod

from stratc.analysis.case import Case
from stratc.analysis.layout.shares import splitting_degrees
from stratc.analysis.memory.amounts import model_weights
from stratc.analysis.memory.divided import divided_models
from stratc.analysis.memory.states import shards_weights
from stratc.arith.functions import product
from stratc.arith.term import Number, Term, lift
from stratc.arith.unit import BYTE, PARAMETER, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

NEAR = 0.08  # decimal units written for binary ones
COUNTS = ("strategy.device_count", "hardware.device_count")
COPIES = {"dp": "replicas", "cp": "context-parallel parts"}  # degrees that keep a copy of the weights
METRICS = {"memory.weights": BYTE, "parameters.device": PARAMETER}


@rule("ME121", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def replicas_divide_weights(case: Case) -> Iterator[Finding]:
    """The weights on a device are those of the model divided by all devices, replicas included.

    ## What it finds
    Weights or parameters of a device that are the whole model's divided by every degree and by data parallelism, in a
    plan whose devices are that product; the same with context parallelism, which splits tokens.  Also a working that
    divides the model by all devices, where the degrees that split it are fewer.

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
    degrees = splitting_degrees(case)
    for name, words in COPIES.items():
        copies = case.fact(f"strategy.{name}")
        if isinstance(copies, Known) and copies.value > 1 and not shards_weights(case):
            yield from _divided_by(case, degrees, copies, words)


def _divided_by(case: Case, degrees: dict[str, Known[int]], replicas: Known[int], words: str) -> Iterator[Finding]:
    """Weights and parameters of a device that are divided by one degree of copies as well."""
    divisors = [case.named(f"strategy.{name}", known) for name, known in degrees.items()]
    worked = [each for each in divided_models(case) if _has_replicas(case, each.devices, degrees, replicas)]
    for each in worked:
        yield _finding(each.claim, each.whole, divisors, replicas, words)
    lines = {each.claim.context for each in worked}
    for claim, whole in _by_value(case, prod(int(known.value) for known in degrees.values()) * replicas.value):
        if claim.context not in lines:
            yield _finding(claim, whole, divisors, replicas, words)


def _has_replicas(case: Case, devices: int, degrees: dict[str, Known[int]], replicas: Known[int]) -> bool:
    """Whether so many devices are all of them, more than can hold different parts of the model."""
    parts = prod(int(known.value) for known in degrees.values())
    there = [fact.value for key in COUNTS if isinstance(fact := case.fact(key), Known)]
    return devices > parts and devices in (parts * replicas.value, *there)


def _by_value(case: Case, devices: int) -> Iterator[tuple[Claim, Term]]:
    """Weights and parameters of a device that are the model's over all devices, whatever their working."""
    if not case.has("strategy.device_count") or devices != case.known("strategy.device_count").value:
        return
    for metric, dimension in METRICS.items():
        claims = [each for each in case.claims(metric) if each.per is Per.DEVICE]
        whole = (
            (model_weights(case) if dimension == BYTE else lift(case.number("model.parameters"))) if claims else None
        )
        yield from ((each, whole) for each in claims if whole and _is(each.value, whole, devices))


def _finding(claim: Claim, whole: Term, divisors: list[Number], replicas: Known[int], words: str) -> Finding:
    share = lift(whole / product(divisors)) if divisors else whole
    dimension = BYTE if claim.quantity.dimension == BYTE else PARAMETER
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} on a device, but each of the {replicas.value} {words} holds "
        f"{share} = {show(share.value, dimension)} a device",
        because=share,
        stated=claim.value,
        computed=share.value,
        unit=dimension,
        also=((replicas, words),),
        help="divide by the degrees that split the model alone, or say that ZeRO-3 or FSDP shards it",
    )


def _is(value: float, whole: Term, devices: int) -> bool:
    return isclose(value, whole.value / devices, rel_tol=NEAR)
