"""PA105: the parameters a token uses against all parameters and the routing."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.model.parameters import active_bounds
from stratc.arith.term import Named, Term, lift
from stratc.arith.unit import PARAMETER, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule

ACTIVE = tuple(f"model.{each}" for each in ("top_k", "layers", "hidden_size", "expert_hidden_size", "heads"))
ROUNDED = 1.2  # sizes in names are rounded


@rule("PA105", category=Category.PARAMETERS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def active_count_impossible(case: Case) -> Iterator[Finding]:
    """The parameters that a token uses are more than the model has, or fewer than its share of the experts.

    ## What it finds
    Active parameters above the declared size, or below the size times routed experts over all experts, which is what
    a token would use if the model were experts alone.  Also above or below what the stated layers, attention, routed
    and shared experts come to, with any vocabulary; a remark where only an unusually large one would explain it.

    ## Why it matters
    Computation and decode bandwidth follow from the active parameters; both are wrong by the same factor.

    ## Example
    ```plan
    - **Model size**: 48B parameters
    - **Experts per layer**: 16
    - **Top-k**: 4
    - **Active parameters**: 3B per token   <!-- PA105 -->
    ```

    ## References
    - jiang-2024, section 2.1
    """
    claims = tuple(case.claims("parameters.active"))
    if case.has_several("model.parameters") and len({each.value for each in claims}) > 1:
        return  # sizes of several models, each with active ones of its own
    size = lift(case.number("model.parameters")) if case.has("model.parameters") else None
    impossible = {each: found for each in claims if size and (found := _of_size(case, each, size))}
    if len(impossible) < len(claims):
        impossible = {}  # where one holds, the others are of another model
    yield from impossible.values()
    if claims and not case.has_several(*ACTIVE):
        bounds = active_bounds(case)
        for claim in claims:
            if claim not in impossible:
                yield from _of_architecture(claim, *bounds)


def _of_size(case: Case, claim: Claim, size: Term) -> Finding | None:
    """Against the declared size of the model."""
    if claim.quantity.low > size.value * ROUNDED:
        return _finding(claim, size, "the model has")
    if not case.has("model.top_k", "model.experts"):
        return None
    least = size * case.number("model.top_k") / case.number("model.experts")
    return (
        _finding(claim, least, "the routed experts alone are") if claim.quantity.high * ROUNDED < least.value else None
    )


def _of_architecture(claim: Claim, least: float, most: float, usual: float) -> Iterator[Finding]:
    """Against what layers, widths, attention, shared experts and routing give."""
    if claim.quantity.high * ROUNDED < least or claim.quantity.low > usual * ROUNDED:
        few = claim.quantity.value < least
        found = _finding(claim, Named("the architecture", least if few else usual), "the architecture gives")
        asked = not few and claim.quantity.low <= most * ROUNDED
        yield found.as_remark if asked else found


def _finding(claim: Claim, computed: Term, words: str) -> Finding:
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} used by a token, but {words} {show(computed.value, PARAMETER)}",
        because=computed,
        stated=claim.value,
        unit=PARAMETER,
        help="add attention, embeddings and the routed experts of every layer",
    )
