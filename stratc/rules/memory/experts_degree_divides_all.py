"""ME130: attention weights that expert parallelism is said to divide."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.memory.amounts import model_weights
from stratc.analysis.memory.divided import divided_models
from stratc.analysis.memory.setting import width_or_none
from stratc.analysis.model.architecture import readings
from stratc.analysis.model.parameters import layer_ledger
from stratc.arith.term import Named, Term, lift, plain
from stratc.arith.unit import BYTE, PARAMETER, UNITS, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Missing
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

NEAR = 0.03  # rounding of a quotient
FAR = 1.3  # times the share; less is a round figure for what is divided well in the main


@rule("ME130", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def experts_degree_divides_all(case: Case) -> Iterator[Finding]:
    """The weights on a device are those of the whole model divided by expert parallelism, attention included.

    ## What it finds
    Weights or parameters of a device that are the model's over a product with the expert-parallel degree, where the
    attention of the stated architecture, which that degree leaves whole, makes them more by three tenths and upwards.

    ## Why it matters
    Every rank of an expert-parallel group holds the attention of all its layers; what is planned into the memory that
    seems to be free, mostly the cache, does not fit.

    ## Example
    ```plan
    # Serving

    - **Layers**: 32
    - **Hidden size**: 8192
    - **Attention heads**: 64
    - **Experts per layer**: 16
    - **MoE hidden size**: 8192
    - **Parameters**: 112B
    - **Precision**: FP8
    - **Parallelism**: EP16, TP1, DP16
    - **Model weights per GPU**: 7 GB   <!-- ME130 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    degree = case.known("strategy.ep")
    claims = list(_shares(case)) if degree.value > 1 and _says_how_attention_lies(case) else []
    if not claims:
        return
    amount = plain(layer_ledger(readings(case)[0])["attention"])
    attention = Named("of attention", amount, None, UNITS["parameters"])
    split = case.number("strategy.tp") * case.number_or("strategy.pp", 1)
    found: list[tuple[Claim, Term, float]] = []
    for claim, whole, devices in claims:
        if devices % degree.value or devices > degree.value * plain(split):
            continue
        count = _counted(case, whole)
        share = lift((count - attention) / devices + attention / split)
        stated = whole.value / devices
        computed = share.value * whole.value / count.value
        if amount < count.value and computed > stated * FAR:
            found.append((claim, share, computed))
    if found:
        yield _finding(*found[0], tuple(claim for claim, _, _ in found[1:]))


def _says_how_attention_lies(case: Case) -> bool:
    return any(case.has(key) and case.known(key).is_stated for key in ("strategy.tp", "strategy.dp"))


def _shares(case: Case) -> Iterator[tuple[Claim, Term, int]]:
    """Figures of a device with the whole that they divide, and by how many, as worked out or as they come to."""
    worked = tuple((each.claim, each.whole, each.devices) for each in divided_models(case))
    yield from worked
    lines = {claim.context for claim, _, _ in worked}
    degree, tp, pp = (plain(case.number_or(f"strategy.{name}", 1)) for name in ("ep", "tp", "pp"))
    for claim in case.claims("memory.weights", "parameters.device"):
        if claim.per is not Per.DEVICE or claim.context in lines or claim.working is not None:
            continue
        whole = _whole(case, claim)
        for devices in {degree, degree * tp, degree * pp, degree * tp * pp}:
            if whole is not None and isclose(claim.value, whole.value / devices, rel_tol=NEAR):
                yield claim, whole, int(devices)
                break


def _whole(case: Case, claim: Claim) -> Term | None:
    try:
        return model_weights(case) if claim.quantity.dimension == BYTE else lift(case.number("model.parameters"))
    except Missing:
        return None


def _counted(case: Case, whole: Term) -> Term:
    """The parameters of a whole that may be given in bytes."""
    if case.has("model.parameters"):
        return lift(case.number("model.parameters"))
    width = width_or_none(case) if whole.dimension == BYTE else 1.0
    if width is None:
        raise Missing("model.precision")
    return Named("parameters", whole.value / width, None, UNITS["parameters"])


def _finding(claim: Claim, share: Term, computed: float, others: tuple[Claim, ...]) -> Finding:
    unit = BYTE if claim.quantity.dimension == BYTE else PARAMETER
    taken = f", {show(computed, BYTE)}" if unit == BYTE else ""
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} divides all by the experts' degree, which leaves attention whole: a device "
        f"holds at least {show(share.value, PARAMETER)}{taken}",
        because=share,
        stated=claim.value,
        computed=computed,
        unit=unit,
        also=tuple((other, "and here") for other in others),
        help="divide the experts by the expert degree, and attention by tensor and pipeline degrees alone",
    )
