"""What bytes that are said to be sent may rightly come to, and what they come to with a slip."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from stratc.analysis.memory.setting import amount, is_training
from stratc.arith.term import Named, Number, Term, lift
from stratc.arith.unit import UNITS
from stratc.cost.communication import activation_bytes, all_reduce_factor
from stratc.ir.origin import Known
from stratc.ir.scope import Role
from stratc.ir.values import Extent

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim

BINARY = (1.0, 1024 / 1000, 1024**2 / 1e6, 1024**3 / 1e9, 1024**4 / 1e12)  # GB written for GiB
NEAR = 0.012  # of a slip, beside the rounding of the figure
BITS = 8


class Message(NamedTuple):
    """A figure of bytes sent, apart: what sends it, what is said with it, the widths of an element, its tokens."""

    claim: Claim
    kind: str
    said: frozenset[str]
    widths: tuple[int, ...]
    tokens: int | None


class Slip(NamedTuple):
    """What a figure is instead of what it should be: the right amount, times the factor that words explain."""

    right: Term
    factor: float
    words: str


Slips = tuple[tuple[float, str], ...]
Right = Callable[[Number, float], Iterator[Term]]


def messages(case: Case, *kinds: str) -> Iterator[Message]:
    """The figures of bytes sent by these kinds of parallelism; a cache that stands beside them moves only as such."""
    caches = {span for each in case.claims("memory.kv_cache") for span in each.spans()}
    for claim in case.claims("sent.bytes"):
        kind, width, *said = claim.cause.split()
        if kind in kinds and (kind == "kv" or caches.isdisjoint(claim.spans())):
            widths = tuple(int(each) for each in width[1:].split(","))
            yield Message(claim, kind, frozenset(said), widths, claim.index)


def spoken_tokens(case: Case) -> frozenset[float]:
    """Every number of tokens that the plan speaks of or that its facts come to, those of a step of decoding too."""
    found = {1.0, *(claim.value for claim in case.claims("sent.tokens", roles=tuple(Role)))}
    lengths = set()
    for key in ("workload.prompt_length", "workload.sequence_length"):
        fact = case.fact(key)
        if isinstance(fact, Known):
            lengths |= {fact.value.low, fact.value.high} if isinstance(fact.value, Extent) else {float(fact.value)}
    rows = {amount(case, key) for key in ("workload.micro_batch_size", "workload.batch_size")}
    counts = {each for each in rows if each} | {1.0}
    return frozenset(found | lengths | counts | {count * length for count in counts for length in lengths})


def slip_of(case: Case, message: Message, right: Right, meant: Right, slips: Slips) -> Slip | None:
    """The slip that a figure is, where no right amount of any number of tokens the plan speaks of agrees with it.

    `right` gives every amount that may be meant by so many tokens, each element so many bytes wide; `meant` those that
    the words speak of, of which a slip is a multiple.
    """
    tokens = message.tokens or _of_micro_batch(case)
    if tokens is None:
        return None
    quantity = message.claim.quantity
    every = spoken_tokens(case) | {float(tokens)}
    if any(quantity.agrees(each.value) for count in every for w in message.widths for each in right(count, w)):
        return None
    named = Named("tokens" if tokens > 1 else "token", float(tokens), message.claim, None)
    for width in message.widths:
        everywhere = (*slips, (1 / width, "the bytes of an element are left out"), (BITS, "bits are taken for bytes"))
        for whole in meant(named, width):
            for factor, words in everywhere:
                shown = "worked" in message.said and factor < BITS  # the working beside it says what was left out
                if factor not in (0, 1) and not shown and _is_figure(message.claim, whole.value * factor):
                    return Slip(whole, factor, words)
    return None


def _of_micro_batch(case: Case) -> int | None:
    """Tokens of a micro-batch in training, where the plan gives both its sequences and their length."""
    rows, length = case.fact("workload.micro_batch_size"), case.fact("workload.sequence_length")
    if not (is_training(case) and isinstance(rows, Known) and isinstance(length, Known)):
        return None
    value = length.value
    exact = value.high if isinstance(value, Extent) and value.low == value.high else None
    return int(rows.value * exact) if exact else None


def _is_figure(claim: Claim, value: float) -> bool:
    """Whether a value is what was written, but for rounding and a binary prefix."""
    rounding = claim.quantity.step / 2
    return any(abs(claim.value - value / prefix) <= max(rounding, NEAR * claim.value) for prefix in BINARY)


def hidden_state(case: Case, tokens: Number, width: float) -> Term:
    """Bytes of the hidden states of so many tokens."""
    element = Named("an element", width, None, UNITS["bytes"])
    return lift(activation_bytes(1, tokens, case.number("model.hidden_size"), element))


def of_ring(n: Number) -> Number:
    """How many times a message a device sends in a ring all-reduce of n devices."""
    return all_reduce_factor(n)
