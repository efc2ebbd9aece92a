"""What a clause credits a kind of parallelism with that it cannot bring; a collective named for another one's work."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.likely import Likely

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence


class Credit(NamedTuple):
    """A concept, and patterns of a clause: who is credited, with what, how it changes, and what else may be meant.

    Of `named` and of `things` one stands wherever the first and the second pattern hold.
    """

    concept: str
    named: tuple[str, ...]
    things: tuple[str, ...]
    who: str
    what: str
    how: str
    unless: str


_FASTER = (
    r"\b(?:faster|sooner|quicker|quickly|earlier|shorter|halv\w*|half|quarter|third|eighth|sixth|(?:two|three"
    r"|four|eight|\d+) times"
    r"|\d+(?:\.\d+)? ?[x×](?!\w)|cut(?:s|ting)?|lower(?:s|ed|ing)?|reduc\w+|shorten\w*|speed(?:s|ing)? up"
    r"|accelerat\w*"
    r"|down (?:from|to)|divid\w+|shrink\w*)\b"
)
_LESS = (
    r"\b(?:halv\w*|half|quarter|third|eighth|divid\w+|cut(?:s|ting)?|reduc\w+|shrink\w*|sav(?:e|es|ing)"
    r"|split(?:s|ting)?"
    r"|fewer|less|smaller|1/\d+)\b"
)
_DENIED = (
    r"\b(?:not?|never|without|cannot|nor|neither|than|if|unless|would|although|instead|rather|avoid\w*|unlike"
    r"|only the|believe\w*|misconception|myth|dropping|removing|abandoning"
    r"|wrong\w*|longer|slower|except|but)\b|n't\b"
)
_CREDITS = (
    Credit(
        "latency_by_pipeline",
        ("pp", "pipelin", "stages"),
        ("token", "request", "answer", "repl", "user", "prompt", "latency", "tpot", "ttft", "response"),
        r"\b(?:pp ?=? ?\d*|pipelin(?:e|es|ing)(?: parallel\w*)?|(?:\d+|two|three|four|six"
        r"|eight) (?:pipeline )?stages)\b",
        r"\b(?:each|every|an?|one|single|individual|per|of a|per-)[ -]?(?:single |output |individual |lone )*"
        r"(?:token|request|answer|reply|user|prompt)s?\b|\b(?:latency|tpot|ttft|response time"
        r"|time to (?:the )?first token)\b",
        _FASTER,
        rf"{_DENIED}|\b(?:tp\d*|tensor\w*|throughput|per second|micro-?batch\w*|bubbles?|idle|start-?up|warm\w*"
        rf"|load(?:ing|s)?|chunk\w*"
        r"|queue\w*|queu\w*|wait\w*|transfers?|hops?|hand|network|communicat\w*|weights?|memory|kv|cache"
        r"|interval|batch\w*"
        r"|all-reduce\w*|capacity|concurren\w*|parameters?|overhead|interleav\w*|virtual|fewer stages|prefill"
        r"|tokens?/s)\b",
    ),
    Credit(
        "expert_faster",
        ("ep", "expert"),
        ("expert",),
        r"\b(?:ep ?=? ?\d*|expert[- ]parallel\w*)\b",
        r"\b(?:each|every|one|an?|single|individual|per)[ -](?:single |individual "
        r"|routed )?expert(?:'s)?\b(?![- ]parallel)",
        _FASTER,
        rf"{_DENIED}|\b(?:tp\d*|tensor\w*|memory|weights?|communicat\w*|all-to-all|tokens per|load|batch"
        rf"|throughput|per rank)\b",
    ),
    Credit(
        "weights_by_data",
        ("dp", "data"),
        ("weight", "parameter", "model"),
        r"\b(?:dp ?=? ?\d+|data[- ]parallel\w*)\b",
        r"\b(?:weights?|parameters|model (?:memory|size|footprint|states?))\b",
        _LESS,
        rf"{_DENIED}|\b(?:zero\w*|fsdp\w*|hsdp|shard\w*|optimi[sz]er\w*|gradients?|tp ?=? ?\d*|tensor\w*"
        rf"|pp ?=? ?\d*|pipeline|ep|experts?|moe"
        r"|quanti\w*|fp8|int8|int4|bandwidth|reads?|traffic|full|whole|complete|copy of|hours?|minutes|disk"
        r"|distributed|kv|cache|batch"
        r"|requests?|attention)\b",
    ),
    Credit(
        "weights_by_context",
        ("cp", "context", "sequence"),
        ("weight", "parameter", "model"),
        r"\b(?:cp ?=? ?\d+|context[- ]parallel\w*|sequence[- ]parallel\w*)\b",
        r"\b(?:weights|parameters|model (?:memory|size|footprint|states?))\b",
        _LESS,
        rf"{_DENIED}|\b(?:zero\w*|fsdp\w*|tp ?=? ?\d*|tensor\w*|pp ?=? ?\d*|pipeline|dp|ep|experts?"
        rf"|activations?|kv|cache|shard\w*)\b",
    ),
    Credit(
        "others_by_experts",
        ("ep", "expert"),
        ("attention", "cache"),
        r"\b(?:ep ?=? ?\d+|expert[- ]parallel\w*)\b",
        r"\b(?:attention (?:weights?|heads?|blocks?|parameters)|kv[- ]cache|cache)\b",
        _LESS,
        rf"{_DENIED}|\b(?:tp ?=? ?\d*|tensor\w*|pp ?=? ?\d*|pipeline|dp|data|replica\w*|room|leaves?|free\w*"
        rf"|experts? weights?|more|larger)\b",
    ),
)
_REDUCE = r"\b(?:all-?reduc\w*|reduce-scatter\w*)"
_GATHER = r"\ball-?gather\w*"
_EXCHANGE = r"\b(?:all-?to-?all\w*|all2all\w*|a2a)\b"
_POINT = r"\b(?:point-to-point|p2p|send/recv|sends? and receives?|broadcasts?)\b"
_PURPOSES = (  # what is sent for what, the collectives that do it, those that cannot, and what else may be meant
    (
        (
            r"\bpartial (?:sums?|results?|outputs?)\b|\brow[- ]parallel\b|\bsums? (?:over|across) the tp\b"
            r"|^\W*(?:tp|tensor(?:[- ]parallel\w*)?)(?: ?=? ?\d+)?(?: \((?:tp|\w+)\))?(?: (?:traffic|communication"
            r"|collectives?))?[ :|*]"
        ),
        f"{_REDUCE}|{_GATHER}",
        f"{_EXCHANGE}|{_POINT}",
        (
            r"\b(?:experts?|moe|ep|dispatch|combine|pipeline|pp|stages?|sequence|ulysses|context|cp|kv|cache"
            r"|logits?|vocab\w*|dp)\b"
        ),
    ),
    (
        (
            r"\b(?:between|to) (?:the )?(?:next |following |adjacent |neighbou?ring |pipeline |two )*stages?\b"
            r"|\b(?:stage|pipeline) (?:borders?|boundar(?:y|ies)|hand-?(?:over|off)s?)\b|\bstage to stage\b"
            r"|\bstage-to-stage\b"
            r"|^\W*(?:pp|pipeline(?:[- ]parallel\w*)?)(?: ?=? ?\d+)?(?: \((?:pp|\w+)\))?(?: (?:traffic"
            r"|communication|collectives?))?[ :|*]"
        ),
        rf"{_POINT}|\bsen[dt]s?\b|\bpass(?:es|ed)?\b|\brecv\b|\breceives?\b",
        f"{_REDUCE}|{_GATHER}|{_EXCHANGE}",
        (
            r"\b(?:tp|tensor\w*|experts?|moe|ep|gradients?|dp|data|loss|embeddings?|norms?|inside|within|in each"
            r"|per stage|each stage"
            r"|zero\w*|fsdp|heads?|layers? of|in a stage|tied|logits?|tokens? ids?)\b"
        ),
    ),
    (
        r"\bgradients?\b",
        _REDUCE,
        f"{_EXCHANGE}|{_POINT}",
        (
            r"\b(?:experts?|moe|ep|tp|tensor\w*|stages?|pipeline|pp|zero\w*|fsdp|tokens?|clip\w*|norms?|context|cp"
            r"|ulysses|dispatch\w*"
            r"|compress\w*|activations?|weights|backward of|forward|overlap\w*)\b"
        ),
    ),
)
_CHANGES = (
    *("faster", "sooner", "quick", "earlier", "short", "hal", "quarter", "third", "eighth", "sixth", "times", "cut"),
    *("lower", "reduc", "speed", "accelerat", "down", "divid", "shrink", "sav", "split", "fewer", "less", "smaller"),
    *("1/", "x", "×"),
)
_LIKELY = Likely((credit, (credit.named, credit.things, _CHANGES)) for credit in _CREDITS)
_NAMED = ("all-", "allreduc", "allto", "all2", "a2a", "point-to", "p2p", "send/", "broadcast", "scatter", "gather")
_CUTS = r"[;,](?=\s)|\.(?=\s)| (?:and|while|whereas|but|which|because|since|so)(?= )"


_BESIDE = r"\b(?:tp|pp|ep|cp) ?=? ?\d+\W{1,3}$"  # "TP 2, DP 8: each rank holds half", by the two together


def credited(sentence: Sentence) -> Iterator[tuple[str, tuple[int, int]]]:
    """Concepts of clauses that credit parallelism wrongly, each with the tokens of its sentence."""
    if sentence.block.kind is Kind.HEADING or not sentence.tokens:
        return
    low, label = sentence.low, ""
    if sentence.block.kind is Kind.CELL:
        label = " ".join(token.stem or token.sign for token in sentence.key)
    found = {*_credits(low, label)}
    if any(word in low for word in _NAMED):
        found |= {*_collectives(f"{label} | {low}" if label else low)}
    for concept in sorted(found):
        yield concept, (0, len(sentence.tokens))


def _credits(low: str, label: str) -> Iterator[str]:
    """Credits of the clauses of a sentence; what its label or its first clause speaks of holds for those after it."""
    for credit in _LIKELY.of(f"{label} {low}"):
        for clause in re.split(_CUTS, low):
            ahead = low[: low.find(clause)]
            told = re.search(credit.who, clause) or re.search(credit.who, ahead or label)
            said = told and re.search(credit.what, clause) and re.search(credit.how, clause)
            if said and not re.search(credit.unless, clause) and not re.search(_BESIDE, ahead):
                yield credit.concept


def _collectives(low: str) -> Iterator[str]:
    """A collective named for what another one does, where no clause names that one."""
    for purpose, right, wrong, unless in _PURPOSES:
        named = re.search(purpose, low) and re.search(wrong, low)
        if named and not re.search(right, low) and not re.search(unless, low) and not re.search(_DENIED, low):
            yield "collective_of_another_kind"
