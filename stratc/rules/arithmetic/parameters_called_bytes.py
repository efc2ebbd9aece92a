"""AR201: a number of parameters written as bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import Verdict, checked_workings
from stratc.analysis.memory.amounts import component_counts
from stratc.analysis.memory.setting import width_or_none
from stratc.arith.term import Number, Term, plain
from stratc.arith.unit import BYTE, PARAMETER, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Missing
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

DIGITS = 3  # of a figure that is a number of elements by more than coincidence


@rule("AR201", category=Category.UNITS, severity=Severity.ERROR)
def parameters_called_bytes(case: Case) -> Iterator[Finding]:
    """A figure in bytes is a number of parameters.

    ## What it finds
    A memory figure whose working counts parameters and nothing turns them into bytes, or that is the model's declared
    parameters divided by the devices, to the digit, though the plan's precision takes another number of bytes each.
    Also all weights with as many bytes as the model has parameters, and an expert, or attention or feed-forward block
    of a layer, with as many bytes as its matrices have elements.

    ## Why it matters
    In FP16 the memory is twice the figure, in FP32 four times; a device that seems to have room may have none.

    ## Example
    ```plan
    - **Model size**: 20B parameters
    - **Precision**: FP16
    - **Weights**: 20B parameters ÷ 64 GPUs = 312.5 MB per GPU   <!-- AR201 -->
    ```

    ## References
    - micikevicius-2018, section 3
    """
    for each in checked_workings(case):
        if each.verdict is Verdict.PARAMETERS_AS_BYTES and width_or_none(case) != 1:
            yield _finding(case, each.claim, each.working)
    yield from _components(case)
    yield from _wholes(case)
    for claim in case.claims("memory.weights"):
        if claim.working is None and claim.per is Per.DEVICE and width_or_none(case) not in (None, 1):
            share = case.number("model.parameters") / case.number("strategy.device_count")
            if claim.quantity.digits > 1 and not claim.quantity.is_range and _is_exactly(claim, plain(share)):
                yield _finding(case, claim, share)


def _wholes(case: Case) -> Iterator[Finding]:
    """Bytes of all weights that are the number of the model's parameters, and no degree's part of their bytes.

    Nothing where the plan gives their bytes as well, of which such a figure may be a part.
    """
    width = width_or_none(case)
    if width in (None, 1.0) or not case.has("model.parameters", "model.precision"):
        return
    parameters, claims = case.number("model.parameters"), tuple(case.claims("memory.weights"))
    known = any(each.quantity.agrees(plain(parameters) * width, case.tolerance) for each in claims)
    for claim in claims if not known else ():
        whole = claim.per in (Per.UNSAID, Per.TOTAL) and claim.working is None and not claim.quantity.is_range
        if not whole or claim.quantity.digits < 2 or width in _parts(case):
            continue
        if abs(claim.value - plain(parameters)) <= claim.quantity.step / 2:
            yield replace(_finding(case, claim, parameters), certainty=Certainty.LIKELY)


def _components(case: Case) -> Iterator[Finding]:
    """Bytes of an expert or a block that are the number of its parameters, and no degree's part of its bytes."""
    width = width_or_none(case)
    if width in (None, 1.0):
        return
    for claim in case.claims("memory.experts", "memory.mlp", "memory.attention"):
        if claim.quantity.digits < DIGITS or claim.quantity.is_range or _counts_bytes(claim):
            continue
        found = next((each for each in _counts(case, claim) if _is_exactly(claim, each.value)), None)
        if found is not None and width not in _parts(case):
            yield replace(_finding(case, claim, found), certainty=Certainty.LIKELY)


def _counts(case: Case, claim: Claim) -> tuple[Term, ...]:
    try:
        return component_counts(case, claim)
    except Missing:
        return ()


def _counts_bytes(claim: Claim) -> bool:
    return claim.working is not None and claim.working.dimension == BYTE


def _parts(case: Case) -> set[float]:
    """Into how many parts degrees may cut an expert or a block."""
    keys = ("strategy.tp", "strategy.pp", "strategy.expert_tp", "strategy.ep")
    degrees = [float(case.known(key).value) for key in keys if case.has(key)]
    return {*degrees, *(one * other for one in degrees for other in degrees)}


def _is_exactly(claim: Claim, value: float) -> bool:
    return abs(claim.value - value) <= claim.quantity.step


def _finding(case: Case, claim: Claim, working: Number) -> Finding:
    count, width = plain(working), width_or_none(case)
    bytes_ = f", which is {show(count * width, BYTE)} in {case.known('model.precision').value.upper()}" if width else ""
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} stated, but {working} = {show(count, PARAMETER)}{bytes_}",
        because=working if isinstance(working, Term) else None,
        stated=claim.value,
        computed=count * width if width else count,
        unit=BYTE if width else PARAMETER,
        also=((case.known("model.precision"), "bytes of a parameter"),) if width else (),
        help=f"write {show(count, PARAMETER)}{f', or {show(count * width, BYTE)}' if width else ''}",
    )
