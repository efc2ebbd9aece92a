"""By which words a figure is named: the phrase right after it, its label, its clause, what stands above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE, BYTE_RATE, FLOP, PERCENT
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.own_items import own_item
from stratc.frontends.markdown.document.phrases import Phrases
from stratc.frontends.markdown.facts.bearings import beside, clause_of, counted_for, operands, short_axes
from stratc.frontends.markdown.layout.counts import is_added
from stratc.frontends.markdown.words.metrics import LOOKS, METRICS, Look, Metric
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

ROWS: Phrases[Metric] = Phrases((row.phrases, row) for row in METRICS)
_COUNTED = next(row for row in METRICS if row.metric == "parameters.device")
_TOKENS = next(row for row in METRICS if row.metric == "throughput.tokens")
_OTHER_RATES = words(  # of users, demands, prices and what is compared
    "user stream session client request need require demand load traffic arrive incoming offered price cost million "
    "limit cap threshold alert input prompt prefill would if could versus vs api"
)
_PARTS_OF_A_PASS = words("fixed hop read reading load loading gather scatter allgather allreduce 读取 加载 搬运")
_EXCLUDING = words("outside excluding without except beside")
_EXCHANGES = ("all-reduce", "allreduce", "all-gather", "all-to-all", "a2a")
_SERVED = words("user client session request query prompt chat call")
_LATENCIES = words("ttft tpot itl")
_BOUNDS = words("below under at most within of is less than up to")
_UNNAMED = frozenset((Look.COUNT, Look.FACTOR))
_ADDS, _ENDS = frozenset("+(:=~≈"), frozenset("+=≈)")


def named(sentence: Sentence, at: int, goal: int | None, look: Look) -> Metric | None:
    """The row whose phrase names a figure, from near to far."""
    tokens = sentence.tokens
    if look is Look.BYTES and is_named_summand(tokens, at):
        return _right_after(tokens, at, look, set())
    if len(label := _less_excluded(sentence.key)) < len(sentence.key):
        sentence = sentence._replace(key=label)
    clause = clause_of(sentence, at)
    around = {token.stem for token in (*tokens[clause.first : clause.last], *sentence.key, *sentence.header)}
    row = _right_after(tokens, at, look, around)
    if row and not (row.alone and best((*sentence.key, *sentence.header), look, around, common=False)):
        return row  # but the "total" of "KV cache: 3 GB total" only counts what the label names
    if goal is not None and (row := _right_after(tokens, goal, look, around)):
        return row
    if look is Look.TIME and (row := _right_before(tokens, at)):
        return row
    if _is_nameless(sentence, at, look):
        return None
    places = [sentence.key, sentence.header, tokens[clause.first : clause.last]]
    told = _is_prose(sentence)
    if told:
        before, after = beside(tokens, clause, at)
        if after[:1] and after[0].stem == "for" and (row := best(after, look, _stems(after), common=True)):
            return row  # "11 % for the bubble"
        if look not in _UNNAMED and (row := best(before, look, _stems(before), common=True)):
            return row
        places = [before, after, _left(tokens[:at], look)]
    if row := best(own_item(sentence, at), look, around, common=False):
        return row
    if look is Look.PARAMETERS:
        places = places[:2] if sentence.key or sentence.header else []
    elif look not in _UNNAMED:
        places += [sentence.value] if sentence.block.kind is not Kind.CELL and not told else []
        places += _above(sentence, look)
    for number, place in enumerate(places):
        if row := best(place, look, around, common=number < 4):
            return row
    if look is Look.TOKENS and not told and not (_OTHER_RATES & (around | _stems(tokens))):
        return _TOKENS if counted_for(sentence, at) is not Per.UNSAID else None  # whose unit says what it is
    figure = tokens[at].figure  # "29M parameters per GPU" says itself what it counts
    named = look is Look.PARAMETERS and figure and figure.quantity.unit.symbol.endswith("parameters")
    return _COUNTED if named and not _forbidden(_COUNTED, around | _stems(tokens)) else None


def _is_nameless(sentence: Sentence, at: int, look: Look) -> bool:
    """Whether words that do not stand right beside a figure are no name of it."""
    if look is Look.COUNT and any(token.stem in _SERVED for token in sentence.tokens[at + 1 : at + 2]):
        return True  # "the replica is capped at 96 users"
    if look is Look.PARAMETERS and is_added(sentence.tokens, at):
        return True
    return look in _UNNAMED and at != _first(sentence, at)


def _less_excluded(label: tuple[Token, ...]) -> tuple[Token, ...]:
    """A label without what it leaves out: "Latency of a token outside prefill"."""
    excluded = (at for at, token in enumerate(label) if token.stem in _EXCLUDING)
    return label[: next(excluded, len(label))]


def _above(sentence: Sentence, look: Look) -> list[tuple[Token, ...]]:
    """What stands above a figure that it may be named by: no step's name for a part of it that has words of its own."""
    if look is Look.TIME and _is_part_of_a_pass(sentence):
        return []
    # "EP8 on one node, attention TP4" says how the model lies, and not what the sizes below are of
    return [title.tokens for title in sentence.above if look is not Look.BYTES or not _has_degrees(title.tokens)]


