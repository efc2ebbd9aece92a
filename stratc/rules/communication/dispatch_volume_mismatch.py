"""CO117: bytes that tokens take to their experts and back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from stratc.analysis.case import Case
from stratc.analysis.figures.sent import Message, Slips, hidden_state, messages, slip_of
from stratc.arith.term import Named, Number, Term, lift, plain
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.ir.statement import Per
from stratc.rules.held import misstated
from stratc.rules.rule import Finding, rule


@rule("CO117", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def dispatch_volume_mismatch(case: Case) -> Iterator[Finding]:
    """The bytes of a dispatch or combine are not those of the tokens and their experts.

    ## What it finds
    A figure of bytes that is tokens × experts of each × hidden size × bytes of an element, for one way or both, of a
    layer or all, but without the experts of each token, without the bytes of an element or with those of the other way,
    in bits, or one way of two.  Silent where any number of tokens of the plan comes to it.

    ## Why it matters
    Every token goes to each of its experts and comes back, in every layer that has experts.  The exchange is what most
    expert-parallel plans wait for, and its time follows from these bytes.

    ## Example
    ```plan
    - **Hidden size**: 4096, **MoE layers**: 48, **experts**: 128, **top-k**: 8
    - **EP**: 16
    - **Dispatch**: 1024 tokens of a GPU in BF16, 8.4 MB in each layer   <!-- CO117 -->
    ```

    ## References
    - lepikhin-2020, section 3.2
    """
    if case.known("model.top_k").value < 2 or case.has_several("model.hidden_size", "model.top_k"):
        return
    for message in messages(case, "ep"):
        own = _slips(case, message)
        slip = slip_of(case, message, partial(_right, case, message), partial(_meant, case, message), own)
        if slip:
            yield misstated(
                message, slip, "count tokens × experts of each × hidden size × bytes of an element, each way"
            )


def _routed(case: Case, tokens: Number, width: float) -> Term:
    return lift(hidden_state(case, tokens, width) * case.number("model.top_k"))


def _layers(case: Case) -> Number:
    return case.number("model.moe_layers") if case.has("model.moe_layers") else case.number("model.layers")


def _right(case: Case, message: Message, tokens: Number, width: float) -> Iterator[Term]:
    """Every amount that may be meant: what leaves a device or all of it, of the device or the group."""
    whole, e = _routed(case, tokens, width).value, float(value_or(case.strategy.ep, 1))
    node = float(value_or(case.plan.hardware.devices_per_node, 8))
    leaving = {1.0, (e - 1) / e or 1.0}
    leaving |= {max(e - node, 0) / e or 1.0} if "across" in message.said else set()
    layers = {1.0} if message.claim.per is Per.LAYER else {plain(_layers(case))} if case.has("model.layers") else {1.0}
    layers |= {1.0} if message.claim.per is Per.UNSAID else set()
    one_way = message.said & {"dispatch", "combin"}
    ways = {2.0, 4.0} if "both" in message.said else {1.0} if one_way else {1.0, 2.0, 4.0}
    groups = {1.0, 1 / value_or(case.strategy.tp, 1)} | (set() if "device" in message.said else {e, 1 / e})
    for part in leaving:
        for count in (layer * way for layer in layers for way in ways):
            for group in groups:
                yield lift(whole * part * count * group)


def _meant(case: Case, message: Message, tokens: Number, width: float) -> Iterator[Term]:
    """What the words speak of: one way or both, of a layer or of all that have experts."""
    whole, e = _routed(case, tokens, width), float(value_or(case.strategy.ep, 1))
    if "both" in message.said:
        whole = lift(whole * Named("ways", 2.0))
    if message.claim.per is Per.TOTAL:
        whole = lift(whole * _layers(case))
    yield whole
    if e > 1:
        yield lift(whole * Named("leaves the device", (e - 1) / e))


def _slips(case: Case, message: Message) -> Slips:
    top = plain(case.number("model.top_k"))
    found = [(1 / top, "every token goes to each of its experts")]
    if "both" in message.said:
        found.append((0.5, "one way of two is counted"))
    if "typed" in message.said and len(message.widths) == 1:
        found += [
            (other / message.widths[0], "the element has another width")
            for other in (1, 2)
            if other != message.widths[0]
        ]
    if message.claim.per is Per.TOTAL and plain(_layers(case)) > 1:
        found.append((1 / plain(_layers(case)), "the exchange of one layer is counted"))
    return tuple(found)
