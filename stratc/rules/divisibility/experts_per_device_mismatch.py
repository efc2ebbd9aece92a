"""DI203: stated experts per device."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import is_own_share
from stratc.analysis.layout.devices import device_count
from stratc.analysis.layout.legality import Cut, cut
from stratc.arith.term import Apply, Literal, Named, plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Missing, value_or
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule


@rule("DI203", category=Category.DIVISIBILITY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def experts_per_device_mismatch(case: Case) -> Iterator[Finding]:
    """The stated experts per device follow from no way to count them.

    ## What it finds
    Experts per device that are neither experts ÷ ep nor any of the other usual counts: over all layers of the device
    or of the model, with each expert split by tensor parallelism, or spread over all devices.  Also experts of an
    expert-parallel group that are neither those of one rank nor all of them.  Only a remark where they may be those of
    several layers, whose number is not said.  Spare copies are counted in.

    ## Why it matters
    Expert memory per device and the traffic of the all-to-all follow from this number.

    ## Example
    ```plan
    - **Layers**: 16
    - **Experts**: 64 per layer
    - **Expert Parallelism**: 16-way
    - **Experts per GPU**: 8 <!-- DI203 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    shares = cut(case, "model.experts", "strategy.ep")
    copies = {each.value for each in case.claims("experts.backup")}
    if len(copies) > 1 or not shares.is_even:
        return
    if copies:
        yield from _with_copies(case, shares, copies.pop())
        return
    yield from _of_groups(case, shares)
    yield from _by_tensor(case, shares)
    stated = case.known("strategy.experts_per_device")
    if stated.value in _fair(case, everywhere=False):
        return
    spread = stated.value in _fair(case)  # over all devices, against the degree that is stated
    if spread and stated.value != case.known("model.experts").value / plain(device_count(case)):
        return
    layers = _is_over_layers(case, stated.value, shares) or is_own_share(case, stated, shares.whole.value)
    yield Finding(
        at=stated,
        message=f"{figures(stated.value)} experts per device stated, but {shares}",
        because=shares.working,
        stated=stated.value,
        severity=Severity.INFO if layers else Severity.WARNING if spread else None,
        certainty=Certainty.JUDGEMENT if layers else Certainty.LIKELY if spread else None,
        help="correct the experts or the expert-parallel degree",
        write=figures(shares.working.value) if stated.is_stated else "",
    )


def _with_copies(case: Case, shares: Cut, copies: float) -> Iterator[Finding]:
    """Experts of a device beside spare copies, which may be counted in, for all devices or for each."""
    stated, degree = case.known("strategy.experts_per_device"), case.known("strategy.ep").value
    dealt = (case.known("model.experts").value + copies) / degree
    fair = _fair(case) | {dealt, *(each + copies for each in _fair(case))}
    if stated.is_stated and dealt.is_integer() and stated.value not in fair:
        yield Finding(
            at=stated,
            message=f"{figures(stated.value)} experts per device stated, but ({figures(shares.whole.value)} experts + "
            f"{figures(copies)} copies) ÷ {figures(degree)} ep = {figures(dealt)}",
            because=shares.working,
            stated=stated.value,
            computed=dealt,
            help="correct the experts, the copies or the expert-parallel degree",
        )


def _is_over_layers(case: Case, stated: float, shares: Cut) -> bool:
    """Whether the count may be one of several layers, whose number the plan does not say."""
    if any(case.mentions("experts_of_one_layer")):
        return False
    return not case.has("model.layers") and stated % max(1.0, shares.working.value) == 0


def _of_groups(case: Case, shares: Cut) -> Iterator[Finding]:
    """Experts of a group that is one rank, or all of them."""
    fair = _fair(case) | {case.known("model.experts").value}
    wrong = [each for each in case.claims("experts.group") if each.value not in fair]
    for claim in wrong[:1] if case.known("strategy.ep").value > 1 else ():
        if not _is_over_layers(case, claim.value, shares):
            yield Finding(
                at=claim,
                message=f"{figures(claim.value)} experts in an expert-parallel group stated, but {shares}",
                because=shares.working,
                stated=claim.value,
                also=tuple((each, "and here") for each in wrong[1:]),
                help="correct the experts or the expert-parallel degree",
            )


def _by_tensor(case: Case, shares: Cut) -> Iterator[Finding]:
    """Experts of a device or group that the plan's own working divides by the tensor-parallel degree instead."""
    tp, ep = value_or(case.strategy.tp, 1), case.known("strategy.ep").value
    if tp in (1, ep) or case.has_several("strategy.tp", "strategy.ep"):
        return
    grouped = {each.places for each in case.claims("experts.group")}
    experts = float(case.known("model.experts").value)
    for claim in case.claims("equation"):
        match claim.working:
            case Apply("÷", Literal() | Named() as whole, Literal(number=degree, unit=None)) if degree == tp:
                shared = claim.per is Per.DEVICE or claim.places in grouped
                heads = value_or(case.plan.model.heads, 0) == experts  # which tensor parallelism does divide
                if shared and not heads and whole.value == experts and claim.value == experts / degree:
                    yield Finding(
                        at=claim,
                        message=f"{figures(experts)} experts divided by the {figures(tp)} of tensor parallelism, but "
                        f"{shares}",
                        because=shares.working,
                        stated=claim.value,
                        also=((case.known("strategy.tp"), "tensor parallelism"),),
                        help="divide the experts by the expert-parallel degree",
                    )


def _fair(case: Case, everywhere: bool = True) -> set[float]:
    """Every number that readers call the experts of a device; `everywhere` counts those dealt to all devices."""
    experts, degree = case.known("model.experts").value, case.known("strategy.ep").value
    layers, stages = value_or(case.plan.model.layers, 1), max(1, value_or(case.strategy.pp, 1))
    sparse = value_or(case.plan.model.moe_layers, layers // value_or(case.plan.model.moe_every, 1))
    layers = sparse if case.has("model.moe_layers") or case.has("model.moe_every") else layers
    splits = {1, value_or(case.strategy.tp, 1), value_or(case.strategy.expert_tp, 1)}
    try:
        devices = {plain(device_count(case))} if everywhere else set()
    except Missing:
        devices = {degree}
    own = {1, layers / stages, sparse / stages}
    groups = {degree * split for split in splits} | {each / part for each in devices for part in (1, stages)}
    shared = devices if stages > 1 else groups
    told = {experts * span / group for span in own for group in groups if group}
    return told | {experts * span / group for span in (layers, sparse) for group in shared if group}
