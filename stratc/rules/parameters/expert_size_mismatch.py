"""PA106: the size of an expert against its dimensions."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import doubtful
from stratc.analysis.memory.setting import element_bytes
from stratc.analysis.model.parameters import expert_sizes
from stratc.arith.term import Number, lift, plain
from stratc.arith.unit import BYTE, PARAMETER, Dimension, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

FAR = 2.1  # scales, padding and a matrix counted once explain less
SHARED = 0.1  # of the size that attention and embeddings may have
LARGE = 1.3  # times gated blocks in all layers; biases and shared parts explain less


@rule("PA106", category=Category.PARAMETERS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def expert_size_mismatch(case: Case) -> Iterator[Finding]:
    """An expert is given another size than its dimensions give it.

    ## What it finds
    Parameters or memory of one expert, clearly more than those of gated blocks in all layers, or less than half of
    those of plain blocks in one layer, split by tensor parallelism.  Silent where the declared size over all experts
    gives the figure: the size is then what is wrong.

    ## Why it matters
    Experts are what expert parallelism deals out: with the size of an expert wrong, so is every device's share.

    ## Example
    ```plan
    - **Layers**: 24
    - **Hidden size**: 1024
    - **Experts per layer**: 16
    - **MoE hidden size**: 2048
    - **Parameters per expert**: 0.9B   <!-- PA106 -->
    ```

    ## References
    - shazeer-2017, section 2
    """
    claims = [each for each in case.claims("parameters.experts", "memory.experts") if _is_of_one(each)]
    if not claims or case.has_several("model.hidden_size", "model.expert_hidden_size"):
        return
    (few, many), doubted = expert_sizes(case), doubtful(case)
    layers = plain(case.number("model.layers"))
    split = max(plain(case.number_or("strategy.tp", 1)), plain(case.number_or("strategy.expert_tp", 1)))
    for claim in claims:
        width = element_bytes(case) if claim.quantity.dimension == BYTE else 1.0
        above = claim.quantity.low > LARGE * plain(many) * layers * width
        below = claim.quantity.high * FAR * split < plain(few) * width
        if claim not in doubted and (above or below) and not _follows_from_size(case, claim, width):
            yield _finding(claim, few, width)


def _is_of_one(claim: Claim) -> bool:
    """A figure without a working; what follows from a wrong size of the model is wrong with it."""
    return claim.per is Per.EXPERT and claim.relation is Relation.IS and claim.working is None


def _follows_from_size(case: Case, claim: Claim, width: float) -> bool:
    """Whether the declared size over all experts of all layers is the figure, so that the size is to be blamed."""
    if not case.has("model.parameters", "model.experts"):
        return False
    experts = plain(case.number("model.experts") * case.number("model.layers"))
    return claim.quantity.agrees(plain(case.number("model.parameters")) / experts * width, SHARED)


def _finding(claim: Claim, count: Number, width: float) -> Finding:
    unit: Dimension = BYTE if claim.quantity.dimension == BYTE else PARAMETER
    size = lift(count * width) if unit == BYTE else lift(count)
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} for an expert, but two matrices of a layer are {show(size.value, unit)}",
        because=size,
        stated=claim.value,
        computed=size.value,
        unit=unit,
        help="count matrices × hidden size × expert size, and say for how many layers",
    )
