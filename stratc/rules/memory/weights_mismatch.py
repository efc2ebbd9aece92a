"""ME118: the memory of the weights against size and precision."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import doubtful
from stratc.analysis.layout.shares import devices_sharing, in_total, left_out
from stratc.analysis.memory.amounts import model_weights, sized_weights, spread_weights, weight_bounds
from stratc.analysis.memory.breakdown import TOTALS
from stratc.analysis.memory.divided import divided_amounts
from stratc.analysis.memory.states import shards_weights
from stratc.analysis.said.promise import promises
from stratc.arith.term import Apply, Term, lift, plain
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Assumed, Known, value_or
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

STATES = 20  # bytes that training keeps of a parameter at most
FAR = 1.5  # embeddings, buffers and padding explain less
NEAR = 1.15  # prefixes in powers of two and rounding explain less, where the precision stands beside the figure
_SHAPE = (
    "model.layers",
    "model.hidden_size",
    "model.experts",
    "model.expert_hidden_size",
    "strategy.ep",
    "strategy.pp",
)
OVER = 1.4  # of the share of a device, which first and last stages exceed by their embeddings


@rule("ME118", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def weights_mismatch(case: Case) -> Iterator[Finding]:
    """The memory of the weights does not follow from the size of the model and its precision.

    ## What it finds
    Weights in all that are far from parameters × bytes, weights of a device above all of the model or below an even
    share of all devices, and those that its degrees do not leave it: in a dense model far from the part of tensor and
    pipeline degrees, else above the experts' part, with attention and the largest vocabulary whole.  Where size and
    architecture disagree, either may hold; without a size the experts' part is that of the architecture.  Also "13B
    parameters take 13 GB in FP16", by its own precision or the plan's.

    ## Why it matters
    What the weights leave free is what cache, activations and optimizer state are planned into.

    ## Example
    ```plan
    - **Model size**: 20B parameters
    - **Precision**: FP16
    - **Total GPUs**: 16
    - **Model weights per GPU**: 0.6 GB   <!-- ME118 -->
    ```

    ## References
    - micikevicius-2018, section 3
    """
    yield from _sized(case)
    if not case.has("model.parameters"):
        yield from _by_architecture(case)
        return
    doubted, whole = doubtful(case), model_weights(case)
    few, many = weight_bounds(case)
    yield from (_finding(each, whole, "the whole model has") for each in _between(case, few, many) - doubted)
    for claim in case.claims("memory.weights"):
        if (
            claim in doubted
            or claim.per not in (Per.TOTAL, Per.DEVICE)
            or claim.value <= STATES  # "12 bytes a parameter" is no size
            or _is_divided(case, claim)
            or _counts_parameters(case, claim)
        ):
            continue
        if claim.quantity.low > many * FAR:
            yield _finding(claim, whole, "the whole model has")
            continue
        if claim.per is Per.DEVICE and (found := tuple(_of_device(case, claim, whole))):
            yield from (_finding(claim, computed, words) for computed, words in found if words)
            continue
        if claim.per is Per.DEVICE and not case.has("strategy.device_count"):
            continue
        devices = devices_sharing(case) if claim.per is Per.DEVICE else 1
        if plain(devices) and claim.quantity.high * FAR < few / plain(devices):
            share = lift(whole / devices) if claim.per is Per.DEVICE else whole
            yield _finding(claim, share, "an even share is" if claim.per is Per.DEVICE else "the whole model has")


def _by_architecture(case: Case) -> Iterator[Finding]:
    """Weights of a device far above its part of the experts, where the architecture alone tells how large they are."""
    if not case.has("strategy.ep") or case.is_set(case.known("strategy.ep")) or case.has_several(*_SHAPE):
        return
    most, doubted = spread_weights(case), doubtful(case)
    for claim in case.claims("memory.weights") if most else ():
        is_sure = claim.per is Per.DEVICE and claim not in doubted and claim.value > STATES
        if most and is_sure and not _is_divided(case, claim) and claim.quantity.low > most.value * FAR:
            yield _finding(claim, most, "with its part of the experts it has at most")


def _of_device(case: Case, claim: Claim, whole: Term) -> Iterator[tuple[Term, str]]:
    """What a device holds by the degrees, where a figure is far from it; without words where another rule tells so."""
    part, most = _share(case), _most(case, claim, whole)
    largest = part or _largest(case)
    told = any(left_out(case, claim, whole, case.tolerance))  # by undivided-weights
    if largest and claim.quantity.low > largest.value * OVER:
        yield largest, "" if told else "the device's share is" if part else "a device's share is at most"
    elif most and claim.quantity.low > most.value * FAR:
        yield most, "" if told else "with its part of the experts it has at most"
    elif part and claim.quantity.high * FAR < part.value and not _may_shard(case):
        copies = value_or(case.strategy.cp, 1)  # replicas-divide-weights tells of a division by them
        yield (
            part,
            "" if copies > 1 and claim.quantity.agrees(part.value / copies, NEAR - 1) else "the device's share is",
        )


def _sized(case: Case) -> Iterator[Finding]:
    """Bytes beside the parameters that take them."""
    for claim in case.claims("memory.sized"):
        computed = sized_weights(case, claim)
        if claim.quantity.is_range or not claim.value or claim.quantity.agrees(computed.value, case.tolerance):
            continue
        if max(claim.value / computed.value, computed.value / claim.value) > (NEAR if claim.cause else FAR):
            yield _finding(claim, computed, "by their number it is")


def _share(case: Case) -> Term | None:
    """What a device of a dense model holds by its stated degrees; None where one is left open."""
    if case.has("model.experts") or not case.has("strategy.tp", "strategy.pp"):
        return None
    if any(isinstance(case.known(f"strategy.{name}").origin, Assumed) for name in ("tp", "pp")):
        return None
    split = case.number("strategy.tp") * case.number("strategy.pp")
    return lift(model_weights(case) / split) if plain(split) > 1 else None


def _largest(case: Case) -> Term | None:
    """What a device of a dense model holds by its stated tensor degree, however many stages there are."""
    tp = case.fact("strategy.tp")
    if case.has("model.experts") or not isinstance(tp, Known) or not tp.is_stated or tp.value < 2:
        return None
    pp = case.fact("strategy.pp")
    known = isinstance(pp, Known) and not isinstance(pp.origin, Assumed)
    return None if known or case.has_several("strategy.tp") else lift(model_weights(case) / case.number("strategy.tp"))


def _is_divided(case: Case, claim: Claim) -> bool:
    """Whether a figure that seems to be a device's is divided further: it is of several."""
    return claim.per is Per.DEVICE and claim.value in divided_amounts(case)


