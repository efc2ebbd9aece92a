"""Sentences to claims: which metric each figure stands for, how it is bound, and what it is credited to.

A figure belongs to the phrase right after it, else to its label, its clause, its sentence, the label or heading above.
Figures that a reader of facts has taken, and operands of a working, are no claims.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from stratc.arith.unit import FLOP
from stratc.frontends.markdown.asides import is_aside, is_of_bandwidth, role_after, role_before
from stratc.frontends.markdown.bearings import (
    baseline_of,
    beside,
    cause_of,
    clause_of,
    counted_for,
    is_share_of_batch,
    numbered,
    of_one_replica,
    operands,
    own_item,
)
from stratc.frontends.markdown.blocks import Kind
from stratc.frontends.markdown.counts import is_added, is_of_one, is_use_of_rate, of_capacity
from stratc.frontends.markdown.gains import gain_of
from stratc.frontends.markdown.goals import goal_of, goals_of
from stratc.frontends.markdown.looks import Spoken, spoken
from stratc.frontends.markdown.metrics import BY_LESS, BY_TIMES, METRICS, Look, Metric
from stratc.frontends.markdown.phrases import Phrases
from stratc.frontends.markdown.saying import relation_before, say
from stratc.frontends.markdown.shares import assertions, formerly, margins, shares, spread, spread_operands
from stratc.frontends.markdown.spans_of_time import (
    PARTS_OF_STEP,
    is_of_all_layers,
    is_of_decoding,
    is_of_transfer,
    is_part_of_step,
    is_part_of_time,
    is_sent,
)
from stratc.frontends.markdown.tokens import tokens_of
from stratc.frontends.markdown.vocabulary import words
from stratc.ir.scope import Role, Topic
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from stratc.arith.term import Term
    from stratc.frontends.markdown.sentences import Sentence
    from stratc.frontends.markdown.tokens import Token
    from stratc.ir.statement import Statement

ROWS: Phrases[Metric] = Phrases((row.phrases, row) for row in METRICS)
_COUNTED = next(row for row in METRICS if row.metric == "parameters.device")
_TOKENS = next(row for row in METRICS if row.metric == "throughput.tokens")
_OTHER_RATES = words(  # of users, demands, prices and what is compared
    "user stream session client request need require demand load traffic arrive incoming offered price cost million "
    "per-user limit cap threshold alert input prompt prefill would if could versus vs api"
)
NONE: Mapping[int, Term] = MappingProxyType({})
_TARGETS = words("target required requirement goal objective slo threshold alert limit")
_NO_CLAIM = words("margin recovery failover alert alarm tolerance timeout interval frequency version every")
GAINS = frozenset((*BY_LESS.values(), *BY_TIMES.values(), "increase.throughput"))
_REST = words(
    "other rest remaining others else runtime framework 其他 其它"
)  # labels of what an account adds at its end
_UNNAMED = frozenset((Look.COUNT, Look.FACTOR))
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
        if figure.start in taken or at in goals.values() or (at in inner and figure.start not in workings):
            continue
        found = _claim(sentence, at, goals.get(at))
        if found is not None:
            working = workings.get(figure.start) or spread(tokens, at)
            yield replace(found, working=working)
    yield from (*shares(sentence), *margins(sentence), *formerly(sentence), *assertions(sentence))


def taken_by(said: Iterable[Statement]) -> frozenset[int]:
    """Offsets of the figures that statements of facts have used up.

    A target is also a claim about its metric, and so are a share of peak outside the hardware section and a number of
    parameters that is counted for a device.
    """
    return frozenset(each.span.start for each in said if not _is_also_claim(each))


def _is_also_claim(said: Statement) -> bool:
    achieved = said.subject == "hardware.mfu" and Topic.HARDWARE not in said.scope.topics[:1]
    part = said.subject == "model.parameters" and said.per not in (Per.UNSAID, Per.TOTAL)
    return said.subject.startswith("target.") or achieved or part


def _of_a_part(sentence: Sentence, at: int, goal: int) -> bool:
    """Whether a figure in total stands beside the requirement of one device: two claims, counted differently."""
    after = [token.stem for token in sentence.tokens[at + 1 : at + 2]]
    return after == ["total"] and counted_for(sentence, goal) is Per.DEVICE


def _claim(sentence: Sentence, at: int, goal: int | None) -> Statement | None:
    figure = spoken(sentence, at, goal)
    metric = _metric(sentence, at, goal, figure) if figure and not is_aside(sentence.tokens, at) else None
    if figure and figure.look is Look.SEQUENCES and is_share_of_batch(sentence, at):
        metric = "workload.batch_size"  # of a part; the passes keep it apart from the whole
    if figure and metric is None and figure.look is Look.BYTES and sentence.key_text in _REST:
        metric = "memory.buffers"
    if figure is None or metric is None:
        return None
    role = role_before(sentence.tokens, at) or (None if metric in GAINS else role_after(sentence.tokens, at))
    if role is None and goal is None and _is_target(sentence, at):
        role = Role.TARGET
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
        metric == "replicas" and of_one_replica(sentence)
    ):
        return None
    if metric == "parts":
        said = replace(said, per=Per.UNSAID)
    return replace(
        said,
        cause=cause_of(sentence, at),
        index=index,
        baseline=baseline_of(sentence),
        goal=goal_of(sentence, goal, figure) if goal is not None else None,
    )


def _per(sentence: Sentence, at: int, goal: int | None) -> Per:
    """What a figure is counted for, else what the requirement beside it is counted for."""
    per = counted_for(sentence, at)
    return counted_for(sentence, goal) if per is Per.UNSAID and goal is not None else per


def _is_target(sentence: Sentence, at: int) -> bool:
    """Whether the label or the column calls a figure a requirement."""
    near = {token.stem for token in (*sentence.header, *sentence.key)}
    before = {token.stem for token in sentence.tokens[max(0, at - 2) : at]}
    after = {token.stem for token in sentence.tokens[at + 1 : at + 2]}
    return bool((near | before | after) & _TARGETS)


def _metric(sentence: Sentence, at: int, goal: int | None, figure: Spoken) -> str | None:
    stems = {token.stem for token in (*sentence.key, *sentence.header)}
    clause = clause_of(sentence, at)
    near = sentence.tokens[clause.first : clause.last]
    if (stems | {token.stem for token in near}) & _NO_CLAIM:
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
    if figure.look is Look.TIME and "bubble" in {token.stem for token in sentence.key}:
        return None  # the time that a pipeline idles, not that of the step
    if figure.look is Look.TIME and "step" in stems and stems & PARTS_OF_STEP:
        return None  # "KV read per step"
    if figure.look is Look.BYTES and is_of_one(sentence.tokens, at):
        return None
    if figure.look is Look.BYTES and _counts_operations(sentence):
        return "compute.flops"  # in the wrong unit, which is for a rule to say
    row = named(sentence, at, goal, figure.look)
    return _refined(sentence, row) if row and not _is_of_another(sentence, at, row.metric) else None


def _is_of_another(sentence: Sentence, at: int, metric: str) -> bool:
    """Whether a figure is a part of what the words name, or what only stands beside it."""
    labels = {token.stem for token in (*sentence.key, *sentence.header)}
    match metric:
        case "latency.step" if PARTS_OF_STEP & labels if sentence.key else is_part_of_step(sentence.tokens[:at]):
            return True
        case "latency.layer" if is_of_all_layers(sentence.tokens, at):
            return True
        case "latency.ttft" if "ttft" not in sentence.key_text and is_of_transfer(sentence):
            return True
        case "latency.tpot" if is_sent(sentence):
            return True
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
    """Whether words right after a figure without a label name the memory of a device: "fit one GPU (80 GB of HBM)"."""
    after = [token.stem for token in sentence.tokens[at + 1 : at + 3]]
    return not ROWS.inside(sentence.key) and (after[1:] if after[:1] == ["of"] else after)[:1] in (["hbm"], ["vram"])


def named(sentence: Sentence, at: int, goal: int | None, look: Look) -> Metric | None:
    """The row whose phrase names a figure, from near to far."""
    tokens = sentence.tokens
    clause = clause_of(sentence, at)
    around = {token.stem for token in (*tokens[clause.first : clause.last], *sentence.key, *sentence.header)}
    row = _right_after(tokens, at, look, around)
    if row and not (row.alone and _best((*sentence.key, *sentence.header), look, around, common=False)):
        return row  # but the "total" of "KV cache: 3 GB total" only counts what the label names
    if goal is not None and (row := _right_after(tokens, goal, look, around)):
        return row
    if (look in _UNNAMED and at != _first(sentence, at)) or (look is Look.PARAMETERS and is_added(tokens, at)):
        return None
    places = [sentence.key, sentence.header, tokens[clause.first : clause.last]]
    told = _is_prose(sentence)
    if told:
        before, after = beside(tokens, clause, at)
        if look not in _UNNAMED and (row := _best(before, look, _stems(before), common=True)):
            return row
        places = [before, after, tokens[:at]]
    if row := _best(own_item(sentence, at), look, around, common=False):
        return row
    if look is Look.PARAMETERS:
        places = places[:2] if sentence.key or sentence.header else []
    elif look not in _UNNAMED:
        places += [sentence.value] if sentence.block.kind is not Kind.CELL and not told else []
        places += [title.tokens for title in sentence.above]
    for number, place in enumerate(places):
        if row := _best(place, look, around, common=number < 4):
            return row
    if look is Look.TOKENS and not told and not (_OTHER_RATES & (around | _stems(tokens))):
        return _TOKENS if counted_for(sentence, at) is not Per.UNSAID else None  # whose unit says what it is
    figure = tokens[at].figure  # "29M parameters per GPU" says itself what it counts
    named = look is Look.PARAMETERS and figure and figure.quantity.unit.symbol.endswith("parameters")
    return _COUNTED if named and not _forbidden(_COUNTED, around | _stems(tokens)) else None


def _first(sentence: Sentence, at: int) -> int:
    """The index of the figure that a label gives first, or that what it gives first comes to; `at` for none."""
    tokens = sentence.tokens
    inner = operands(tokens)
    given = range(len(sentence.key), len(tokens))
    return next((index for index in given if tokens[index].figure and index not in inner), at)


def _is_prose(sentence: Sentence) -> bool:
    """Whether several figures stand in one sentence without a label, each beside the words it belongs to."""
    prose = sentence.block.kind is Kind.PARAGRAPH and not sentence.key
    return prose and sum(token.figure is not None for token in sentence.tokens) > 1


def _right_after(tokens: Sequence[Token], at: int, look: Look, around: set[str]) -> Metric | None:
    """The row of the phrase that follows a figure: "90 %+ pipeline utilization", "1% maximum difference"."""
    index = at + 1
    while index < len(tokens) and tokens[index].sign in ("+", "-") and tokens[index].sign:
        index += 1
    while index < len(tokens) and tokens[index].stem in ("average", "peak", "effective", "of", "total", "the"):
        if rows := _fitting(ROWS.at(tokens, index), look, around):
            return rows[0]
        index += 1
    named = index < len(tokens) and tokens[index].stem
    rows = _fitting(ROWS.at(tokens, index), look, around) if named else []
    return rows[0] if rows else None


def _best(place: Sequence[Token], look: Look, around: set[str], *, common: bool) -> Metric | None:
    """The row of the longest phrase of a place, the last of equals."""
    found = [
        (end - first, first, row)
        for row, first, end in ROWS.inside(place)
        if row.look is look and (common or not row.alone) and not _forbidden(row, around | _stems(place))
    ]
    return max(found, key=lambda each: each[:2])[2] if found else None


def _fitting(found: list[tuple[Metric, int]], look: Look, around: set[str]) -> list[Metric]:
    return [row for row, _ in found if row.look is look and not _forbidden(row, around)]


def _forbidden(row: Metric, around: set[str]) -> bool:
    lacking = row.needs and not any(word in around for word in row.needs.split())
    return bool(lacking) or any(word in around for word in row.unless.split())


def _stems(tokens: Sequence[Token]) -> set[str]:
    """The words of a place; a number of operations says "FLOPs" by its unit."""
    return {"flop" if token.figure and token.figure.quantity.dimension == FLOP else token.stem for token in tokens}


def _names_device(sentence: Sentence) -> bool:
    return any(token.stem in ("gpu", "compute", "mfu") for token in (*sentence.key, *sentence.tokens))


def _refined(sentence: Sentence, row: Metric) -> str:
    """A bare "total" below a heading on one component is the total of that component."""
    if row.metric == "utilisation" and sentence.scope.topics[:1] == (Topic.MEMORY,) and not _names_device(sentence):
        return "memory.share"
    if row.metric == "latency.step" and is_of_decoding(sentence):
        return "latency.tpot"
    if row.metric in ("latency.forward", "latency.backward") and sentence.scope.topics[:1] == (Topic.COMMUNICATION,):
        return "communication.time"  # what the pass spends on it
    if not row.alone:
        return row.metric
    heading = tokens_of(sentence.scope.path[-1], 0) if sentence.scope.path else ()
    above = _best(heading, row.look, set(), common=False)
    return above.metric if above and above.metric in ("memory.activations", "memory.kv_cache") else row.metric
