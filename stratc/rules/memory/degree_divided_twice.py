"""ME107: a working that divides by a degree twice."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.factors import Product, product_of
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule

DIVIDED = (
    # what is counted, the word for it in a working, the degree that divides it, words for the degree
    ("model.layers", "layer", "strategy.pp", ("pp", "pipeline", "stage")),
    ("model.heads", "head", "strategy.tp", ("tp", "tensor")),
    ("model.experts", "expert", "strategy.ep", ("ep",)),
)


@rule("ME107", category=Category.MEMORY, severity=Severity.WARNING)
def degree_divided_twice(case: Case) -> Iterator[Finding]:
    """A working starts from one device's share and divides by the same degree again.

    ## What it finds
    A memory working with the layers of one stage (or the heads or experts of one device) among its factors, divided by
    the pipeline (or tensor or expert) degree as well.

    ## Why it matters
    The figure is too small by that degree.

    ## Example
    ```plan
    - **Layers**: 32
    - **Pipeline parallelism**: PP = 4
    - **Attention weights**: 134 MB (4 × 4096 × 4096 × 8 layers ÷ 4 PP × 1 byte)   <!-- ME107 -->
    ```

    ## References
    - narayanan-2021, section 2.2
    """
    for claim in case.claims("memory"):
        product = product_of(claim.working) if claim.working is not None else None
        for key, word, degree, words in DIVIDED:
            whole, parts = case.fact(key), case.fact(degree)
            if isinstance(whole, Known) and isinstance(parts, Known) and product and parts.value > 1:
                share = whole.value / parts.value
                if _twice(product, share, word, parts.value, words):
                    yield _finding(claim, word, whole, parts)


def _twice(product: Product, share: float, word: str, degree: float, words: tuple[str, ...]) -> bool:
    """Whether a share with its word is multiplied, and its degree with its word divided by."""
    counted = any(factor.value == share and word in factor.word for factor in product.over)
    named = any(factor.value == degree and _is(factor.word, words) for factor in product.under)
    return counted and named


def _is(word: str, words: tuple[str, ...]) -> bool:
    return any(word.startswith(each) for each in words)


def _finding(claim: Claim, word: str, whole: Known[float], parts: Known[float]) -> Finding:
    share = whole.value / parts.value
    return Finding(
        at=claim,
        message=f"{figures(share)} {word}s is already {figures(whole.value)} ÷ {figures(parts.value)}, but the working "
        f"divides by {figures(parts.value)} again",
        because=None,
        stated=claim.value,
        unit=claim.quantity.dimension,
        also=((whole, f"{word}s in all"), (parts, "divided here")),
        help=f"start from {figures(whole.value)} {word}s, or leave the second division out",
    )
