"""Sentences to mentions: the concepts of ir/mention.py that they name, and what a sentence says of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from stratc.frontends.markdown.concepts.bit_slips import bit_slips
from stratc.frontends.markdown.concepts.collectives import collectives
from stratc.frontends.markdown.concepts.credited import credited
from stratc.frontends.markdown.concepts.denials import denied
from stratc.frontends.markdown.concepts.failures import failures
from stratc.frontends.markdown.concepts.misplaced import misplaced
from stratc.frontends.markdown.concepts.mistaken import mistaken
from stratc.frontends.markdown.document.asides import role_before
from stratc.frontends.markdown.document.notations import AXES
from stratc.frontends.markdown.document.phrases import Phrases
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.facts.bearings import cause_of, short_axes
from stratc.frontends.markdown.words.concept_words import CONCEPTS, TWO_PLACES
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.ir.scope import Topic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

NAMES: Phrases[str] = Phrases((phrases, concept) for concept, phrases in CONCEPTS)
_PARALLEL = {
    "strategy.tp": "tensor_parallel",
    "strategy.expert_tp": "tensor_parallel",
    "strategy.pp": "pipeline_parallel",
    "strategy.ep": "expert_parallel",
    "strategy.dp": "data_parallel",
    "strategy.sp": "sequence_parallel",
    "strategy.cp": "context_parallel",
}
_MEANS = words("through via by using with from thank")
_METHODS = words("method approach technique mechanism mean how optimization")
_SAVING = "checkpoint"  # the other name of recomputation, by what is kept
_CACHES = words("kv kvcache cache preemption preempt preempted request scheduler")  # which servers recompute too
_MEASURED = words("measured benchmarked observed 实测")
_LATENCY = words("latency ttft delay")
_DEVICES = DEVICES | words("rank")
_COLLECTIVES = words("all_reduce all_to_all all_gather reduce_scatter point_to_point ring hierarchical overlap")
_BOUNDS = words("below than under least most")
_THIRD = {"mfu_as_maximum": words("mfu"), "parts_match_devices": _DEVICES}
_CUT = words("partition split splitting divide shard")
_DOES = words("receive is will can decide select choose search use then of for that")
_IS = words("is are was doe do")
_NEEDED = words("required needed necessary apply applicable used involved present supported enabled")
_SETTINGS = words("yaml yml toml ini")
_WORDED = 3  # words that are more than the name of a choice
_OPERATORS = frozenset("/÷×=")
_ENDS = frozenset(",;.:()")
_NOT = words("no not without avoid avoiding eliminate avoided never instead non")


def mentions(sentence: Sentence) -> Iterator[Statement]:
    """Statements "mention.…" of the concepts that a sentence names, each at its words; denied ones are left out."""
    if sentence.block.language and not _is_said_in_settings(sentence):
        return
    tokens = sentence.tokens
    for concept, first, end in dict.fromkeys((*NAMES.inside(tokens), *_axes(tokens))):
        if _is_denied(tokens, first, end) or _is_else(concept, tokens, first, end):
            continue
        yield _mention(sentence, concept, first, end)
        if concept == "pipeline_parallel" and _for_latency(sentence, first):
            yield _mention(sentence, "latency_by_pipeline", first, end)
    if tokens and sentence.header and not _MEASURED.isdisjoint(token.stem for token in sentence.header):
        yield _mention(sentence, "measured", 0, 1)
    stems = sentence.stems
    for concept, one, other in TWO_PLACES:
        third = _THIRD.get(concept, stems)
        if not (stems.isdisjoint(one) or stems.isdisjoint(other) or stems.isdisjoint(third)) and (
            place := _both(tokens, one, other)
        ):
            formula = any(token.sign and token.sign in _OPERATORS for token in tokens[slice(*place)])
            if not (formula and concept == "mfu_as_maximum"):  # "theoretical FLOPs ÷ (time × peak)" defines it
                yield _mention(sentence, concept, *place)
    yield from _patterns(sentence)


def _is_said_in_settings(sentence: Sentence) -> bool:
    """Whether a line of settings has words for its value: "replica_sync: gradients after each batch"."""
    worded = [token for token in sentence.value if token.stem]
    plain = all(token.stem or token.sign in ("-", ",") or token.figure for token in sentence.value)
    return sentence.block.language in _SETTINGS and bool(sentence.key) and len(worded) >= _WORDED and plain


def _mention(sentence: Sentence, concept: str, first: int, end: int) -> Statement:
    tokens = sentence.tokens
    place = (tokens[first].start, tokens[end - 1].end)
    text = sentence.text[place[0] - sentence.start : place[1] - sentence.start]
    said = say(sentence, f"mention.{concept}", text, place, role=role_before(tokens, first))
    if concept == "recompute":
        return replace(said, cause=_SAVING if any(_SAVING in token.stem for token in tokens[first:end]) else "")
    if concept == "pcie" and not _OF_HOST.isdisjoint(sentence.stems):
        return replace(said, cause="host")
    return replace(said, cause=cause_of(sentence, first)) if concept in _COLLECTIVES else said


def _axes(tokens: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
    """Dimensions of parallelism, by name or as "TP2"."""
    for key, first, end in AXES.inside(tokens):
        if key in _PARALLEL:
            yield _PARALLEL[key], first, end
    for index, token in enumerate(tokens):
        for key in short_axes(token.stem):
            if key in _PARALLEL:
                yield _PARALLEL[key], index, index + 1


def _is_else(concept: str, tokens: Sequence[Token], first: int, end: int) -> bool:
    """Whether the words stand for something else: "backward compatibility", "stop-gradient", a queue's optimizer."""
    before = {token.stem for token in tokens[max(0, first - 2) : first]}
    after = tokens[end].stem if end < len(tokens) else ""
    match concept:
        case "recompute":
            return any(token.stem in _CACHES for token in tokens)
        case "backward_pass":
            return after in ("compatibility", "compatible", "incompatible")
        case "gradients":
            return bool(before & {"stop", "policy"})
        case "optimizer":
            return end - first == 1 and bool(before & {"the", "an"}) and after in _DOES
    return False


