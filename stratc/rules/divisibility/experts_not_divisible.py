"""DI104: experts over expert-parallel ranks."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.legality import Cut, experts
from stratc.analysis.said.phase import trains
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known, value_or
from stratc.rules.rule import Finding, rule


@rule("DI104", category=Category.DIVISIBILITY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def experts_not_divisible(case: Case) -> Iterator[Finding]:
    """The experts of a layer cannot be split evenly over the expert-parallel ranks.

    ## What it finds
    A number of routed experts that the expert-parallel degree does not divide.  Silent where spare copies of experts
    are planned.  A degree that is a multiple of the experts is a question, for then experts may be meant to be copied.

    ## Why it matters
    Megatron-LM and DeepSpeed refuse to start; elsewhere some ranks hold more experts and all wait for them.

    ## Example
    ```plan
    - **Experts**: 60 per layer
    - **Expert Parallelism**: 8-way <!-- DI104 -->
    ```

    ## References
    - lepikhin-2020, section 3
    - megatron-core, validate_args
    """
    shares = experts(case)
    if shares.legal:
        yield from _copied(case, shares)
        return
    yield Finding(
        at=shares.degree,
        message=f"{shares} experts per rank, which is no whole number",
        because=shares.working,
        stated=shares.degree.value,
        help="choose an expert-parallel degree that divides the experts",
    )


def _copied(case: Case, shares: Cut) -> Iterator[Finding]:
    """More ranks than experts, with no word of copies: a question."""
    degree, count = shares.degree, shares.whole
    spoken = any(case.claims("experts.backup")) or value_or(case.strategy.expert_tp, 1) > 1
    layers = {value_or(case.plan.model.layers, 1), value_or(case.plan.model.moe_layers, 1)}
    pooled = degree.value in {count.value * each for each in layers}  # the experts of all layers
    split = case.fact("strategy.expert_tp")
    whole = trains(case) or (isinstance(split, Known) and split.is_stated)
    if degree.value > count.value > 1 and not spoken and not pooled:
        yield Finding(
            at=degree,
            message=f"{figures(degree.value)} expert-parallel ranks for the {figures(count.value)} experts of a layer: "
            f"{figures(degree.value / count.value)} ranks an expert, of which the plan does not speak",
            because=shares.working,
            severity=None if whole else Severity.INFO,
            certainty=None if whole else Certainty.JUDGEMENT,
            also=((count, "experts of a layer"),),
            help="say that experts are copied or split, or take no more ranks than experts",
        )
