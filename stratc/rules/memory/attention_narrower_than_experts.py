"""ME129: the weights of attention in fewer bytes a parameter than those of the experts."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.breakdown import by_section
from stratc.analysis.model.architecture import readings
from stratc.analysis.model.parameters import layer_ledger
from stratc.arith.term import Named, lift, plain
from stratc.arith.unit import BYTE, PARAMETER, UNITS, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import value_or
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

FAR = 2.0  # times narrower, beyond gates and rounding
_DEGREES = ("tp", "pp", "ep")


@rule("ME129", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def attention_narrower_than_experts(case: Case) -> Iterator[Finding]:
    """The weights of attention take less than half the bytes a parameter that those of the experts take.

    ## What it finds
    Sizes of attention and of the experts in one list, both of the whole model, of which the first comes to half the
    bytes a parameter or fewer, with plain and with gated experts.  Wider attention is left alone: experts are what
    is quantised first.

    ## Why it matters
    One of the two was counted with another model, another precision or a matrix only; the sum carries the slip on.

    ## Example
    ```plan
    - **Layers**: 16
    - **Hidden size**: 2048
    - **Attention heads**: 16
    - **Experts per layer**: 8
    - **Expert hidden size**: 8192

    ## Memory of the weights
    - **Experts**: 8.6 GB
    - **Attention**: 0.13 GB   <!-- ME129 -->
    ```

    ## References
    - vaswani-2017, section 3.2.2
    """
    undivided = all(value_or(getattr(case.strategy, name), 1) == 1 for name in _DEGREES)
    wholes = (Per.TOTAL, Per.UNSAID) if undivided else (Per.TOTAL,)
    beside = by_section(each for each in case.claims("memory.experts") if each.per in wholes)
    for attention in case.claims("memory.attention"):
        for experts in beside.get(attention.scope.path, ()) if attention.per in wholes else ():
            yield from _compared(case, attention, experts)


def _compared(case: Case, attention: Claim, experts: Claim) -> Iterator[Finding]:
    ledgers = [layer_ledger(each) for each in readings(case)]
    count, most = lift(ledgers[0]["attention"]), max(plain(each["experts"]) for each in ledgers)
    if not count.value or not most:
        return
    width = (attention.quantity.high + attention.quantity.step / 2) / count.value
    other = experts.quantity.low / most
    if width * FAR < other:
        yield Finding(
            at=attention,
            message=f"{attention.quantity.show()} for {show(count.value, PARAMETER)} of attention are "
            f"{figures(attention.value / count.value, 2)} bytes each, but {experts.quantity.show()} of experts are at "
            f"least {figures(other, 2)}",
            because=lift(count * Named("a parameter of the experts", other, experts, UNITS["bytes"])),
            stated=attention.value,
            unit=BYTE,
            also=((experts, "the experts"),),
            help="count both in the precision of the plan: attention has four matrices in every layer",
        )