_OF_HOST = words("host cpu ram offload checkpoint snapshot save disk nvme copy copying write")
_DENIALS = words("none no not never without")


def _is_denied(tokens: Sequence[Token], first: int, end: int) -> bool:
    """ "no gradients"; "gradient all-reduce is not required", "gradients: none"."""
    if any(token.stem in _NOT for token in tokens[max(0, first - 2) : first]):
        return True
    if end + 1 < len(tokens) and tokens[end].sign == ":" and tokens[end + 1].stem in _DENIALS:
        return True
    after = [token.stem for token in takewhile(lambda token: token.sign not in _ENDS, tokens[end : end + 8])]
    denial = after.index("not") if "not" in after else len(after)
    return denial > 0 and after[denial - 1] in _IS and bool(_NEEDED & set(after[denial + 1 : denial + 3]))


def _both(tokens: Sequence[Token], one: frozenset[str], other: frozenset[str]) -> tuple[int, int] | None:
    """The place of the second word where a sentence has both, at most eight words apart."""
    firsts = [index for index, token in enumerate(tokens) if token.stem in one]
    for index, token in enumerate(tokens):
        if token.stem in other and any(abs(index - first) <= 8 for first in firsts):
            return index, index + 1
    return None


def _for_latency(sentence: Sentence, at: int) -> bool:
    """Whether a lower latency is credited to what stands at an index.

    "latency … through …" in one sentence, or the label "Method" in a section on latency.
    """
    tokens = sentence.tokens
    means = next((index for index in range(at - 1, -1, -1) if tokens[index].stem in _MEANS), None)
    if means is not None and at - means <= 8 and any(token.stem in _LATENCY for token in tokens[:means]):
        return "throughput" not in sentence.stems
    method = any(token.stem in _METHODS for token in sentence.key) and len(sentence.key) <= 2
    return method and sentence.scope.topics[:1] == (Topic.LATENCY,)


