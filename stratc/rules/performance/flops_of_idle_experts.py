"""PE132: operations counted with all parameters of a model whose tokens use a part of them."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.model.parameters import active_share
from stratc.analysis.said.factors import Factor, figures_of, product_of
from stratc.arith.term import Named, Term, lift, plain
from stratc.arith.unit import FLOP, FLOP_RATE, PERCENT, SECOND, TOKEN_RATE, UNITS, figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Missing
from stratc.rules.rule import Finding, rule

NEAR = 0.01
PARAMETERS = UNITS["parameters"]
PASSES = (2.0, 6.0)  # operations of a parameter and token, in serving and in training
WORTH = 0.6  # of the parameters, above which the idle ones change little
FIGURES = (FLOP, FLOP_RATE, SECOND, TOKEN_RATE)


@rule("PE132", category=Category.THROUGHPUT, severity=Severity.WARNING)
def flops_of_idle_experts(case: Case) -> Iterator[Finding]:
    """Operations are counted with all parameters, though a router sends each token through some of the experts only.

    ## What it finds
    A working 2 × or 6 × all parameters of the model, for operations or for the time or rate that they give, where the
    plan says how many parameters are active, or how many of the experts a token uses: six tenths of them or fewer.

    ## Why it matters
    The experts that a token does not visit compute nothing for it.  Times, rates and utilisations that rest on all of
    them are off by the same factor.

    ## Example
    ```plan
    - **Model**: 30B parameters in total, 3B active
    - **Prefill**: 2 × 30B × 4096 = 246 TFLOP   <!-- PE132 -->
    ```

    ## References
    - shazeer-2017, section 1
    - kaplan-2020, section 2.1
    """
    whole = plain(case.number("model.parameters"))
    found = [claim for claim in case.claims("equation", "compute", "latency", "throughput") if _counts(claim, whole)]
    share = _share(case) if found else None
    if share is None or share.value > WORTH:
        return
    first = found[0]
    used = lift(case.number("model.parameters") * share)
    yield Finding(
        at=first,
        message=f"{first.quantity.show()} counts all {figures(whole / 1e9)} B parameters, but a token uses {share} "
        f"= {figures(100 * share.value)} % of them",
        because=used,
        stated=whole,
        unit=PARAMETERS,
        certainty=None if next(case.claims("parameters.active"), None) else Certainty.LIKELY,
        also=tuple((each, "and here") for each in found[1:]),
        help="count the active parameters",
    )


def _counts(claim: Claim, whole: float) -> bool:
    """Whether a figure is worked out as the operations of all parameters."""
    if claim.working is None or claim.quantity.dimension not in FIGURES:
        return False
    product = product_of(claim.working)
    if product is None:
        return False
    timed = any(each.dimension == FLOP_RATE for each in figures_of(claim.working))
    work = product.under if claim.quantity.dimension == TOKEN_RATE else product.over
    direct = claim.quantity.dimension in (FLOP, FLOP_RATE)
    return (direct or timed) and _is_work(work, whole)


def _is_work(factors: tuple[Factor, ...], whole: float) -> bool:
    twice = any(each.value in PASSES and not each.is_bytes for each in factors)
    return twice and any(isclose(each.value, whole, rel_tol=NEAR) for each in factors)


def _share(case: Case) -> Term | None:
    """The share of the parameters that a token uses: as the plan says, by the architecture, or of its experts."""
    stated = [each for each in case.claims("parameters.active") if each.value > 0]
    if stated:
        most = max(stated, key=lambda each: each.value)
        return lift(Named("active", most.value, most, PARAMETERS) / case.number("model.parameters"))
    if not case.has("model.experts", "model.top_k"):
        return None
    try:
        return Named("of the layers", active_share(case), case.known("model.top_k"), PERCENT)
    except Missing:
        return lift(case.number("model.top_k") / case.number("model.experts"))
