"""DI103: layers over pipeline stages."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import adds_up_to
from stratc.analysis.framework import is_launch_of
from stratc.analysis.layout.legality import layers, layers_with_ends
from stratc.arith.term import Apply, Term
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known, value_or
from stratc.rules.rule import Finding, rule


@rule("DI103", category=Category.DIVISIBILITY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def layers_not_divisible(case: Case) -> Iterator[Finding]:
    """The layers cannot be split evenly over the pipeline stages.

    ## What it finds
    A number of layers that the stages, times the virtual stages of a device, do not divide.  Silent where the plan
    lists the layers of every stage or adds them up, gives both numbers that stages have, or says itself that they are
    uneven.  Only
    a remark where the split is even with the embedding and the output layer counted as layers, which Megatron-LM can
    do; nothing where the plan counts them so itself.

    ## Why it matters
    Megatron-LM stops unless it is told how to split unevenly, and the largest stage sets the pace of the pipeline.

    ## Example
    ```plan
    - **Layers**: 30
    - **Pipeline Parallelism**: 4-way <!-- DI103 -->
    ```

    ## References
    - narayanan-2021, section 2.2
    - megatron-core, validate_args
    """
    shares = layers(case)  # a rule of Megatron-LM holds its launches to more
    if shares.legal or (is_launch_of(case, "megatron", "") and case.setting("--num-layers")):
        return
    if {floor(shares.working.value), ceil(shares.working.value)} <= _of_stages(case):
        return
    if (
        any(case.mentions("uneven_stages"))
        or any(case.claims("stages.layers"))
        or _adds_stages(case, shares.whole.value)
    ):
        return
    if layers_with_ends(case) and _counts_ends(case, shares.whole.value):
        return
    alike = tuple(case.mentions("stages_alike"))
    part = "virtual stage" if value_or(case.strategy.vpp, 1) > 1 else "stage"
    yield Finding(
        at=shares.degree,
        message=f"{shares} layers per {part}, which is no whole number",
        because=shares.working,
        stated=shares.degree.value,
        severity=Severity.INFO if layers_with_ends(case) and not alike else None,
        also=tuple((each, "said to be alike") for each in alike),
        help="choose stages that divide the layers, or list the layers of every stage",
    )


def _counts_ends(case: Case, layers: float) -> bool:
    """Whether the plan itself adds the embedding, or it and the output layer: "70 layers + 2 = 72"."""
    return any(each.value in (layers + 1, layers + 2) for each in case.claims("equation"))


def _adds_stages(case: Case, layers: float) -> bool:
    """Whether the plan adds up the layers of its stages: "2 × 3 + 13 × 4 + 3 = 61"."""
    sums = (each for each in case.claims("equation", "model.layers") if adds_up_to(each, layers))
    return any(_has_product(each.working) for each in sums)


def _has_product(term: Term | None) -> bool:
    """Whether a sum has a product among its summands."""
    return isinstance(term, Apply) and (term.op == "×" or _has_product(term.left) or _has_product(term.right))


def _of_stages(case: Case) -> set[float]:
    """Every number of layers that the plan gives a stage."""
    fact, key = case.fact("strategy.layers_per_stage"), "strategy.layers_per_stage"
    others = (other.value for each in case.plan.conflicts if each.key == key for other in each.others)
    return {float(each) for each in (*((fact.value,) if isinstance(fact, Known) else ()), *others)}
