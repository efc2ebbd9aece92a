"""CN118: a feed-forward block of other widths than the model's."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule

WIDTHS = ("model.ffn_hidden_size", "model.expert_hidden_size")
WORDS = {"shape.outer": "hidden size", "shape.inner": "width of the block"}


@rule("CN118", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def shape_of_another_block(case: Case) -> Iterator[Finding]:
    """A feed-forward block is drawn with other widths than the model has.

    ## What it finds
    "2048 → 8192 → 2048" or "d → 4d → d" where neither the hidden size, nor the width of a feed-forward block or an
    expert, nor a tensor-parallel part of them is meant.

    ## Why it matters
    Weights, traffic and the split over devices are then those of another model.

    ## Example
    ```plan
    - **Hidden size**: 1024
    - **FFN hidden size**: 4096
    - **MLP**: column then row parallel, 2048 → 8192 → 2048   <!-- CN118 -->
    ```

    ## References
    - shoeybi-2019, section 3
    """
    hidden, inner = _values(case, "model.hidden_size"), [value for key in WIDTHS for value in _values(case, key)]
    seen = set()
    for claim in case.claims("shape.outer", "shape.inner", "shape.ratio"):
        fair = _fair(case, claim.metric, hidden, inner)
        if not fair or any(isclose(claim.value, each, rel_tol=0.05) for each in fair) or claim.context in seen:
            continue
        seen.add(claim.context)
        known = next(fact for key in _keys(claim.metric) if isinstance(fact := case.fact(key), Known))
        yield Finding(
            at=claim,
            message=f"{WORDS.get(claim.metric, 'times the hidden size')} {figures(claim.value)} here, but the plan's "
            f"{'width is' if claim.metric == 'shape.ratio' else 'is'} {figures(known.value)}",
            stated=claim.value,
            computed=float(known.value),
            also=((known, "stated here"),),
            help="draw the block with the widths of the model",
        )


def _fair(case: Case, metric: str, hidden: list[float], inner: list[float]) -> set[float]:
    """Every number that may stand there: a width, a device's part of it, gate and up projections together."""
    if metric == "shape.ratio":
        return {wide / narrow for wide in inner for narrow in hidden}
    if metric == "shape.outer":
        return {each / part for each in hidden for part in _parts(case)}
    return {each * times / part for each in inner for part in _parts(case) for times in (1, 2)}


def _keys(metric: str) -> tuple[str, ...]:
    return ("model.hidden_size",) if metric == "shape.outer" else WIDTHS


def _values(case: Case, key: str) -> list[float]:
    """Every value that the plan states for a width."""
    conflicts = (each for each in case.plan.conflicts if each.key == key)
    facts = [case.fact(key), *(other for conflict in conflicts for other in conflict.others)]
    return [float(fact.value) for fact in facts if isinstance(fact, Known) and fact.is_stated]


def _parts(case: Case) -> set[float]:
    """Into how many parts a width may be cut."""
    keys = ("strategy.tp", "strategy.expert_tp")
    return {1.0, *(float(case.known(key).value) for key in keys if case.has(key))}
