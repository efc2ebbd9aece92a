"""CN114: no copies of parameters, and degrees that copy what they do not divide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stratc.analysis.case import Case
from stratc.analysis.memory.states import shards_weights
from stratc.arith.term import lift
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Assumed, Known
from stratc.rules.rule import Finding, rule


@rule("CN114", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def parameter_copies_denied(case: Case) -> Iterator[Finding]:
    """No parameter is said to be held twice, but attention lies on more devices than divide it.

    ## What it finds
    A plan that denies any copy of its parameters beside a number of devices above tensor times pipeline parallelism.
    Only those two divide attention, norms and embeddings; expert and data parallelism copy them.  Plans that gather
    sharded parameters (ZeRO-3, FSDP) are left alone.

    ## Why it matters
    The copies take memory on every device, and in training their gradients must be reduced over all of them.

    ## Example
    ```plan
    - **Experts per layer**: 32
    - **Expert Parallelism**: 32-way
    - **Tensor Parallelism**: 1
    - **Pipeline Parallelism**: 1
    - **Total GPUs**: 32
    - **Efficiency**: no parameter duplication   <!-- CN114 -->
    ```

    ## References
    - lepikhin-2020, section 3
    - rajbhandari-2020, section 5
    """
    devices, *degrees = (_said(case, key) for key in ("device_count", "tp", "pp"))
    denials = tuple(case.mentions("no_parameter_copies"))
    if not denials or devices is None or None in degrees or shards_weights(case):
        return
    dividing = case.number("strategy.tp") * case.number("strategy.pp")
    copies = lift(case.number("strategy.device_count") / dividing)
    if copies.value < 2:
        return
    yield Finding(
        at=denials[0],
        message=f"no copies of parameters claimed, but {copies} = {copies.value:,.3g} copies of everything that is no "
        "expert",
        because=copies,
        label="denied here",
        also=tuple((each, "and here") for each in denials[1:]),
        help="say that attention is copied, or divide it",
    )


def _said(case: Case, name: str) -> Known[Any] | None:
    """A fact that the plan gives and that was not assumed for want of a word."""
    fact = case.fact(f"strategy.{name}")
    return fact if isinstance(fact, Known) and not isinstance(fact.origin, Assumed) else None
