"""ME151: weights of a device in every layer of the model, in a plan with a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from stratc.analysis.case import Case
from stratc.analysis.said.factors import Product, product_of
from stratc.arith.term import Named, Term, lift
from stratc.arith.unit import BYTE, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

PARTS = ("memory.experts", "memory.mlp", "memory.attention")
COUNTS = (
    *("model.experts", "model.heads", "model.kv_heads", "model.head_dim", "strategy.experts_per_device"),
    *("strategy.ep", "strategy.tp", "workload.batch_size", "workload.micro_batches"),
)


@rule("ME151", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def layers_of_all_stages(case: Case) -> Iterator[Finding]:
    """The working of a device's weights multiplies all layers of the model, of which its stage holds a part.

    ## What it finds
    A working for expert, feed-forward or attention weights of a device that multiplies the widths of a block and the
    layers of the model, and divides by nothing that holds the pipeline degree.

    ## Why it matters
    A device stores the layers of its own stage; the figure is too large by the number of stages.

    ## Example
    ```plan
    - **Layers**: 24
    - **Hidden size**: 1024
    - **Expert hidden size**: 4096
    - **Pipeline parallelism**: PP = 3
    - **Expert weights per GPU**: 1.6 GB (4 experts × 24 layers × 1024 × 4096 × 2 matrices × 2 bytes)   <!-- ME151 -->
    ```

    ## References
    - narayanan-2021, section 2.2
    """
    layers, stages = float(case.known("model.layers").value), float(case.known("strategy.pp").value)
    width = float(case.known("model.hidden_size").value)
    if stages <= 1 or case.has_several("strategy.pp", "model.layers"):
        return
    others = {float(fact.value) for key in COUNTS if isinstance(fact := case.fact(key), Known)}
    for claim in case.claims(*PARTS):
        product = product_of(claim.working) if claim.working is not None and claim.per is Per.DEVICE else None
        if product is None or not product.multiplies(width) or _divides(product, stages):
            continue
        if any(factor.value == layers and ("layer" in factor.word or layers not in others) for factor in product.over):
            whole = Named("stated", claim.value, claim, claim.quantity.unit)
            amount: Term = lift(whole / case.number("strategy.pp"))
            yield Finding(
                at=claim,
                message=f"the working counts all {figures(layers)} layers, but a device holds "
                f"{figures(layers / stages)} of them: {show(amount.value, BYTE)}",
                because=amount,
                stated=claim.value,
                computed=amount.value,
                unit=BYTE,
                help="multiply by the layers of a stage",
            )


def _divides(product: Product, stages: float) -> bool:
    """Whether the divisors may hold the stages: alone, or in a product of degrees."""
    under = [factor.value for factor in product.under]
    return any(value % stages == 0 for value in (*under, prod(under)) if value > 1)
