"""ME108: a working of weights that counts one layer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from stratc.analysis.case import Case
from stratc.analysis.said.factors import Product, product_of
from stratc.arith.term import Term, lift
from stratc.arith.unit import BYTE, figures, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

MOST = 0.8  # of the layers, which have experts
FEW = 8  # parts of a layer that a device may hold
_ONE_LAYER = {(word, "layer") for word in ("one", "per", "each", "a", "single", "every")}
WIDTHS = {
    "memory.experts": "model.expert_hidden_size",
    "memory.mlp": "model.ffn_hidden_size",
    "memory.attention": "model.hidden_size",
}


@rule("ME108", category=Category.MEMORY, severity=Severity.WARNING)
def working_without_layers(case: Case) -> Iterator[Finding]:
    """The working of a device's weights leaves out how many layers it holds.

    ## What it finds
    A working for experts, feed-forward or attention weights that multiplies the widths of one block and no number of
    layers, where the figure is not said to be for one layer.

    ## Why it matters
    A device holds its experts in every layer of its stage; the figure is too small by that number of layers.

    ## Example
    ```plan
    - **Layers**: 24
    - **Hidden size**: 1024
    - **Expert hidden size**: 4096
    - **Experts per layer**: 16
    - **Expert weights per GPU**: 67 MB (4 experts × 1024 × 4096 × 2 matrices × 2 bytes)   <!-- ME108 -->
    ```

    ## References
    - shazeer-2017, section 2
    """
    layers = case.known("model.layers")
    held = layers.value / _stages(case)
    for claim in case.claims(*WIDTHS):
        product = product_of(claim.working) if claim.working is not None else None
        if product is None or claim.per in (Per.LAYER, Per.EXPERT) or held <= 1 or _is_of_layer(case, claim):
            continue
        counted = _counts_layers(product, (layers.value, held, *_of_kinds(case))) or _counts_all_experts(case, product)
        if _counts_widths(case, claim, product) and not counted:
            yield _finding(case, claim, held)


def _is_of_layer(case: Case, claim: Claim) -> bool:
    """Whether the section counts for one layer: "Memory of one layer", or the plan has a single one of that kind."""
    dense = case.fact("model.dense_layers")
    if claim.metric == "memory.mlp" and isinstance(dense, Known) and dense.value == 1:
        return True
    words = " ".join(claim.scope.path[-1:]).lower().replace("-", " ").split()
    return any(pair in _ONE_LAYER for pair in pairwise(words))


def _stages(case: Case) -> int:
    fact = case.fact("strategy.pp")
    return max(1, int(fact.value)) if isinstance(fact, Known) else 1


def _counts_widths(case: Case, claim: Claim, product: Product) -> bool:
    """Whether both widths of a block are multiplied; a working of other figures may hold the layers in one of them."""
    widths = [case.fact("model.hidden_size"), case.fact(WIDTHS[claim.metric])]
    return all(isinstance(width, Known) for width in widths) and product.multiplies(
        *(float(width.value) for width in widths if isinstance(width, Known))
    )


def _counts_layers(product: Product, counts: tuple[float, ...]) -> bool:
    named = any("layer" in factor.word for factor in product.over)
    near = any(MOST * max(counts) <= factor.value <= max(counts) for factor in product.over)  # all but the dense ones
    several = any(  # "48 × …" of two experts on each of 24 layers
        count > 1 and factor.value <= FEW * count and (factor.value / count).is_integer()
        for factor in product.over
        for count in counts
    )
    return named or near or several or any(product.multiplies(count) for count in counts)


def _counts_all_experts(case: Case, product: Product) -> bool:
    """Whether the experts that are multiplied are more than one layer has: those of all layers that a device holds."""
    experts = case.fact("model.experts")
    return isinstance(experts, Known) and any(
        "expert" in factor.word and factor.value > experts.value for factor in product.over
    )


def _of_kinds(case: Case) -> Iterator[float]:
    """The numbers of layers of one kind, of which a device may hold all: "58 of the 61 layers are MoE"."""
    facts = (case.fact(key) for key in ("model.moe_layers", "model.dense_layers"))
    yield from (fact.value for fact in facts if isinstance(fact, Known) and fact.value > 1)


def _finding(case: Case, claim: Claim, held: float) -> Finding:
    layers = case.number("model.layers")
    share = layers / case.number("strategy.pp") if _stages(case) > 1 else layers
    amount: Term = lift(claim.working or claim.value) * share
    return Finding(
        at=claim,
        message=f"the working counts one layer, but a device holds {figures(held)}: {show(amount.value, BYTE)}",
        because=amount,
        stated=claim.value,
        unit=BYTE,
        help="multiply by the layers of a stage",
    )
