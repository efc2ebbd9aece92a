"""DI201: stated layers per stage."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor

from stratc.analysis.case import Case
from stratc.analysis.layout.legality import cut
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule

KEY = "strategy.layers_per_stage"


@rule("DI201", category=Category.DIVISIBILITY, severity=Severity.ERROR)
def layers_per_stage_mismatch(case: Case) -> Iterator[Finding]:
    """The stated layers per stage are not the layers divided by the stages.

    ## What it finds
    Layers per stage that are neither layers ÷ stages nor, with virtual stages, the layers of one of them.  Silent
    where the plan lists the layers of every stage, and for the layers of a stage of another pool.

    ## Why it matters
    Layers are left out or counted twice, and memory and time per stage are wrong by the same factor.

    ## Example
    ```plan
    - **Layers**: 32
    - **Pipeline Parallelism**: 4-way
    - **Layers per stage**: 4 <!-- DI201 -->
    ```

    ## References
    - narayanan-2021, section 2.2
    """
    stated = case.known(KEY)
    if any(case.claims("stages.layers")):
        return  # which are added up instead
    if not case.known("strategy.pp").is_stated and case.known("strategy.pp").value == 1:
        return  # nobody says how many stages there are, but that there are some
    shares = cut(case, "model.layers", "strategy.pp")
    chunks = cut(case, "model.layers", "strategy.pp", "strategy.vpp").working.value
    fair = {floor(shares.working.value), ceil(shares.working.value), chunks}
    placed = {float(span[1] - span[0] + 1) for stage in case.strategy.stages if (span := stage.value.layers)}
    fair = placed or fair
    elsewhere = _of_other_pools(case)
    others = (other for conflict in case.plan.conflicts if conflict.key == KEY for other in conflict.others)
    for each in (stated, *others):
        if (
            each.value not in fair
            and each.value not in elsewhere
            and each.is_stated
            and (each is not stated or not placed)
        ):
            shared = _is_of_device(case, each.value)
            yield Finding(
                at=each,
                severity=Severity.WARNING if shared else None,
                certainty=Certainty.LIKELY if shared else None,
                message=f"{figures(each.value)} layers per stage stated, but {shares}",
                because=shares.working,
                stated=each.value,
                help="correct the layers or the number of stages",
                write=figures(shares.working.value) if shares.is_even else "",
            )


def _of_other_pools(case: Case) -> set[float]:
    """The layers of a stage of the other strategies of the plan, of which a sentence may speak that names none."""
    layers = float(case.known("model.layers").value)
    degrees = (each.pp for each in case.plan.further)
    return {layers / degree.value for degree in degrees if isinstance(degree, Known)}


def _is_of_device(case: Case, layers: float) -> bool:
    """Whether the layers may be meant as dealt out to the tensor-parallel devices too, of which each has all."""
    if not case.has("strategy.tp"):
        return False
    parts = int(case.known("strategy.tp").value)
    return parts > 1 and layers * parts in (float(case.known("model.layers").value), _of_stage(case))


def _of_stage(case: Case) -> float:
    return float(case.known("model.layers").value / case.known("strategy.pp").value)
