"""AR201: a number of parameters written as bytes."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.workings import Verdict, checked_workings, element_width
from stratc.arith.term import Number, Term, plain
from stratc.arith.unit import BYTE, PARAMETER, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule


@rule("AR201", category=Category.UNITS, severity=Severity.ERROR)
def parameters_called_bytes(case: Case) -> Iterator[Finding]:
    """A figure in bytes is a number of parameters.

    ## What it finds
    A memory figure whose working counts parameters and nothing turns them into bytes, or that is the model's declared
    parameters divided by the devices, to the digit, though the plan's precision takes another number of bytes each.

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
        if each.verdict is Verdict.PARAMETERS_AS_BYTES and element_width(case) != 1:
            yield _finding(case, each.claim, each.working)
    for claim in case.claims("memory.weights"):
        if claim.working is None and claim.per is Per.DEVICE and element_width(case) not in (None, 1):
            share = case.number("model.parameters") / case.number("strategy.device_count")
            if claim.quantity.digits > 1 and not claim.quantity.is_range and _is_exactly(claim, plain(share)):
                yield _finding(case, claim, share)


def _is_exactly(claim: Claim, value: float) -> bool:
    return abs(claim.value - value) <= claim.quantity.step


def _finding(case: Case, claim: Claim, working: Number) -> Finding:
    count, width = plain(working), element_width(case)
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
