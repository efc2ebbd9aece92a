"""CO110: the time of one collective a layer, where a layer has two."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Apply, lift
from stratc.arith.unit import SECOND, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

TWICE = {"tp": "all_reduce_twice", "ep": "all_to_all_twice"}  # what tells that a plan counts both


@rule("CO110", category=Category.COMMUNICATION, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def collective_counted_once(case: Case) -> Iterator[Finding]:
    """A time of communication is that of one collective times the layers, though each layer has two.

    ## What it finds
    "40 × 1.9 ms" of all-reduces, or "8 ms × 12 layers" of all-to-all, in a plan that nowhere speaks of two of them,
    of dispatch and combine, or of a factor for both.  Where the plan lists the same time twice for a layer, once for
    attention and once for the feed-forward block, it is no question any more.

    ## Why it matters
    Attention and feed-forward each end in an all-reduce, and tokens go to their experts and come back: volume and time
    are twice as much.

    ## Example
    ```plan
    - **Layers**: 40
    - **Tensor parallelism**: TP = 8

    ## Communication
    - **TP all-reduce**: 40 × 1.9 ms = 76 ms   <!-- CO110 -->
    ```

    ## References
    - shoeybi-2019, section 3
    - lepikhin-2020, section 3
    """
    told = {kind for kind, concept in TWICE.items() if any(case.mentions(concept))}
    counts = _layers(case)
    routed = [place for each in case.mentions("all_to_all") for place in each.places]
    for claim in case.claims("communication.time"):
        kind = "ep" if any(place in claim.context for place in routed) else claim.cause
        if kind not in TWICE or kind in told or (kind == "tp" and _is_sparse(case) and not _listed_twice(case, claim)):
            continue
        match claim.working:
            case Apply("×", left, right) if SECOND in (left.dimension, right.dimension):
                count = right.value if left.dimension == SECOND else left.value
                if count in counts:
                    yield _finding(case, claim, count, kind)


def _finding(case: Case, claim: Claim, count: float, kind: str) -> Finding:
    twice = _listed_twice(case, claim)
    what = "tokens are dispatched and combined" if kind == "ep" else "attention and feed-forward each need one"
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} count one collective in each of {figures(count)} layers, but {what}: "
        f"{show(claim.value * 2, SECOND)}",
        because=lift(claim.value * 2),
        stated=claim.value,
        unit=SECOND,
        severity=Severity.WARNING if twice else None,
        certainty=Certainty.LIKELY if twice else None,
        also=tuple((each, "in each layer") for each in twice),
        help="count two operations a layer, or say that the time of a layer holds both",
    )


def _layers(case: Case) -> set[float]:
    """Layers that a device may run: all, those with experts, those of a stage."""
    facts = [case.fact(key) for key in ("model.layers", "model.moe_layers", "strategy.layers_per_stage")]
    counts = {float(fact.value) for fact in facts if isinstance(fact, Known)}
    if case.has("strategy.pp"):
        counts |= {count / max(1, case.known("strategy.pp").value) for count in counts}
    return {count for count in counts if count > 1}


def _is_sparse(case: Case) -> bool:
    return case.has("model.experts") or any(case.mentions("expert_parallel"))


def _listed_twice(case: Case, claim: Claim) -> tuple[Claim, ...]:
    """Two times of a layer with the same cause, each of which the working takes."""
    times = [each for each in case.claims("communication.time") if each.per is Per.LAYER and each.cause == claim.cause]
    working = claim.working
    taken = [
        each for each in times if isinstance(working, Apply) and each.value in (working.left.value, working.right.value)
    ]
    places = [(each, span) for each in taken for span in each.places]
    return tuple(dict.fromkeys(each for each, _ in places)) if len(places) > 1 else ()
