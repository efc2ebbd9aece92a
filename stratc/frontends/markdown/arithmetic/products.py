"""Figures that plain lines of a section multiply to: GPU-hours and their cost, replicas for a load, scaling.

"256 GPUs for 21 days" and "GPU-hours: 86,000" stand in two lines that no working joins.  The last statement of
each kind in the section counts, and a line with a discount, a share or a range says nothing.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal
from stratc.arith.unit import COUNT, PERCENT, REQUEST_RATE, SECOND, SEQUENCE_RATE, TOKEN_RATE
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.scope import Role
from stratc.ir.statement import Per, Relation
from stratc.text.pattern import Pattern
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_DEVICES = DEVICES | words("tpu")
_JOINS = frozenset(("", "-", "·"))  # within "GPU-hours"
_HOURS = words("hour hr h")
_REPLICAS = words("replica instance copy copie")
_ONE = words("one a each per every single")
_LOAD = words("load demand traffic peak arrival expected incoming required requirement target")
_SPEEDS = (REQUEST_RATE, SEQUENCE_RATE, TOKEN_RATE)
_LOOSE = words(
    "discount spot reserved if before instead saving saved reduction baseline alternative discounted phase "
    "overhead contingency reserve restart plus excluding including budget limit quota spare standby stage average "
    "headroom utilisation utilization"
)
_MONEY = frozenset("$€£¥")
_MONEY_WORDS = words("usd dollar eur euro")
_SHORTEST = 3600.0
_HOURS_OF_DAY = 24
_COUNT = words("gpu total number of count")
_DAYS = words("day training run wall clock time duration in length of the")
_DAY = words("day")
_WEAK = words("scaling parallel")
_SERVES = words("serve sustain deliver handle")  # "4 replicas, each serves"
_SPARE = Pattern(
    r"(?i)\bN ?\+ ?1\b|\b(?:loss|failure|outage) of (?:one|any|a|1)(?: single)? (?:replica|instance)"
    r"|\b(?:one|any|a) (?:replica|instance) (?:may|can) (?:fail|be lost|go down)|\b(?:lose|losing) (?:one|any|a) "
    r"(?:replica|instance)",
    "n+1|n + 1|replica|instance",
)
_OTHERWISE = words(
    "degrade degraded degrading reduced not partial half shed spare standby target more extra additional another"
)
_LIKELY_WORDS = Pattern(r"(?i)hour|replica|instance|scaling|parallel efficiency")


def products(said: Sequence[Sentence], text: str) -> Iterator[Statement]:
    """Statements "product", "replicas.needed" and "replicas.spare", with what the lines around come to as working."""
    if not _LIKELY_WORDS.search(text):
        return
    sections: dict[tuple[str, ...], list[Sentence]] = {}
    for sentence in said:
        told = sentence.scope.role in (Role.PLAN, Role.TARGET) and not sentence.block.language
        if told and (sentence.has_digit or _SPARE.search(sentence.text)):
            sections.setdefault(sentence.scope.path, []).append(sentence)
    for lines in sections.values():
        if any(not (_HOURS.isdisjoint(line.stems) and _HOURS.isdisjoint(line.key_stems)) for line in lines):
            yield from _costs(lines, text)
        if any(not _REPLICAS.isdisjoint(line.stems) for line in lines):
            yield from _replicas(lines)
        if any("efficiency" in line.stems for line in lines):
            yield from _scaling(lines)


def _costs(lines: Sequence[Sentence], text: str) -> Iterator[Statement]:
    """Device-hours of devices and a time, and the cost of device-hours at a price."""
    run: Term | None = _of_lines(lines)  # device-hours worked out
    hours: Term | None = None
    price: Term | None = None
    for line in lines:
        if _is_loose(line):
            continue
        own = _of_run(line)
        run = own or run
        for at, token in enumerate(line.tokens):
            if token.figure is None or not _is_exact(line.tokens, at):
                continue
            if _is_price(line, at):
                price = literal_of(line, token.figure)
            elif _is_hours(line, at):
                hours = literal_of(line, token.figure)
                if run is not None and (own or not _times(line)):
                    yield _stated(line, at, run)
            elif price is not None and _is_cost(line, at, text) and (amount := hours or run) is not None:
                yield _stated(line, at, Apply("×", amount, price))


def _of_run(line: Sentence) -> Term | None:
    """Devices × hours of a line that gives one number of devices and one time: "256 GPUs for 21 days"."""
    figures = [(at, token.figure) for at, token in enumerate(line.tokens) if token.figure is not None]
    counts = [each for at, each in figures if each.is_count and _is_followed(line.tokens, at, _DEVICES)]
    times = _times(line)
    if len(counts) != 1 or len(times) != 1 or counts[0].quantity.is_range or times[0].quantity.is_range:
        return None
    time = Literal(times[0].value / _SHORTEST, None, literal_of(line, times[0]).span)
    return Apply("×", literal_of(line, counts[0]), time)


def _times(line: Sentence) -> list[Figure]:
    """The times of a line that are as long as runs take."""
    found = (token.figure for token in line.tokens if token.figure is not None)
    return [each for each in found if each.quantity.dimension == SECOND and each.value >= _SHORTEST]


def _of_lines(lines: Sequence[Sentence]) -> Term | None:
    """Devices × hours of two lines that say nothing else: "GPUs: 128", "Days: 30"."""
    counts = [each for line in lines if set(_stems(line.key)) <= _COUNT and (each := _only(line)) and each.is_count]
    days = [(line, each) for line in lines if set(_stems(line.key)) <= _DAYS and (each := _only(line))]
    if len(counts) != 1 or len(days) != 1:
        return None
    (line, time), count = days[0], counts[0]
    if time.quantity.dimension == SECOND:
        hours = time.value / _SHORTEST
    elif time.is_count and set(_stems(line.key)) & _DAY:
        hours = time.value * _HOURS_OF_DAY
    else:
        return None
    return Apply("×", Literal(count.value), Literal(hours))


def _only(line: Sentence) -> Figure | None:
    """The figure of a labelled line that gives one and nothing else of note."""
    figures = [token.figure for token in line.tokens if token.figure is not None]
    alone = bool(line.key) and len(figures) == 1 and len(_stems(line.value)) <= 2
    return figures[0] if alone and not figures[0].quantity.is_range else None


def _stems(tokens: Sequence[Token]) -> list[str]:
    return [token.stem for token in tokens if token.stem]


def _is_hours(line: Sentence, at: int) -> bool:
    """Whether a figure counts device-hours: "129,024 GPU-hours", "GPU-hours: 129,024"."""
    figure, beside = line.tokens[at].figure, takewhile(lambda token: token.sign in _JOINS, line.tokens[at + 1 : at + 5])
    if figure is None or figure.quantity.dimension != COUNT:
        return False
    after = [token.stem for token in beside if token.stem]
    key = [token.stem for token in line.key if token.stem]
    named = bool(after[1:]) and after[0] in _DEVICES and after[1] in _HOURS
    alone = len(line.value) <= 3 and not set(key) & words("per rate price cost")
    return named or (alone and any(a in _DEVICES and b in _HOURS for a, b in pairwise(key)))


def _is_price(line: Sentence, at: int) -> bool:
    """Whether a figure is what a device-hour costs: "$2.50 per GPU-hour", "price per GPU-hour: $2.50"."""
    after = [t.stem or t.sign for t in line.tokens[at + 1 : at + 6] if t.sign != "-"]
    if after[:1] in (["per"], ["/"]) and after[1:2] and after[1] in _DEVICES and set(after[2:4]) & _HOURS:
        return True
    key = [token.stem for token in line.key if token.stem]
    labelled = "per" in key and any(a in _DEVICES and b in _HOURS for a, b in pairwise(key))
    return labelled and not any(token.figure for token in line.key)


def _is_cost(line: Sentence, at: int, text: str) -> bool:
    """Whether a figure is an amount of money in all."""
    token = line.tokens[at]
    after = [t.stem or t.sign for t in line.tokens[at + 1 : at + 3]]
    sign = text[max(0, token.start - 2) : token.start].strip()[-1:] in _MONEY
    money = sign or after[:1] == ["usd"] or bool(set(after[:1]) & _MONEY_WORDS)
    return money and not {"per", "/"} & set(after)


def _replicas(lines: Sequence[Sentence]) -> Iterator[Statement]:
    """A number of replicas, with the load over what one of them serves as its working; and where one may be lost."""
    found: dict[str, list[tuple[Sentence, int]]] = {}
    for line in lines:
        for at in range(len(line.tokens)) if not _is_loose(line) else ():
            found.setdefault(_kind(line, at), []).append((line, at))
    found.pop("", None)
    if found.keys() != {"rate", "load", "count"}:
        return
    rate, load = (_literal(*found[kind][-1]) for kind in ("rate", "load"))
    if rate is None or load is None or rate.dimension != load.dimension:
        return
    needed = _stated(*found["count"][-1], Apply("÷", load, rate), "replicas.needed")
    yield needed
    values = [{each.tokens[at].figure for each, at in places} for places in found.values()]
    for line in lines if all(len({each.value for each in some if each}) == 1 for some in values) else ():
        if (spare := _SPARE.search(line.text)) and line.stems.isdisjoint(_OTHERWISE):
            place = Span(line.source, line.start + spare.start(), line.start + spare.end())
            yield replace(needed, subject="replicas.spare", span=place, scope=line.scope)


def _literal(line: Sentence, at: int) -> Literal | None:
    figure = line.tokens[at].figure
    return literal_of(line, figure) if figure is not None else None


def _kind(line: Sentence, at: int) -> str:
    """Whether a figure is the rate of one replica, the load on all, or the count of replicas; "" for none."""
    figure = line.tokens[at].figure
    if figure is None or figure.quantity.is_range or figure.more:
        return ""
    if figure.quantity.dimension in _SPEEDS:
        stems = _around(line, at)
        if figure.per is Per.REPLICA or any(a in _ONE and b in _REPLICAS | _SERVES for a, b in pairwise(stems)):
            return "rate"
        return "load" if set(stems) & _LOAD and figure.per is Per.UNSAID else ""
    labelled = bool(line.key_stems & _REPLICAS) and line.key_stems <= _REPLICAS | _COUNT and line.figures[0][0] == at
    counted = figure.is_count and figure.value > 1 and (labelled or _is_followed(line.tokens, at, _REPLICAS))
    return "count" if counted else ""


def _around(line: Sentence, at: int) -> list[str]:
    """The words of a line that are about one of its rates: all of them, or those since the rate before."""
    speeds = [index for index, each in line.figures if each.quantity.dimension in _SPEEDS]
    nth = speeds.index(at)
    start, end = (speeds[nth - 1] + 1 if nth else 0), (at if len(speeds) > 1 else len(line.tokens))
    return [token.stem for token in line.tokens[start:end]]


def _scaling(lines: Sequence[Sentence]) -> Iterator[Statement]:
    """The efficiency of scaling from one number of devices to another, two lines with a throughput each."""
    points: list[tuple[Figure, Figure, Sentence]] = []
    shares: list[tuple[Sentence, int]] = []
    for line in lines:
        figures = [(at, token.figure) for at, token in enumerate(line.tokens) if token.figure is not None]
        counts = [each for at, each in figures if each.is_count and _is_followed(line.tokens, at, _DEVICES)]
        rates = [each for _, each in figures if each.quantity.dimension in _SPEEDS and each.per is Per.UNSAID]
        if len(figures) == 2 and len(counts) == 1 and len(rates) == 1 and not _is_per(line):
            points.append((counts[0], rates[0], line))
        stems = {token.stem for token in line.tokens}
        percents = [at for at, each in figures if each.quantity.unit == PERCENT]
        if "efficiency" in stems and stems & _WEAK and len(percents) == 1 and len(figures) == 1:
            shares.append((line, percents[0]))
    if len(points) != 2 or len(shares) != 1 or relation_before(shares[0][0].tokens, shares[0][1]) is not Relation.IS:
        return
    (few, slow, one), (many, fast, other) = sorted(points, key=lambda each: each[0].value)
    if slow.quantity.dimension != fast.quantity.dimension or few.value == many.value:
        return
    speedup = Apply("÷", literal_of(other, fast), literal_of(one, slow))
    devices = Apply("÷", literal_of(other, many), literal_of(one, few))
    yield _stated(*shares[0], Apply("÷", speedup, devices))


def _stated(line: Sentence, at: int, term: Term, subject: str = "product") -> Statement:
    figure = line.tokens[at].figure
    place = (line.tokens[at].start, line.tokens[at].end)
    said = say(line, subject, figure.value if figure else 0.0, place, figure=figure)
    return replace(said, working=term)


def _is_followed(tokens: Sequence[Token], at: int, kind: frozenset[str]) -> bool:
    """Whether what a number counts follows it, and is no rate or time of them: "256 H100 GPUs", not "256 GPU-hours"."""
    for index in range(at + 1, min(at + 4, len(tokens))):
        if tokens[index].figure is not None or tokens[index].stem in ("per", "each"):
            return False
        if tokens[index].stem in kind:
            after = [token.stem for token in tokens[index + 1 : index + 3] if token.stem]
            return not set(after[:1]) & _HOURS and after[:1] not in (["per"], ["each"])
    return False


def _is_exact(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure is one number, and no bound."""
    figure = tokens[at].figure
    alone = figure is not None and not (figure.quantity.is_range or figure.more)
    return alone and relation_before(tuple(tokens), at) is Relation.IS


def _is_per(line: Sentence) -> bool:
    return any(token.stem == "per" for token in line.tokens)


def _is_loose(line: Sentence) -> bool:
    """Whether a line counts with more than its figures."""
    percents = any(figure.quantity.unit == PERCENT for _, figure in line.figures)
    return percents or not (_LOOSE.isdisjoint(line.stems) and _LOOSE.isdisjoint(line.key_stems))
