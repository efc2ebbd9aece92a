"""PA104: the parameters of attention, feed-forward blocks or experts against the architecture."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import doubtful
from stratc.analysis.model.architecture import readings
from stratc.analysis.model.parameters import expert_sizes, layer_ledger, parameter_bounds
from stratc.arith.term import Number, lift, plain
from stratc.arith.unit import PARAMETER, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

FAR = 1.5  # gates, biases and shared experts explain less


@rule("PA104", category=Category.PARAMETERS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def component_count_mismatch(case: Case) -> Iterator[Finding]:
    """The parameters of a component, in all or a layer, are not what the architecture gives it.

    ## What it finds
    A count for attention, feed-forward blocks or experts, of the whole model or of one layer, that neither plain nor
    gated blocks come near.

    ## Why it matters
    Parts are what degrees divide: a wrong part puts the wrong load on tensor or expert parallelism.

    ## Example
    ```plan
    - **Layers**: 32
    - **Hidden size**: 4096
    - **Attention heads**: 32
    - **FFN hidden size**: 16384
    - **Attention parameters**: 9B in total   <!-- PA104 -->
    ```

    ## References
    - vaswani-2017, section 3.2.2
    """
    doubted = doubtful(case)
    # figures that follow from a wrong size are wrong with it; attention is never most of the model
    names = ("attention",) if _is_missized(case) else ("attention", "mlp", "experts")
    for claim in case.claims(*(f"parameters.{name}" for name in names)):
        if claim.per not in (Per.TOTAL, Per.LAYER, Per.UNSAID) or claim in doubted:
            continue
        few, many = _expected(case, claim)
        # a figure that does not say what it is for may be a layer's or a device's, but never above the whole model's
        below = claim.per is not Per.UNSAID and claim.quantity.high < plain(few) / FAR and not _is_of_one(case, claim)
        if plain(few) and (below or claim.quantity.low > plain(many) * FAR):
            yield _finding(claim, few, many)


def _is_of_one(case: Case, claim: Claim) -> bool:
    """Whether a figure is the size of one expert, which a label in the singular may give: "Expert: 176M a layer"."""
    if claim.metric != "parameters.experts" or not case.has("model.hidden_size", "model.expert_hidden_size"):
        return False
    return any(claim.quantity.agrees(plain(each), case.tolerance) for each in expert_sizes(case))


def _is_missized(case: Case) -> bool:
    """Whether the declared size lies outside everything the architecture allows."""
    declared, bounds = case.fact("model.parameters"), parameter_bounds(case)
    return isinstance(declared, Known) and not bounds.low / FAR <= declared.value <= bounds.high * FAR


def _expected(case: Case, claim: Claim) -> tuple[Number, Number]:
    """With plain and with gated blocks; zero where the model has no such component."""
    name = claim.metric.partition(".")[2]
    amounts = []
    for each in readings(case):
        shape, amount = each.shape, layer_ledger(each)[name]
        layers = {"attention": shape.layers, "mlp": shape.dense_layers, "experts": shape.moe_layers}[name]
        amounts.append(amount / layers if claim.per is Per.LAYER and plain(amount) else amount)
    return amounts[0], amounts[-1]


def _finding(claim: Claim, few: Number, many: Number) -> Finding:
    gated = f" ({show(plain(many), PARAMETER)} with gated blocks)" if plain(many) != plain(few) else ""
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} stated, but the architecture gives {show(plain(few), PARAMETER)}{gated}",
        because=lift(few),
        stated=claim.value,
        unit=PARAMETER,
        help="count matrices × hidden size × width, times experts and layers",
        rival=True,
    )
