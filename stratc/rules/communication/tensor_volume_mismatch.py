"""CO116: bytes of tensor-parallel collectives against tokens and hidden size."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from stratc.analysis.case import Case
from stratc.analysis.figures.sent import Message, Slips, hidden_state, messages, of_ring, slip_of
from stratc.arith.term import Named, Number, Term, lift, plain
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.statement import Per
from stratc.rules.held import misstated
from stratc.rules.rule import Finding, rule

COUNTS = (1, 2, 3, 4, 6)  # collectives of a layer: of one block, forward, with backward, and once more computed again


@rule("CO116", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def tensor_volume_mismatch(case: Case) -> Iterator[Finding]:
    """The bytes of a tensor-parallel all-reduce are not those of its tokens' hidden states.

    ## What it finds
    A figure of bytes that is tokens × hidden size × bytes of an element, for one collective, a layer or all layers, but
    divided by the degree, without the bytes of an element, in bits, one of two collectives of a layer, or half of what
    a ring sends.  Silent where any number of tokens of the plan comes to it, with a ring's factor or without.

    ## Why it matters
    Every device adds a partial sum of the whole hidden state, twice in a layer, and a ring sends 2 (n - 1) ÷ n of it.
    The time of the collectives, and the degree at which they cost more than they save, follow from that volume.

    ## Example
    ```plan
    - **Hidden size**: 8192, **layers**: 80
    - **Precision**: BF16
    - **TP**: 8, **PP**: 1
    - **TP all-reduce**: a chunk of 4096 tokens sends 8.4 MB in each call   <!-- CO116 -->
    ```

    ## References
    - shoeybi-2019, section 3
    - narayanan-2021, section 3.2
    """
    degree = case.known("strategy.tp")
    if degree.value < 2 or case.has_several("strategy.tp", "model.hidden_size"):
        return
    for message in messages(case, "tp"):
        own = _slips(case, message, degree.value)
        slip = slip_of(case, message, partial(_right, case, message), partial(_meant, case, message), own)
        if slip:
            advice = "count tokens × hidden size × bytes of an element for each collective"
            yield misstated(message, slip, advice)


def _right(case: Case, message: Message, tokens: Number, width: float) -> Iterator[Term]:
    """Every amount that may be meant: of one collective, a layer, a stage or all layers, of the message or the ring."""
    whole, n = hidden_state(case, tokens, width).value, plain(case.number("strategy.tp"))
    for factor in (1.0, of_ring(n)):
        for count in _counts(case, message):
            yield lift(whole * factor * count)


def _counts(case: Case, message: Message) -> set[float]:
    """How many collectives a figure may stand for: one, those of a layer, of a stage or of all layers."""
    if "call" in message.said:
        return {1.0}
    one_layer = set(map(float, COUNTS))
    if message.claim.per is Per.LAYER:
        return one_layer
    layers = plain(case.number_or("model.layers", 1))
    pairs = message.claim.per is Per.TOTAL and not case.has(
        "model.experts"
    )  # attention and feed-forward in every layer
    of_all = {
        each * every
        for each in COUNTS[pairs:]
        for every in (layers, layers / plain(case.number_or("strategy.pp", 1)))
        if every > 1
    }
    return of_all if message.claim.per is Per.TOTAL else one_layer | of_all


def _meant(case: Case, message: Message, tokens: Number, width: float) -> Iterator[Term]:
    """The amounts that the words speak of: of all layers, of one, or of one collective."""
    whole, n = hidden_state(case, tokens, width), case.number("strategy.tp")
    if message.claim.per is Per.TOTAL:
        whole = lift(whole * Named("collectives a layer", 2.0) * case.number("model.layers"))
    elif message.claim.per is Per.LAYER and "call" not in message.said:
        yield lift(whole * Named("collectives", 2.0))
    yield whole
    yield lift(whole * Named("of the ring", plain(of_ring(n))))


def _slips(case: Case, message: Message, degree: int) -> Slips:
    found = [(1 / degree, "every device adds a partial sum of the whole hidden state, not its part")]
    if "half" not in message.said:
        found.append(((degree - 1) / degree, "an all-reduce gathers what it has scattered, and sends it all again"))
    if message.claim.per is Per.TOTAL:
        layers = plain(case.number("model.layers"))
        found.append((1 / layers, "the collectives of one layer are counted"))
        if not case.has("model.experts"):
            found.append((0.5, "attention and feed-forward end in an all-reduce each"))
    return tuple(found)
