"""CO118: bytes that a pipeline stage hands on against tokens and hidden size."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from stratc.analysis.case import Case
from stratc.analysis.figures.sent import hidden_state, messages, slip_of
from stratc.arith.term import Number, Term, lift, plain
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import misstated
from stratc.rules.rule import Finding, rule


@rule("CO118", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def stage_border_mismatch(case: Case) -> Iterator[Finding]:
    """The bytes that a pipeline stage hands to the next are not those of its tokens' hidden states.

    ## What it finds
    A figure of bytes between stages that is tokens × hidden size × bytes of an element, but times the layers of a stage
    or of the model, without the bytes of an element, or in bits.  Silent where any number of tokens of the plan comes
    to it, each device of a stage sending all of it or its part.

    ## Why it matters
    Only the output of a stage's last layer crosses its border, once for every micro-batch.  Whether a network carries
    it in time decides where the borders may lie.

    ## Example
    ```plan
    - **Hidden size**: 8192, **layers**: 80
    - **Precision**: BF16
    - **TP**: 8, **PP**: 4
    - **Sent to the next stage**: 1.34 GB for a chunk of 4096 tokens   <!-- CO118 -->
    ```

    ## References
    - narayanan-2021, section 3.2
    """
    stages = case.known("strategy.pp")
    if stages.value < 2 or case.has_several("model.hidden_size"):
        return
    layers = plain(case.number_or("model.layers", 0))
    own = (
        (layers / stages.value, "only the output of a stage's last layer is sent, not that of each of its layers"),
        (layers, "only the output of a stage's last layer is sent, not that of every layer"),
    )
    for message in messages(case, "pp"):
        slip = slip_of(case, message, partial(_right, case), partial(_meant, case), own)
        if slip:
            yield misstated(message, slip, "count tokens × hidden size × bytes of an element")


def _meant(case: Case, tokens: Number, width: float) -> Iterator[Term]:
    yield hidden_state(case, tokens, width)


def _right(case: Case, tokens: Number, width: float) -> Iterator[Term]:
    """Every amount that may be meant: of one border or all, one way or both, of all devices of a stage or one."""
    whole, borders = hidden_state(case, tokens, width).value, plain(case.number("strategy.pp")) - 1
    for count in (1.0, 2.0, borders, 2 * borders):
        for parts in (1.0, plain(case.number_or("strategy.tp", 1))):
            yield lift(whole * count / parts)