def _is_part_of_a_pass(sentence: Sentence) -> bool:
    """Whether a sentence tells what is read or sent, by its words or by a bandwidth."""
    if BYTE_RATE in sentence.dimensions or not _PARTS_OF_A_PASS.isdisjoint(sentence.stems):
        return True
    return any(name in sentence.low for name in _EXCHANGES)


def _left(tokens: Sequence[Token], look: Look) -> tuple[Token, ...]:
    """The words before a figure without those that name another right before them: "40 % MFU, 15 % ahead"."""
    named = {
        n
        for at, token in enumerate(tokens[:-1])
        if token.figure and _look(token.figure) is look
        for row, end in ROWS.at(tokens, at + 1)
        if row.look is look
        for n in range(at + 1, end)
    }
    return tuple(token for n, token in enumerate(tokens) if n not in named)


def _look(figure: Figure) -> Look | None:
    return Look.SHARE if figure.quantity.unit == PERCENT else LOOKS.get(figure.quantity.dimension)


def _has_degrees(title: Sequence[Token]) -> bool:
    return any(short_axes(token.stem) for token in title)


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


def is_named_summand(tokens: Sequence[Token], at: int) -> bool:
    """Whether a size of a sum carries its own name: "17.5 GB weights + 20 GB KV cache"."""
    figure = tokens[at].figure
    if figure is None or figure.quantity.dimension != BYTE or (at and tokens[at - 1].sign not in _ADDS):
        return False
    end = next((n for n in range(at + 1, len(tokens)) if tokens[n].sign), len(tokens))
    row = _right_after(tokens, at, Look.BYTES, set())
    after = end == len(tokens) or tokens[end].sign in _ENDS
    return row is not None and row.metric.startswith("memory.") and not row.alone and after and end > at + 1


def _right_before(tokens: Sequence[Token], at: int) -> Metric | None:
    """The row of a latency that only a bound parts from its figure: "TTFT below 2 s and TPOT under 50 ms"."""
    end = at
    while end and (tokens[end - 1].stem in _BOUNDS or tokens[end - 1].sign in ("<", "≤", "=", "~", "≈")):
        end -= 1
    named = end and tokens[end - 1].stem in _LATENCIES
    rows = _fitting(ROWS.at(tokens, end - 1), Look.TIME, set()) if named else []
    return rows[0] if rows else None


def names_itself(sentence: Sentence, metric: str) -> bool:
    """Whether a sentence, its label or its column says the words of a metric."""
    places = (sentence.tokens, sentence.key, sentence.header)
    return any(row.metric == metric for place in places for row, _, _ in ROWS.inside(place))


def best(place: Sequence[Token], look: Look, around: set[str], *, common: bool) -> Metric | None:
    """The row of the longest phrase of a place, the last of equals."""
    found = [
        (end - first, first, row)
        for row, first, end in ROWS.inside(place)
        if row.look is look
        and (common or not row.alone)
        and not _forbidden(row, around | _stems(place))
        and not (look is Look.BYTES and _has_no_bytes(place, first, end))
    ]
    return max(found, key=lambda each: each[:2])[2] if found else None


def _has_no_bytes(place: Sequence[Token], first: int, end: int) -> bool:
    """Whether the words beside a phrase make something else of it: "per attention group", "after an optimizer step"."""
    return (first > 0 and place[first - 1].stem == "per") or (end < len(place) and place[end].stem == "step")


def _fitting(found: list[tuple[Metric, int]], look: Look, around: set[str]) -> list[Metric]:
    return [row for row, _ in found if row.look is look and not _forbidden(row, around)]


def _forbidden(row: Metric, around: set[str]) -> bool:
    lacking = row.needs and not any(word in around for word in row.needs.split())
    return bool(lacking) or any(word in around for word in row.unless.split())


def _stems(tokens: Sequence[Token]) -> set[str]:
    """The words of a place; a number of operations says "FLOPs" by its unit."""
    return {"flop" if token.figure and token.figure.quantity.dimension == FLOP else token.stem for token in tokens}
