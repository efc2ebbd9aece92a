"""CN122: a loop of the plan's code with another number of turns than there are things."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known, value_or
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

LOOPS = {"loop.layers": "model.layers", "loop.experts": "model.experts", "loop.stages": "strategy.pp"}
ROLES = (Role.PLAN, Role.EXAMPLE)  # pseudo-code is given as an example of what the plan does


@rule("CN122", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def loop_of_other_count(case: Case) -> Iterator[Finding]:
    """The plan's code loops over another number of layers, experts or stages than the plan has.

    ## What it finds
    `for layer in range(60)` in a plan of 56 layers.  A loop over what a stage or a device holds, or over a part that
    the line names, is none.

    ## Why it matters
    The code is what will be built: one of the two figures was carried over from another model.

    ## Example
    ````plan
    - **Layers**: 56

    ```
    for layer in range(60):   <!-- CN122 -->
        x = block(x)
    ```
    ````

    ## References
    - megatron-core, pipeline parallelism
    """
    for claim in case.claims(*LOOPS, roles=ROLES):
        key = LOOPS[claim.metric]
        fact = case.fact(key)
        if not isinstance(fact, Known) or case.has_several(key) or claim.value in _counts(case, claim.metric):
            continue
        what = claim.metric.rpartition(".")[2]
        yield Finding(
            at=claim,
            message=f"a loop over {figures(claim.value)} {what}, but there are {figures(fact.value)}",
            stated=claim.value,
            computed=fact.value,
            also=((fact, "stated here"),),
            help="give both the same number",
        )


def _counts(case: Case, metric: str) -> set[float]:
    """How many there are in all, in a stage or on a device."""
    model, strategy = case.plan.model, case.strategy
    stages = value_or(strategy.pp, 1)
    match metric:
        case "loop.layers":
            layers = value_or(model.layers, 0)
            parts = (layers, layers / stages, layers / stages / value_or(strategy.vpp, 1))
            named = (model.moe_layers, model.dense_layers, strategy.layers_per_stage)
            return {*parts, *(value_or(each, 0) for each in named)}
        case "loop.experts":
            experts = value_or(model.experts, 0)
            held = value_or(strategy.experts_per_device, 0)
            return {experts, experts / value_or(strategy.ep, 1), value_or(model.top_k, 0), held}
    return {stages, stages * value_or(strategy.vpp, 1)}