def _most(case: Case, claim: Claim, whole: Term) -> Term | None:
    """What a device with some of the experts holds at most; None where the figure may be that of all devices."""
    if not case.has("strategy.ep") or case.is_set(case.known("strategy.ep")):
        return None
    is_whole = claim.quantity.agrees(whole.value, NEAR - 1)
    return None if is_whole and not in_total(case, claim) else spread_weights(case)


def _may_shard(case: Case) -> bool:
    """Whether replicas may divide the weights among them, as ZeRO-3 and FSDP do."""
    replicas, stage = value_or(case.strategy.dp, 1), case.fact("strategy.zero_stage")
    told = isinstance(stage, Known) and stage.is_stated
    return shards_weights(case) or (replicas > 1 and not told)


def _between(case: Case, few: float, many: float) -> frozenset[Claim]:
    """Weights of the whole model that follow neither from the declared size nor from the architecture."""
    totals = {each.scope.path for each in promises(case, *TOTALS) if each.per is Per.TOTAL}
    return frozenset(
        each
        for each in case.claims("memory.weights")
        if each.per is Per.TOTAL or (each.per is Per.UNSAID and each.scope.path in totals and not _is_share(each))
        if few * FAR < each.quantity.low and each.quantity.high * FAR < many
        if not each.quantity.agrees(model_weights(case).value, case.tolerance)
    )


def _is_share(claim: Claim) -> bool:
    """Whether a figure is what its own working divides an amount into."""
    return isinstance(claim.working, Apply) and claim.working.op == "÷"


def _counts_parameters(case: Case, claim: Claim) -> bool:
    """Whether the figure is the number of parameters on a device, which parameters-called-bytes tells."""
    if not case.has("model.parameters", "strategy.device_count"):
        return False
    count = plain(case.number("model.parameters") / case.number("strategy.device_count"))
    return claim.per is Per.DEVICE and abs(claim.value - count) <= claim.quantity.step


def _finding(claim: Claim, computed: Term, words: str) -> Finding:
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} of weights stated, but {words} {computed} = {show(computed.value, BYTE)}",
        because=computed,
        stated=claim.value,
        unit=BYTE,
        help="multiply the parameters of the device by the bytes of the precision",
        rival=True,
    )
