"""CO120: gradients that a device exchanges against the parameters that tensor and pipeline parallelism leave it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from stratc.analysis.case import Case
from stratc.analysis.figures.sent import Slips, messages, of_ring, slip_of
from stratc.arith.term import Named, Number, Term, lift, plain
from stratc.arith.unit import UNITS
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.ir.statement import Per
from stratc.rules.held import misstated
from stratc.rules.rule import Finding, rule

SHARES = (1.0, 1.5, 2.0, 3.0)  # of the gradients: reduced, with weights gathered once or twice
WIDTHS = (1, 2, 4)


@rule("CO120", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def gradient_share_misstated(case: Case) -> Iterator[Finding]:
    """The gradients that a device exchanges are those of more parameters than it holds, or are counted too often.

    ## What it finds
    A figure of bytes of gradients sent that is right for the parameters of a device, but times the stages or the
    tensor-parallel degree that divide them, or times the micro-batches whose gradients are accumulated.  Silent for
    models with experts and for adapters, and where any width of an element or any collective comes to the figure.

    ## Why it matters
    Replicas exchange the gradients of the parameters that they share, once a step.  The time of the reduction follows
    from it, and whether the backward pass can hide it.

    ## Example
    ```plan
    # Training of a 32B model
    - **TP**: 4, **PP**: 8, **DP**: 8
    - **Ring all-reduce of the gradients in BF16**: each GPU sends 28 GB   <!-- CO120 -->
    ```

    ## References
    - narayanan-2021, section 3.3.1
    - nccl-tests, bus bandwidth of an all-reduce
    """
    replicas = value_or(case.strategy.dp, 1)
    several = case.has_several("model.parameters", "strategy.tp", "strategy.pp", "strategy.dp")
    if replicas < 2 or several or case.has("model.experts") or any(case.mentions("adapters")):
        return
    own = _slips(case)
    right, meant = partial(_right, case, replicas), partial(_meant, case, replicas)
    for message in messages(case, "dp"):
        widths = message.widths if "typed" in message.said else WIDTHS
        slip = slip_of(case, message._replace(tokens=1, widths=widths), right, meant, own)
        if slip and message.claim.per is not Per.LAYER and any(slip.words == words for _, words in own):
            yield misstated(message, slip, "count the parameters of one device, once a step")


def _held(case: Case) -> Term:
    """Parameters of a device."""
    split = case.number_or("strategy.tp", 1) * case.number_or("strategy.pp", 1)
    return lift(case.number("model.parameters") / split)


def _right(case: Case, replicas: int, _: Number, width: float) -> Iterator[Term]:
    """Every amount that may be meant, whatever the collective."""
    held = _held(case).value * width
    for share in SHARES:
        yield lift(held * share)
        yield lift(held * share * (replicas - 1) / replicas)


def _meant(case: Case, replicas: int, _: Number, width: float) -> Iterator[Term]:
    """The gradients of a device, and what a ring sends of them."""
    gradients = lift(_held(case) * Named("an element", width, None, UNITS["bytes"]))
    yield lift(gradients * Named("of the ring", plain(of_ring(replicas))))
    yield gradients


def _slips(case: Case) -> Slips:
    stages, tensors = value_or(case.strategy.pp, 1), value_or(case.strategy.tp, 1)
    steps = value_or(case.plan.workload.micro_batches, 1)
    found: list[tuple[float, str]] = []
    if stages > 1:
        found.append((stages, "the stages of the pipeline divide them as well"))
    if tensors > 1:
        found.append((tensors, "tensor parallelism divides them as well"))
    if steps > 1:
        found.append((steps, "they are accumulated, and reduced once a step"))
    return tuple(found)
