"""CO119: bytes of a cache that moves to other devices."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from stratc.analysis.case import Case
from stratc.analysis.figures.sent import Message, messages, slip_of
from stratc.analysis.memory.cache import token_elements
from stratc.arith.term import Named, Number, Term, lift, plain
from stratc.arith.unit import UNITS
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known, value_or
from stratc.ir.statement import Per
from stratc.rules.held import misstated
from stratc.rules.rule import Finding, rule


@rule("CO119", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def cache_volume_mismatch(case: Case) -> Iterator[Finding]:
    """The bytes of a cache that moves are not those of its tokens.

    ## What it finds
    A figure of bytes that a prefill pool hands to a decode pool, or a host gets, that is the cache of its tokens, but
    keys alone, one layer, as many heads as queries have, without the bytes of an element, or in bits.  Silent where
    any number of tokens of the plan comes to it, on a device or a replica.

    ## Why it matters
    The cache of a prompt waits on the way before its first token is decoded.  Ports, buffers and the time to the first
    token are planned with its size.

    ## Example
    ```plan
    - **Layers**: 64, **KV heads**: 8, **head dim**: 128
    - **Precision**: BF16
    - **TP**: 4
    - **KV transfer** of a prompt of 8192 tokens: 1.07 GB to the decode node   <!-- CO119 -->
    ```

    ## References
    - splitwise-2023, section 4
    """
    elements = token_elements(case)
    layers = plain(case.number("model.layers"))
    latent = case.has("model.kv_lora_rank")
    own = [(1 / layers, "the cache of one layer is counted")]
    if not latent:
        own.append((0.5, "keys alone are counted, or values"))
    if case.has("model.heads", "model.kv_heads") and not latent:
        heads = case.known("model.heads").value / case.known("model.kv_heads").value
        own.append((heads, "keys and values have fewer heads than queries"))
    for message in messages(case, "kv"):
        right, meant = partial(_right, case, message, elements), partial(_meant, elements)
        slip = slip_of(case, message, right, meant, tuple(own))
        if slip and not case.has_several("model.layers", "model.kv_heads", "model.head_dim"):
            yield misstated(
                message,
                slip,
                "count 2 × layers × key-value heads × head size × bytes of an element for each token",
            )


def _meant(elements: Term, tokens: Number, width: float) -> Iterator[Term]:
    yield lift(elements * Named("an element", width, None, UNITS["bytes"]) * tokens)


def _right(case: Case, message: Message, elements: Term, tokens: Number, width: float) -> Iterator[Term]:
    """Every amount that may be meant: of one or several prompts, of a replica or a device, in two bytes or one."""
    parts = {1.0}
    whole = message.claim.per is Per.TOTAL and "device" not in message.said
    for degree in () if whole else (case.strategy.tp, case.strategy.pp):
        parts |= {each * value_or(degree, 1) for each in parts}
    rows = case.fact("workload.batch_size")
    for count in {1.0, float(rows.value) if isinstance(rows, Known) else 1.0}:
        for part in parts:
            yield lift(elements.value * width * plain(tokens) * count / part)
