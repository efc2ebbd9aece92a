"""What the time of a step or a layer spans, where its words alone would mislead."""

from __future__ import annotations

from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE, BYTE_RATE, SECOND
from stratc.frontends.markdown.document.tokens import tokens_of
from stratc.frontends.markdown.words.metrics import Look
from stratc.frontends.markdown.words.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

MARGINS = words("margin headroom slack 余量 裕量 裕度 富余")
_LEFT = MARGINS | words("room spare left")  # above a column of what limits leave
_LEAVES = words("leave leaving left")
PARTS_OF_STEP = words("read reading load loading reduce gather transfer")
_SLOWEST_STEP = 3600.0  # seconds
_UPDATES = words("adam adamw update cpu")  # "the CPU Adam step takes 4 s"
_OPTIMIZERS = words("optimizer optimiser")  # whose step is that of the training, unless memory is read for it
_SENDING = ("transfer", "传输", "migrat", "hand-off", "handoff", "handover")
_PARTS_OF_TIME = words(  # into which a time may go
    "weight cache kv attention expert compute computation communication allreduce transfer "
    "launch collective overhead prefill router routing ffn mlp"
)
_ADDING, _ADDED = words("plus adding"), ("加上", "另加", "再加", "外加")
_LINKS = words(
    "ring gradient reduction reduce scatter nvlink nvswitch pcie infiniband ib roce rdma hcc link network interconnect"
)
_SENDS = words("send recv transfer p2p read reading load loading")
_SENT = words("send transfer move ship exchange carry migrate push pull copy copie")
_GIVES = words("in take or about i.e that is need")
_OVER, _LATENCIES = words("on over at via through across"), words("ttft tpot itl latency")
_AROUND = words("ring cp ulyss hop rotate")
_THROUGH = words("over via through across")  # a link, as memory is read "at" its rate
_INCLUDING = words("with including plus adding")
_COMES_TO = words("plan expect assume get reach arrive total become count budget end")
_DECODING, _PROMPTS = words("decode decoding 解码"), words("prefill prompt training 预填充")


def is_no_step(tokens: Sequence[Token], at: int) -> bool:
    """Whether a time is that of all steps, as hours are, or of a part of one.

    So where a sentence adds something to a step before it gives its time: "reading the cache adds 40 GB per step", or
    speaks of links or gradients and a bandwidth: "ring over 28: 27.6 GB at 50 GB/s = 0.55 s per step".
    """
    before, figure = tokens[:at], tokens[at].figure
    if figure is not None and figure.value > _SLOWEST_STEP:
        return True
    stems = [token.stem for token in before]
    rated = any(token.figure and token.figure.quantity.dimension == BYTE_RATE for token in before)
    sent = rated and not _LINKS.isdisjoint(stems)
    updates = any(two == "step" and (one in _UPDATES or (rated and one in _OPTIMIZERS)) for one, two in pairwise(stems))
    adds = stems[-1:] == ["add"] or ("add" in stems and bool(PARTS_OF_STEP.intersection(stems)))
    return sent or updates or adds


def is_of_all_layers(tokens: Sequence[Token], at: int) -> bool:
    """Whether a time is that of several layers: "5 ms per layer, 40 ms for the 8 layers", "…, × 8 = 40 ms"."""
    if at > 3 and tokens[at - 1].sign == "=" and tokens[at - 2].figure and tokens[at - 3].sign == "×":
        return tokens[at - 4].sign == ","  # what the clause before gives for one layer
    after = tokens[at + 1 : at + 5]
    stems = [token.stem for token in after if token.stem and token.stem != "the"]
    return stems[:1] == ["for"] and "layer" in stems and (stems[1:2] == ["all"] or any(token.figure for token in after))


def is_of_transfer(sentence: Sentence) -> bool:
    """Whether sentence or heading speaks of sending the cache, whose time is only held to that of the first token."""
    said = f"{sentence.scope.path[-1] if sentence.scope.path else ''} {sentence.text}".lower()
    return ("target" in said or "目标" in said) and any(word in said for word in _SENDING)


def is_sent(sentence: Sentence) -> bool:
    """Whether the label is a transfer or a reading, a part of a step: "PP send/recv: 1.8 MB per decode step = 9 µs"."""
    return any(token.stem in _SENDS or token.stem.endswith("读取") for token in sentence.key)


def is_passed_around(sentence: Sentence) -> bool:
    """Whether keys and values are sent around a group that shares a sequence, and kept in no cache."""
    above = (token.stem for title in sentence.above for token in title.tokens)
    stems = sentence.stems | sentence.key_stems
    return "cache" not in stems and not _AROUND.isdisjoint((*stems, *above))


