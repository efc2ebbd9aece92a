"""Sentences to claims: which metric each figure stands for, how it is bound, and what it is credited to.

A figure belongs to the phrase right after it, else to its label, its clause, its sentence, the label or heading above.
Figures that a reader of facts has taken, and operands of a working, are no claims.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE
from stratc.frontends.markdown.claims.gains import gain_of
from stratc.frontends.markdown.claims.held_sizes import is_in_use
from stratc.frontends.markdown.claims.naming import ROWS, best, is_named_summand, named, names_itself
from stratc.frontends.markdown.claims.shares import (
    assertions,
    formerly,
    margins,
    shares,
    spread,
    spread_operands,
)
from stratc.frontends.markdown.claims.spans_of_time import (
    PARTS_OF_STEP,
    is_below_margin,
    is_no_step,
    is_of_all_layers,
    is_of_decoding,
    is_of_transfer,
    is_part_of_time,
    is_passed_around,
    is_sent,
    is_spare_time,
    is_told_of_part,
    is_whole_time,
    is_with_all,
)
from stratc.frontends.markdown.claims.whose_cache import of_its_sequence
from stratc.frontends.markdown.document.asides import is_aside, is_of_bandwidth, role_after, role_before
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.figures import COUNTED_FOR
from stratc.frontends.markdown.document.saying import RELATIONS, relation_before, say
from stratc.frontends.markdown.document.tokens import tokens_of
from stratc.frontends.markdown.facts.bearings import (
    baseline_of,
    cause_of,
    clause_of,
    counted_for,
    is_share_of_batch,
    numbered,
    of_one_replica,
    operands,
)
from stratc.frontends.markdown.facts.goals import AGAINST, goal_of, goals_of
from stratc.frontends.markdown.facts.looks import Spoken, spoken
from stratc.frontends.markdown.layout.counts import is_bought, is_of_one, is_room, is_use_of_rate, of_capacity
from stratc.frontends.markdown.words.metrics import BY_LESS, BY_TIMES, Look, Metric
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.ir.scope import Role, Topic
from stratc.ir.statement import Per, Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

NONE: Mapping[int, Term] = MappingProxyType({})
_PIECES = words("chunk message")  # of a prompt, and what its devices send
_ONE_LAYER = Pattern(r"\b(?:per|each|one|a|every|and|single)[ -](?:\w+ )?layer\b|/ ?layer\b|^\W*layer flops", "layer")
_REPLICA = words("replica dp data model independent identical")
_ONE, _MULTIPLIES = words("one per each single"), frozenset("×*/÷")
_TARGETS = words("target required requirement goal objective slo threshold alert limit")
_NO_CLAIM = words("margin recovery failover alert alarm tolerance timeout interval frequency version every")
GAINS = frozenset((*BY_LESS.values(), *BY_TIMES.values(), "increase.throughput"))
_SHARES = words("share percent percentage % fraction part use used usage utilization utilisation occupancy")
_MORE = words("further additional extra another")
_REST = words("other rest remaining else runtime framework 其他 其它")  # labels of what an account adds at its end
_COMPONENTS = words("dense expert attention embedding shared router mlp ffn")  # of a model, each in a column
_OF_NUMBERED = {
    "computation": "share.compute",
    "compute": "share.compute",
    "load": "share.compute",
    "workload": "share.compute",
    "memory": "share.memory",
    "vram": "share.memory",
}


def claims(
    sentence: Sentence, workings: Mapping[int, Term] = NONE, taken: frozenset[int] = frozenset()
) -> Iterator[Statement]:
    """Statements of the metrics that a sentence gives.

    `workings` holds the arithmetic beside a figure by the offset where the figure starts; `taken` are the offsets of
    figures that other readers have understood.
    """
    title = sentence.block.kind is Kind.HEADING and not sentence.key
    if sentence.block.language or title or not sentence.figures:
        yield from assertions(sentence)
        return
    tokens = sentence.tokens
    goals = {at: goal for at, goal in goals_of(tokens).items() if not _of_a_part(sentence, at, goal)}
    inner = operands(tokens).union(*(spread_operands(tokens, at) for at, _ in sentence.figures))
    for at, figure in sentence.figures:
        worked = at in inner and figure.start not in workings and not is_named_summand(sentence.tokens, at)
        if figure.start in taken or at in goals.values() or worked or is_bought(tokens, at):
            continue
        claim = _claim(sentence, at, goals.get(at)) or _in_use(sentence, at, goals.get(at))
        found = of_its_sequence(sentence, at, claim)
        if found is not None:
            working = workings.get(figure.start) or spread(tokens, at)
            yield replace(found, working=working)
    yield from (*shares(sentence), *margins(sentence), *formerly(sentence), *assertions(sentence))


def _is_other_factor(sentence: Sentence, at: int) -> bool:
    """Whether a number multiplies the replicas, or stands in the column of one of them."""
    before = sentence.tokens[at - 1].sign if at else ""
    of_one = any(one.stem in _ONE and other.stem == "replica" for one, other in pairwise(sentence.header))
    after = sentence.tokens[at + 1].stem if at + 1 < len(sentence.tokens) else ""
    return (before in _MULTIPLIES and after not in _REPLICA) or of_one


def _of_a_part(sentence: Sentence, at: int, goal: int) -> bool:
    """Whether a figure in total stands beside the requirement of one device: two claims, counted differently."""
    after = [token.stem for token in sentence.tokens[at + 1 : at + 2]]
    return after == ["total"] and counted_for(sentence, goal) is Per.DEVICE


def _claim(sentence: Sentence, at: int, goal: int | None) -> Statement | None:
    figure = spoken(sentence, at, goal)
    metric = _meant(sentence, at, goal, figure) if figure else None
    if figure is None or metric is None:
        return None
    role = role_before(sentence.tokens, at) or (None if metric in GAINS else role_after(sentence.tokens, at))
    if role is None and goal is None and _is_target(sentence, at):
        role = Role.TARGET
    if role is None and at and sentence.tokens[at - 1].stem in AGAINST:
        role = Role.EARLIER  # or of somebody else: not what this plan reaches
    index, kind = numbered(sentence)
    said = say(
        sentence,
        metric,
        figure.quantity.high,
        (sentence.tokens[at].start, sentence.tokens[at].end),
        figure=figure.figure._replace(quantity=figure.quantity),
        role=role,
        relation=relation_before(sentence.tokens, at),
        per=kind if index is not None else _per(sentence, at, goal),
    )
    if (metric == "parameters.device" and said.per is not Per.DEVICE) or (
        metric == "replicas" and (of_one_replica(sentence) or _is_other_factor(sentence, at))
    ):
        return None
    if metric == "parts":
        said = replace(said, per=Per.UNSAID)
    if metric.startswith("latency.") and not names_itself(sentence, metric):
        said = replace(said, passing=True)  # a heading names it, of which this may be a part
    if metric == "compute.flops" and said.per in (Per.TOKEN, Per.UNSAID) and _is_of_layer(sentence):
        said = replace(said, per=Per.LAYER)
    return replace(
        said,
        cause=cause_of(sentence, at),
        index=index,
        baseline=baseline_of(sentence),
        goal=goal_of(sentence, goal, figure) if goal is not None else None,
    )


def _meant(sentence: Sentence, at: int, goal: int | None, figure: Spoken) -> str | None:
    """The metric of a figure, also where only its place or its bound tells that it is a claim."""
    if figure.look is Look.SEQUENCES and is_share_of_batch(sentence, at):
        return "workload.batch_size"  # of a part; the passes keep it apart from the whole
    metric = None if is_aside(sentence.tokens, at) else _metric(sentence, at, goal, figure)
    if metric is None and figure.look is Look.BYTES and sentence.key_text in _REST:
        return "memory.buffers"
    if metric is None and goal is not None and relation_before(sentence.tokens, goal) is not Relation.IS:
        return "labelled.figure"  # of which no word says what it is: "60 tokens/s per user or better: 55"
    return metric


def _in_use(sentence: Sentence, at: int, goal: int | None) -> Statement | None:
    """The memory of a device that is only held to what there is, and no requirement itself."""
    figure = spoken(sentence, at, goal) if is_in_use(sentence, at) else None
    if figure is None:
        return None
    place = sentence.tokens[at].start, sentence.tokens[at].end
    role = Role.PLAN if sentence.scope.role is Role.TARGET else None
    per = _per(sentence, at, goal)
    said = say(sentence, "memory.total", figure.quantity.high, place, figure=figure.figure, role=role, per=per)
    held = goal_of(sentence, goal, figure) if goal is not None else None
    return replace(said, per=Per.DEVICE if per is Per.UNSAID else per, goal=held)


def _per(sentence: Sentence, at: int, goal: int | None) -> Per:
    """What a figure is counted for, else what the requirement beside it is counted for."""
    per = counted_for(sentence, at)
    return counted_for(sentence, goal) if per is Per.UNSAID and goal is not None else per


def _is_target(sentence: Sentence, at: int) -> bool:
    """Whether the label or the column calls a figure a requirement, or another figure is held against it."""
    signed = next((n for n in range(at, 0, -1) if sentence.tokens[n - 1].sign not in RELATIONS), at)
    if 0 < signed < at and sentence.tokens[signed - 1].figure is not None:
        return True  # "35 ms < 50 ms"
    near = {token.stem for token in (*sentence.header, *sentence.key)}
    before = {token.stem for token in sentence.tokens[max(0, at - 2) : at]}
    after = {token.stem for token in sentence.tokens[at + 1 : at + 2]}
    asked = any(each.endswith("要求") for each in before)  # "吞吐要求 100 tokens/ms"
    return asked or bool((near | before | after) & _TARGETS)


def _metric(sentence: Sentence, at: int, goal: int | None, figure: Spoken) -> str | None:
    stems = {token.stem for token in (*sentence.key, *sentence.header)}
    if is_below_margin(sentence, figure.look):
        return None
    clause = clause_of(sentence, at)
    near = sentence.tokens[clause.first : clause.last]
    if (stems | {token.stem for token in near}) & _NO_CLAIM and not (figure.look is Look.COUNT and _holds(near)):
        return None
    if figure.look is Look.BYTES and (sentence.scope.topics[:1] == (Topic.HARDWARE,) or _is_capacity(sentence, at)):
        return None
    if figure.look in (Look.SHARE, Look.FACTOR):
        is_change, metric = gain_of(sentence, at, figure.look)
        if is_change or figure.look is Look.FACTOR:
            return metric if is_change else None
    if figure.look is Look.SHARE:
        if of_capacity(sentence.tokens, at):
            return "utilisation" if "compute" in stems else "memory.share"
        if numbered(sentence)[0] is not None:
            return next((_OF_NUMBERED[each.stem] for each in near if each.stem in _OF_NUMBERED), None)
    if figure.look is Look.SHARE and (_is_part_of_table(sentence) or is_use_of_rate(sentence.tokens, at)):
        return None
    if figure.look is Look.TIME and is_spare_time(sentence.tokens, at):
        return None
    if figure.look is Look.TIME and is_whole_time(sentence.tokens, at):
        return None
    if figure.look is Look.TIME and "bubble" in {token.stem for token in sentence.key}:
        return None  # the time that a pipeline idles, not that of the step
    if figure.look is Look.TIME and "step" in stems and stems & PARTS_OF_STEP:
        return None  # "KV read per step"
    if figure.look is Look.BYTES and at and sentence.tokens[at - 1].stem in _MORE:
        return None  # "frees a further 2 GB"
    if figure.look is Look.BYTES and (is_of_one(sentence.tokens, at) or is_room(sentence.tokens, at)):
        return None
    if figure.look is Look.BYTES and _counts_operations(sentence):
        return "compute.flops"  # in the wrong unit, which is for a rule to say
    row = named(sentence, at, goal, figure.look)
    return _refined(sentence, row) if row and not _is_of_another(sentence, at, row.metric) else None


def _holds(near: Sequence[Token]) -> bool:
    """Whether "every" only counts those that hold something: "so that every GPU hosts 3", not "every 30 minutes"."""
    others = (token.stem for token in near if token.stem in _NO_CLAIM and token.stem != "every")
    held = [two.stem in COUNTED_FOR for one, two in pairwise(near) if one.stem == "every"]
    return bool(held) and all(held) and not any(others)


def _is_of_layer(sentence: Sentence) -> bool:
    """Whether a sentence, or the heading right above it, counts one layer: "FLOPs per token and layer"."""
    return any(_ONE_LAYER.search(text) for text in (sentence.low, *(path.lower() for path in sentence.scope.path[-1:])))


def _is_of_another(sentence: Sentence, at: int, metric: str) -> bool:
    """Whether a figure is a part of what the words name, or what only stands beside it."""
    labels = {token.stem for token in (*sentence.key, *sentence.header)}
    match metric:
        case "latency.step" if (PARTS_OF_STEP & labels and sentence.key) or is_no_step(sentence.tokens, at):
            return True
        case "latency.prefill" if not _PIECES.isdisjoint(sentence.stems):
            return True
        case "latency.layer" if is_of_all_layers(sentence.tokens, at):
            return True
        case "latency.ttft" if "ttft" not in sentence.key_text and is_of_transfer(sentence):
            return True
        case "latency.tpot" if is_sent(sentence) or is_told_of_part(sentence, at):
            return True
        case "communication.time" if is_with_all(sentence.tokens, at):
            return True
        case "memory.kv_cache":
            return is_passed_around(sentence)
        case "memory.weights":
            return not _COMPONENTS.isdisjoint(token.stem for token in sentence.header)
        case "utilisation.mfu":
            return is_of_bandwidth(sentence.tokens, at)
    return metric.startswith("latency.") and is_part_of_time(sentence.tokens, at)


def _counts_operations(sentence: Sentence) -> bool:
    """Whether the label is the number of operations: "Attention FLOPs"."""
    stems = [token.stem for token in (*sentence.key, *sentence.header) if token.stem]
    return "flop" in stems and not {"memory", "byte", "per"} & set(stems)


def _is_part_of_table(sentence: Sentence) -> bool:
    """Whether a percentage is what one row of a table has of the whole."""
    shares = any(token.stem in ("percentage", "percent", "share", "%", "proportion") for token in sentence.header)
    return shares and not any(token.stem in ("total", "sum") for token in sentence.key)


def _is_capacity(sentence: Sentence, at: int) -> bool:
    """Whether words beside a figure name the memory of a device: "fit one GPU (80 GB of HBM)", "share of 80 GB"."""
    after = [token.stem for token in sentence.tokens[at + 1 : at + 3]]
    if after and after[0] in DEVICES:
        return True  # "256 H100 80GB GPUs"
    label = [token.stem or token.sign for token in sentence.tokens[:at]]
    if label[-1:] == ["of"] and sentence.block.kind is Kind.CELL and _SHARES.issuperset(label[:-1]):
        return True
    return not ROWS.inside(sentence.key) and (after[1:] if after[:1] == ["of"] else after)[:1] in (["hbm"], ["vram"])


def _names_device(sentence: Sentence) -> bool:
    return any(token.stem in ("gpu", "compute", "mfu") for token in (*sentence.key, *sentence.tokens))


def _is_pass(sentence: Sentence, row: Metric) -> bool:
    """Whether a row only tells in which pass time is spent, as "per step" does and "step time" does not."""
    step = row.metric == "latency.step" and "per" in sentence.stems and "time" not in sentence.stems
    return step or row.metric in ("latency.forward", "latency.backward")


def _refined(sentence: Sentence, row: Metric) -> str:
    """A bare "total" below a heading on one component is the total of that component."""
    if row.metric == "utilisation" and sentence.scope.topics[:1] == (Topic.MEMORY,):
        sizes = any(token.figure and token.figure.quantity.dimension == BYTE for token in sentence.tokens)
        if sizes or not _names_device(sentence):
            return "memory.share"  # "Utilisation of the 96 GB card"
    if row.metric == "latency.step" and is_of_decoding(sentence):
        return "latency.tpot"
    if sentence.scope.topics[:1] == (Topic.COMMUNICATION,) and _is_pass(sentence, row):
        return "communication.time"  # what the pass spends on it
    if not row.alone:
        return row.metric
    heading = tokens_of(sentence.scope.path[-1], 0) if sentence.scope.path else ()
    above = best(heading, row.look, set(), common=False)
    return above.metric if above and above.metric in ("memory.activations", "memory.kv_cache") else row.metric
