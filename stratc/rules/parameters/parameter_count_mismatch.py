"""PA101: the declared size of the model against its architecture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stratc.analysis.case import Case
from stratc.analysis.model.parameters import Bounds, parameter_bounds, usual_most
from stratc.arith.term import lift, plain
from stratc.arith.unit import COUNT, PARAMETER, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Given, Known
from stratc.rules.rule import Finding, rule

FAR = 1.5  # beyond every reading by this factor no naming habit explains the difference
ROUND = 1.12  # beyond this a remark asks what else is counted


LEAST, MANY = 1e6, 3  # parameters of a part, and parts
NEAR = 1.2  # sizes in names are rounded, and some count without embeddings


@rule("PA101", category=Category.PARAMETERS, severity=Severity.ERROR)
def parameter_count_mismatch(case: Case) -> Iterator[Finding]:
    """The declared number of parameters is not what the stated architecture has.

    ## What it finds
    A size ("30B parameters") that no reading of the stated layers, widths and experts comes near: neither with plain
    nor with gated feed-forward blocks, with any vocabulary, with any number of key-value heads.  Likely
    only where the architecture is that of a model which the plan names; a remark where only an unusually large
    vocabulary would explain the difference, or where the plan itself works out the parts of the architecture and thus
    knows of it.

    ## Why it matters
    Memory, computation and the number of devices are all planned from the size; when the dimensions give another one,
    every figure that follows is wrong by the same factor.

    ## Example
    ```plan
    - **Model size**: 40B parameters   <!-- PA101 -->
    - **Layers**: 24
    - **Hidden size**: 2048
    - **Attention heads**: 16
    - **FFN hidden size**: 8192
    ```

    ## References
    - vaswani-2017, section 3
    - shazeer-2020, section 2
    """
    declared, bounds = case.known("model.parameters"), parameter_bounds(case)
    if not declared.value or not bounds.low or _is_called_so(case, declared) or _hides_experts(case):
        return
    if _is_one_of_several(case, bounds) or _is_published(case, declared):
        return
    factor = max(declared.value / bounds.high, bounds.low / declared.value)
    if factor < NEAR:
        yield from _asked(case, declared, bounds)
        return
    sure = factor >= FAR and not _is_of_name(case)
    doubt = Certainty.JUDGEMENT if _adds_up(case, bounds) else Certainty.LIKELY
    sure = sure and doubt is Certainty.LIKELY
    yield Finding(
        at=declared,
        message=f"{show(declared.value, PARAMETER)} stated, but the architecture has {_shown(bounds)}",
        because=lift(bounds.plain),
        stated=declared.value,
        unit=PARAMETER,
        severity=None if sure else Severity.INFO if doubt is Certainty.JUDGEMENT else Severity.WARNING,
        certainty=None if sure else doubt,
        help="correct the size, or the layers, widths and experts; figures derived from the size change with it",
    )


def _asked(case: Case, declared: Known[Any], bounds: Bounds) -> Iterator[Finding]:
    """A remark where only a vocabulary beyond the usual would explain what the size has more than the architecture."""
    most = usual_most(case)
    if declared.value > most * ROUND and not _is_of_name(case):
        yield Finding(
            at=declared,
            message=f"{show(declared.value, PARAMETER)} stated, but the architecture has {_shown(bounds)}, with "
            f"embeddings of the usual size {show(most, PARAMETER)} at most",
            stated=declared.value,
            computed=most,
            unit=PARAMETER,
            severity=Severity.INFO,
            certainty=Certainty.JUDGEMENT,
            help="say what the size counts that the layers and embeddings do not",
        )


def _adds_up(case: Case, bounds: Bounds) -> bool:
    """Whether the results of one section, at least three parts, add up to the parameters of the architecture."""
    parts: dict[tuple[str, ...], list[float]] = {}
    for claim in case.claims("equation"):
        if claim.value >= LEAST and claim.quantity.dimension in (COUNT, PARAMETER):
            parts.setdefault(claim.scope.path, []).append(claim.value)
    found = (sum(each) for each in parts.values() if len(each) >= MANY)
    return any(bounds.low / NEAR <= each <= bounds.high * NEAR for each in found)


def _hides_experts(case: Case) -> bool:
    """Whether tokens are routed to experts whose number is not said, so that the architecture is not known."""
    routed = case.has("model.top_k") or case.has("model.expert_hidden_size")
    return routed and not case.has("model.experts")


def _is_called_so(case: Case, declared: Known[Any]) -> bool:
    """Whether the size is only part of the name of a published model, which rounds it: "Llama 3.2 1B"."""
    name = case.fact("model.name")
    exact = any(each.key == "model.parameters" for each in case.plan.conflicts)  # the plan says elsewhere how many
    if not isinstance(name, Known) or not (exact or isinstance(case.known("model.layers").origin, Given)):
        return False
    return all(any(part in whole for whole in name.spans()) for part in declared.spans())


def _is_of_name(case: Case) -> bool:
    """Whether the architecture is that of a model which the plan names, and which the size need not belong to."""
    facts = (case.fact(key) for key in ("model.layers", "model.hidden_size"))
    return all(isinstance(fact, Known) and isinstance(fact.origin, Given) for fact in facts)


def _is_published(case: Case, declared: Known[Any]) -> bool:
    """Whether the size is that of the published model which the plan names, so that the architecture is misread."""
    others = [other for each in case.plan.conflicts if each.key == "model.parameters" for other in each.others]
    described = any(isinstance(known.origin, Given) for key, known in case.plan.facts() if key.startswith("model."))
    return declared.is_stated and described and not any(isinstance(each.origin, Given) for each in others)


def _is_one_of_several(case: Case, bounds: Bounds) -> bool:
    """Whether the text gives sizes of several models beside the name of one: three, or one that is its own."""
    others = {
        other.value
        for each in case.plan.conflicts
        for other in each.others
        if each.key == "model.parameters" and other.is_stated
    }
    own = any(bounds.low / NEAR <= each <= bounds.high * NEAR for each in others)
    return _is_of_name(case) and (own or len(others) > 1)


def _shown(bounds: Bounds) -> str:
    few, many = plain(bounds.plain), plain(bounds.gated)
    if few == many:
        return show(few, PARAMETER)
    return f"{show(few, PARAMETER)} ({show(many, PARAMETER)} with gated blocks)"
