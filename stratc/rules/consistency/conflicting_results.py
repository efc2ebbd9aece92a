"""CN120: one result of the plan in two values."""

from __future__ import annotations

from collections.abc import Container, Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule

NEAR = 0.15  # figures are rounded from section to section
EXACT = 0.03  # but not where they are ticked
OWN = {"latency.ttft": "prefill", "latency.tpot": "decode"}  # the phase that a latency is of in any case
CATEGORIES = {"latency.training": Category.CONSISTENCY, "latency": Category.LATENCY, "throughput": Category.THROUGHPUT}


@rule("CN120", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def conflicting_results(case: Case) -> Iterator[Finding]:
    """A throughput or a latency of the plan has two values.

    ## What it finds
    Two exact figures for the tokens or requests a second, the time to the first token, the time per token or that of
    the only training run, counted for the same thing and stated in two sections, that no rounding brings together.
    Bounds, goals, percentiles, and figures said to hold at a load or in a case are left out; three values are taken for
    several cases.

    ## Why it matters
    The plan promises one and works with the other.

    ## Example
    ```plan
    ## Decode
    - **TPOT**: 8.4 ms

    ## Summary
    - **TPOT**: 12 ms <!-- CN120 -->
    ```

    ## References
    - ieee-29148-2018, consistency of requirements
    """
    groups: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in case.claims("result.stated"):
        phase = "" if claim.scope.strategy == OWN.get(claim.cause) else claim.scope.strategy
        groups.setdefault((claim.cause, claim.per.value, phase), []).append(claim)
    ticked = {span for each in case.mentions("requirement_met") for span in each.spans()}
    for claims in groups.values():
        first = claims[0]
        near = EXACT if _is_repeated(claims, ticked) else NEAR
        others = [each for each in claims if not _agree(first, each, near)]
        if others and all(_agree(others[0], each, near) for each in others):
            alike = [each for each in claims if each not in others]
            if {each.scope.path for each in alike}.isdisjoint(each.scope.path for each in others):
                yield _finding(alike, others)


def _is_repeated(claims: list[Claim], ticked: Container[object]) -> bool:
    """Whether the last figure is a ticked one that only repeats what was found: none of them but the first is worked
    out.
    """
    return not any(each.working for each in claims[1:]) and all(span in ticked for span in claims[-1].spans())


def _agree(one: Claim, other: Claim, near: float) -> bool:
    return one.quantity.agrees(other.value, near) or other.quantity.agrees(one.value, near)


def _finding(claims: list[Claim], others: list[Claim]) -> Finding:
    """At the figure that sums up, or is only said beside one that is worked out; of two of a kind at the later."""
    worked, bare = any(each.working for each in others), [each for each in claims if not each.working]
    summed = any(map(_sums_up, claims)) and not any(map(_sums_up, others))
    at, rest = (bare[-1], others) if bare and (worked or summed) else (others[-1], claims)
    return Finding(
        at=at,
        message=f"{at.quantity.show()} here, but {rest[0].quantity.show()} elsewhere",
        stated=at.value,
        computed=rest[0].value,
        unit=at.quantity.unit,
        category=CATEGORIES.get(at.cause, CATEGORIES.get(at.cause.partition(".")[0])),
        also=((rest[0], "another value"),),
        help="keep one of the two, or say what each is for",
    )


def _sums_up(claim: Claim) -> bool:
    """Whether a figure stands in a section that repeats what others find."""
    return any(word in " ".join(claim.scope.path[-1:]).lower() for word in ("summary", "conclusion", "overview"))