def is_told_of_part(sentence: Sentence, at: int) -> bool:
    """Whether a sentence begins with a part and ends with its time: "Weights 18.2 GB at 0.96 TB/s: 18.9 ms"."""
    opens = sentence.value[0].stem if sentence.value else ""
    if sentence.key and _PARTS_OF_TIME.issuperset(token.stem for token in sentence.key):
        return True
    return at > 0 and sentence.tokens[at - 1].sign == ":" and opens in _PARTS_OF_TIME


def is_part_of_time(tokens: Sequence[Token], at: int) -> bool:
    """Whether a time is added to one above, goes over a link, or into a part: "6 ms for the weights"."""
    after = [token.stem for token in tokens[at + 1 : at + 5] if token.stem not in ("the", "its", "all")]
    near = [token.stem for token in tokens[max(0, at - 3) : at]]
    added = bool(at and tokens[at - 1].sign == "+") or any(each in _ADDING or each.startswith(_ADDED) for each in near)
    into = after[:1] == ["for"] and not _PARTS_OF_TIME.isdisjoint(after[1:3])
    return added or into or _is_over_link(tokens, at) or _is_of_sending(tokens, at)


def is_with_all(tokens: Sequence[Token], at: int) -> bool:
    """Whether a time is that of everything, parts named first: "with all-to-all and launches we plan 16 ms"."""
    stems = [token.stem for token in tokens[max(0, at - 14) : at]]
    opens = max((n for n, stem in enumerate(stems) if stem in _INCLUDING), default=len(stems))
    several = "and" in stems[opens + 2 :] and tokens[at - 1].sign == ","  # "with queueing and all-to-all, 600 ms"
    return several or not _COMES_TO.isdisjoint(stems[opens + 2 :])


def _is_over_link(tokens: Sequence[Token], at: int) -> bool:
    """Whether a time is what bytes take over a link: "1.6 MB a step takes 31 µs on 50 GB/s", "over 50 GB/s: 2 s".

    Not where words between the bytes and the time name a latency.
    """
    sizes = (n for n in range(at - 1, -1, -1) if (each := tokens[n].figure) and each.quantity.dimension == BYTE)
    sent = next(sizes, None)
    if sent is None or not _LATENCIES.isdisjoint(token.stem for token in tokens[sent + 1 : at]):
        return False
    return _begins_rate(tokens, at + 1) or any(_begins_rate(tokens, n, _THROUGH) for n in range(sent + 1, at))


def _is_of_sending(tokens: Sequence[Token], at: int) -> bool:
    """Whether a time stands right after bytes that its clause sends: "a micro-batch sends 21 MB, 0.66 ms"."""
    size = next((n for n in range(at - 1, max(-1, at - 5), -1) if tokens[n].figure), None)
    if size is None or (sent := tokens[size].figure) is None or sent.quantity.dimension != BYTE:
        return False
    if any(token.stem and token.stem not in _GIVES for token in tokens[size + 1 : at]):
        return False
    clause = takewhile(lambda token: token.sign not in (",", ";", ":"), reversed(tokens[:size]))
    return not _SENT.isdisjoint(token.stem for token in clause)


def _begins_rate(tokens: Sequence[Token], at: int, over: frozenset[str] = _OVER) -> bool:
    """Whether "over" and a bandwidth stand there."""
    if at >= len(tokens) or tokens[at].stem not in over:
        return False
    rates = (token.figure.quantity.dimension == BYTE_RATE for token in tokens[at + 1 : at + 5] if token.figure)
    return any(rates)


def is_of_decoding(sentence: Sentence) -> bool:
    """Whether the label, else the heading right above, is "Decode": a step of it makes one token of each sequence."""
    title = (
        sentence.key if len(sentence.key) == 1 else tokens_of(sentence.scope.path[-1], 0) if sentence.scope.path else ()
    )
    stems = {token.stem for token in title}
    return bool(stems & _DECODING) and not stems & _PROMPTS


def is_whole_time(tokens: Sequence[Token], at: int) -> bool:
    """Whether another time is only a part of this one: "4.02 s of the 16.31 s"."""
    of = next((n for n in range(at - 1, max(0, at - 3), -1) if tokens[n].stem == "of"), 0)
    part = tokens[of - 1].figure if of else None
    return part is not None and part.quantity.dimension == SECOND


def is_spare_time(tokens: Sequence[Token], at: int) -> bool:
    """Whether a time is what a limit leaves: "so 7 ms of slack", "a headroom of 7 ms", "leaving 0.9 s for that"."""
    near = (*tokens[max(0, at - 2) : at], *tokens[at + 1 : at + 3])
    left = at and tokens[at - 1].stem in _LEAVES
    return bool(left) or any(token.stem in MARGINS for token in near)


def is_below_margin(sentence: Sentence, look: Look) -> bool:
    """Whether the column of a figure gives what limits leave."""
    margins = _LEFT if look is Look.TIME else MARGINS
    return any(token.stem in margins for token in sentence.header)