def _patterns(sentence: Sentence) -> Iterator[Statement]:
    tokens, stems = sentence.tokens, sentence.row
    if "expert" in sentence.stems and (place := _one_expert(tokens)):
        yield _mention(sentence, "one_expert_per_device", *place)
    if "group" in sentence.stems and (place := _heads_of_group(tokens)):
        yield _mention(sentence, "heads_of_group", *place)
    for concept, place in _convictions(sentence):
        yield _mention(sentence, concept, *place)
    if (place := _sequence_split(stems)) and _about_sequence(sentence):
        yield _mention(sentence, "sequence_split", *place)
    described = Topic.COMMUNICATION in sentence.scope.topics and Topic.HARDWARE not in sentence.scope.topics
    labelled = not sentence.key_stems.isdisjoint(_LINKS)
    if "bandwidth" not in sentence.stems:
        return
    if described or labelled:
        for index in range(len(stems) - 1):
            if stems[index] in ("vram", "hbm", "memory") and stems[index + 1] == "bandwidth":
                said = _mention(sentence, "memory_bandwidth_as_link", index, index + 2)
                about = replace(said.scope, topics=(Topic.COMMUNICATION,))
                yield replace(said, scope=about) if labelled else said
                return


def _convictions(sentence: Sentence) -> Iterator[tuple[str, tuple[int, int]]]:
    yield from denied(sentence)
    yield from misplaced(sentence)
    yield from credited(sentence)
    yield from mistaken(sentence)
    yield from collectives(sentence)
    yield from failures(sentence)
    yield from bit_slips(sentence)


_LINKS = frozenset(("network", "interconnect", "communication", "link"))


def _about_sequence(sentence: Sentence) -> bool:
    named = any(concept == "sequence_parallel" for concept, _, _ in _axes(sentence.tokens))
    return named or Topic.SEQUENCE in sentence.scope.topics


def _one_expert(tokens: Sequence[Token]) -> tuple[int, int] | None:
    """ "each GPU handles exactly one expert", "one expert per GPU"; a figure is a fact and read as one."""
    stems = [token.stem for token in tokens]
    for index, stem in enumerate(stems[:-1]):
        if stem != "one" or stems[index + 1] != "expert" or (index and stems[index - 1] in _BOUNDS):
            continue
        after = [word for word in stems[index + 2 : index + 5] if word]
        if after[:1] in (["per"], ["on"]) and set(after[1:3]) & _DEVICES and after[1:3] != ["ep", "rank"]:
            return index, index + 2
        if set(stems[max(0, index - 6) : index]) & _DEVICES and "each" in stems[max(0, index - 7) : index]:
            return index, index + 2
    return None


def _heads_of_group(tokens: Sequence[Token]) -> tuple[int, int] | None:
    """ "8 heads per TP group"."""
    counts = [
        (index, token.figure.value)
        for index, token in enumerate(tokens[:-1])
        if token.figure is not None and tokens[index + 1].stem in ("head", "attention")
    ]
    for index, _ in counts:
        after = [token.stem for token in tokens[index + 1 : index + 7] if token.stem]
        if after[1:2] == ["per"] and "group" in after:
            return index, index + 2
    return None


def _sequence_split(stems: Sequence[str]) -> tuple[int, int] | None:
    """ "partitions long sequences across GPUs", "applied within attention"."""
    if "sequence" not in stems and "attention" not in stems:
        return None
    for index, stem in enumerate(stems):
        near = stems[
            index : index + (8 if "token" in stems[index : index + 5] else 4)
        ]  # "split the 8192-token sequence"
        if stem in _CUT and "sequence" in near:
            return index, index + near.index("sequence") + 1
        if stem in ("within", "inside") and "attention" in stems[index : index + 3]:
            return index, index + stems[index:].index("attention") + 1
    return None
