"""ME109: a working of attention weights with one projection."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.amounts import one_projection
from stratc.analysis.said.factors import Factor, Product, product_of
from stratc.arith.term import Term, lift
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule

PROJECTIONS = 4  # queries, keys, values, output
EXACT = 3  # digits that make a coincidence unlikely


@rule("ME109", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def projections_left_out(case: Case) -> Iterator[Finding]:
    """The working of attention weights counts one of the four projections.

    ## What it finds
    A working for attention weights that multiplies hidden size by hidden size (or by heads × head size) once, with
    nothing for the number of projections, or a figure that is to the digit one such matrix in every layer, divided by
    the degrees; in a model whose keys and values have as many heads as its queries.

    ## Why it matters
    Queries, keys, values and output each have such a matrix; the figure is a quarter of the memory.

    ## Example
    ```plan
    - **Layers**: 16
    - **Hidden size**: 2048
    - **Attention weights**: 134 MB (2048 × 2048 × 16 layers × 2 bytes)   <!-- ME109 -->
    ```

    ## References
    - vaswani-2017, section 3.2.2
    """
    kv_heads, heads = case.fact("model.kv_heads"), case.fact("model.heads")
    if isinstance(kv_heads, Known) and isinstance(heads, Known) and kv_heads.value != heads.value:
        return
    for claim in case.claims("memory.attention"):
        product = product_of(claim.working) if claim.working is not None else None
        if product and claim.working is not None and _has_one_matrix(case, product):
            yield _finding(claim, lift(PROJECTIONS * claim.working), "the working has")
        elif claim.working is None and claim.quantity.digits >= EXACT:
            for matrix in one_projection(case):
                if abs(claim.value - matrix.value) <= claim.quantity.step:
                    yield _finding(claim, lift(PROJECTIONS * matrix), f"{claim.quantity.show()} is")
                    break


def _has_one_matrix(case: Case, product: Product) -> bool:
    hidden = float(case.known("model.hidden_size").value)
    for sides in ((hidden, hidden), (hidden, *_heads(case))):
        if len(sides) > 1 and product.multiplies(*sides):
            return all(_is_no_matrix(case, factor) for factor in product.without(*sides))
    return False


def _heads(case: Case) -> tuple[float, ...]:
    heads, size = case.fact("model.heads"), case.fact("model.head_dim")
    if isinstance(heads, Known) and isinstance(size, Known):
        return float(heads.value), float(size.value)
    return ()


def _is_no_matrix(case: Case, factor: Factor) -> bool:
    """Whether a factor counts layers or bytes; any other may count projections."""
    if factor.is_bytes or "byte" in factor.word or "layer" in factor.word:
        return True
    return bool(factor.value == case.known("model.layers").value)


def _finding(claim: Claim, whole: Term, what: str) -> Finding:
    return Finding(
        at=claim,
        message=f"{what} one projection matrix, but queries, keys, values and output are {PROJECTIONS}: "
        f"{show(whole.value, BYTE)}",
        because=whole,
        stated=claim.value,
        unit=BYTE,
        help="multiply by four, or by 2 + 2 × KV heads ÷ heads where there are fewer",
    )
