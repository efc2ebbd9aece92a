"""What a service carries: requests that arrive, how long each stays, how many are in flight, and the slots for them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.quantity import Quantity
from stratc.arith.unit import COUNT, REQUEST, REQUEST_RATE, SECOND, SEQUENCE, TOKEN_RATE, Unit
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.facts.goals import CROSSES, TICKS
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.scope import Role
from stratc.ir.statement import Per, Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.arith.term import Literal
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_REQUESTS = words(
    "request query querie call chat conversation prompt message user session stream sequence slot job review question"
)
_TIMES = {**dict.fromkeys(("s", "second", "sec"), 1.0), "minute": 60.0, "min": 60.0, "hour": 3600.0, "day": 86400.0}
_BY = words("per a an each every")
_COPIES = words("replica instance copy copie engine server node host group pod")
_ONE = words("one a an each per every single either")
_ALL = words("all together across total fleet cluster overall altogether combined whole both pool farm aggregate")
_LOOSE = words(  # of another case than the mean one
    "if would could should instead formerly previously timeout maximum longest worst burst "
    "retry queue queueing deep queued waiting wait spare than micro"
)
_HELD = Pattern(
    r"(?i)\bstays?\b|\bresidence\b|\bin (?:the )?(?:system|engine)\b|\bend[- ]to[- ]end\b|\be2e\b"
    r"|\b(?:service|holding|turnaround|response) time\b|\b(?:holds|occupies|keeps) (?:a|its|the|one) (?:slot|seat)\b"
    r"|\b(?:request|query|chat|call|answer) (?:time|latency|duration|lifetime)\b"
    r"|\b(?:request|query|chat|call|conversation|job)s? (?:takes?|lasts?|needs?|lives?|spends?)\b"
    r"|\bduration of (?:a|one|each) (?:request|query|chat|call|job)\b",
    "stay|residence|system|engine|end|e2e|time|holds|occupies|keeps|latency|duration|life|live|take|last|need|spend",
)
_FLYING = Pattern(
    r"(?i)\bin[- ]flight\b|\bconcurren\w+|\bat (?:the same|any(?: given)?|one|a) time\b|\bsimultaneous|\bat once\b"
    r"|\bin parallel\b|\b(?:active|open|running|parallel) (?:request|sequence|chat|session|user|stream)s?\b",
    "flight|concurren|time|simultan|once|parallel|active|open|running",
    "flight|concurren| time|simultan|at once|in parallel|request|sequence|chat|session|user|stream",
)
_SLOTS = Pattern(
    r"(?i)\bslots?\b|\badmits?\b|\bmax[- ]num[- ]seqs\b"
    r"|\b(?:can|may)\b[\w ]{0,24}\b(?:run|be served|be processed|decode)\b"
    r"|\bat most\b|\blimits?\b|\bseats?\b",
    "slot|admit|seqs|can|may|most|limit|seat",
)
_NEEDED = words(
    "load demand traffic peak arrival arrive arriving expected expect incoming forecast busy busiest noon "
    "required requirement target rush"
)
_GENERATED = words("output generation generated generate completion decode decoded")
_ASKED = words("sustain sustained demand demanded need needed necessary required must load mean average arising amount")
_ABOVE = words(
    "capacity can headroom twice peak burst input prompt prefill theoretical"
)  # of another rate than the load's
_SETTING = words("max_num_seq seq")
_MET = words("met ok yes pass passed covered satisfied done fulfilled")
_MISSED = words("not no missed short open fail failed")
_PARTS = words("p50 p90 p95 p99 token first ttft tpot prefill decode decoding prompt step")  # of the time of a request
_FEWEST = 0.2  # seconds that a request stays
_PER_SECOND = Unit("requests/s", 1.0, REQUEST_RATE)
_PARTING = frozenset(",;:()，；")


class _Clause(NamedTuple):
    """A figure, the words of its clause, and those of the label and the headings above it."""

    sentence: Sentence
    at: int
    first: int
    last: int

    @property
    def tokens(self) -> Sequence[Token]:
        """The words of the clause."""
        return self.sentence.tokens[self.first : self.last]

    @property
    def figure(self) -> Figure:
        """The figure."""
        figure = self.sentence.tokens[self.at].figure
        assert figure is not None  # a clause is one of a figure
        return figure

    @property
    def text(self) -> str:
        """The label and the clause as they are written."""
        start, base = self.sentence.tokens[self.first].start, self.sentence.start
        written = self.sentence.text[max(0, start - base) : self.sentence.tokens[self.last - 1].end - base]
        label = " ".join(self.sentence.written(token) or token.stem for token in self.label if token.stem)
        return f"{label} | {written}".replace("_", " ")

    @property
    def label(self) -> tuple[Token, ...]:
        """The label of the figure, where it is the first figure after one."""
        return self.sentence.key if self.at == self.sentence.figures[0][0] else ()


def request_loads(said: Sequence[Sentence]) -> Iterator[Statement]:
    """Statements of the metrics "requests" and "slots", and mentions of a load that is met or missed."""
    for sentence in said:
        told = sentence.scope.role in (Role.PLAN, Role.TARGET) and not sentence.block.language
        if told and not sentence.figures and sentence.key:
            yield from _verdicts(sentence)
        if told and sentence.block.kind is not Kind.HEADING and sentence.figures:
            for at, figure in sentence.figures:
                exact = not (figure.quantity.is_range or figure.more or figure.times) and figure.value > 0
                in_label = at < len(sentence.tokens) - len(sentence.value)
                if exact and not in_label and relation_before(sentence.tokens, at) in (Relation.IS, Relation.AT_MOST):
                    yield from _said(_clause(sentence, at))


def _clause(sentence: Sentence, at: int) -> _Clause:
    tokens = sentence.tokens
    border = len(tokens) - len(sentence.value)
    first = next((n + 1 for n in range(at - 1, border - 1, -1) if tokens[n].sign in _PARTING), border)
    last = next((n for n in range(at + 1, len(tokens)) if tokens[n].sign in _PARTING), len(tokens))
    return _Clause(sentence, at, first, last)


def _said(clause: _Clause) -> Iterator[Statement]:
    stems = {token.stem for token in (*clause.tokens, *clause.label)}
    if not stems.isdisjoint(_LOOSE) or _is_of_device(clause):
        return
    dimension = clause.figure.quantity.dimension
    if dimension in (REQUEST_RATE, REQUEST, COUNT) and (rate := _rate(clause)):
        needed = not stems.isdisjoint(_NEEDED) or _is_under(clause.sentence, _NEEDED)
        said = _of(clause, "requests.served" if _is_of_one(clause) else "requests.arriving", rate)
        yield replace(said, cause="needed" if needed else "")
    elif dimension == TOKEN_RATE:
        whole = not (_is_of_one(clause) or _is_bound(clause)) and clause.figure.per is Per.UNSAID
        if whole and stems & _ASKED and stems & _GENERATED and stems.isdisjoint(_ABOVE):
            yield _of(clause, "requests.tokens", clause.figure.quantity)
    elif dimension == SECOND:
        if not _PARTS & stems and _is_held(clause):
            yield _of(clause, "requests.time", clause.figure.quantity)
    elif dimension in (COUNT, REQUEST, SEQUENCE) and _counts_requests(clause):
        yield from _counted(clause, stems)


def _is_held(clause: _Clause) -> bool:
    """Whether a time is how long a request stays, and the only figure of its clause."""
    alone = not any(token.figure and n != clause.at for n, token in enumerate(clause.tokens, clause.first))
    return alone and clause.figure.value >= _FEWEST and not _is_bound(clause) and bool(_HELD.search(clause.text))


def _counted(clause: _Clause, stems: set[str]) -> Iterator[Statement]:
    text, of_one = clause.text, _is_of_one(clause)
    slots, flying = _SLOTS.search(text) is not None, _FLYING.search(text) is not None
    before = clause.sentence.tokens[clause.at - 1].stem if clause.at else ""
    if not (slots or flying) or before == "all" or clause.figure.value != int(clause.figure.value):
        return
    if [token.stem or token.sign for token in clause.sentence.tokens[clause.at + 1 : clause.at + 3]] == ["-", "token"]:
        return  # "45 concurrent 8K-token requests"
    if of_one:
        yield _of(clause, "slots.each", clause.figure.quantity)
    elif slots and (stems & _ALL or _is_under(clause.sentence, _ALL)):
        yield replace(_of(clause, "slots.all", clause.figure.quantity), working=_copies(clause))
    elif flying and not slots and not _is_bound(clause):
        yield _of(clause, "requests.flying", clause.figure.quantity)


def _copies(clause: _Clause) -> Literal | None:
    """The number of replicas or servers that the sentence counts: "across the six servers"."""
    tokens = clause.sentence.tokens
    for at, figure in clause.sentence.figures:
        noun = tokens[at + 1] if at + 1 < len(tokens) else None
        if at != clause.at and figure.is_count and noun is not None and noun.stem in _COPIES and noun.many:
            return literal_of(clause.sentence, figure)
    return None


def _verdicts(sentence: Sentence) -> Iterator[Statement]:
    """Mentions of a load that a line says is met, or is not."""
    if sentence.has_digit or not sentence.key_stems & _NEEDED or not sentence.value:
        return
    stems, signs = {token.stem for token in sentence.value}, {token.sign for token in sentence.value}
    missed = bool(signs & CROSSES) or not stems.isdisjoint(_MISSED)
    if missed or signs & TICKS or not stems.isdisjoint(_MET):
        place = (sentence.value[0].start, sentence.value[0].end)
        yield say(sentence, f"mention.load_{'missed' if missed else 'met'}", "", place, role=Role.PLAN)


def _of(clause: _Clause, subject: str, quantity: Quantity) -> Statement:
    figure = clause.figure._replace(quantity=quantity)
    role = Role.PLAN if clause.sentence.scope.role is Role.TARGET else None
    per = Per.REPLICA if subject in ("requests.served", "slots.each") else Per.UNSAID
    return say(clause.sentence, subject, figure.value, (figure.start, figure.end), figure=figure, role=role, per=per)


def _rate(clause: _Clause) -> Quantity | None:
    """Requests a second: of the unit itself, or of words around a number: "12 per second", "six queries a minute"."""
    figure, tokens = clause.figure, clause.sentence.tokens
    if figure.quantity.dimension == REQUEST_RATE:
        return figure.quantity
    after = [token.stem or token.sign for token in tokens[clause.at + 1 : clause.at + 6]]
    time = next((n for n in range(1, len(after)) if after[n] in _TIMES and after[n - 1] in _BY | {"/"}), 0)
    if not time or "token" in after[:time] or any(token.figure for token in tokens[clause.at + 1 : clause.at + time]):
        return None
    if not (_REQUESTS & {*after[: time - 1]} or _REQUESTS & clause.sentence.key_stems):
        return None
    unit, seconds = figure.quantity.unit, _TIMES[after[time]]
    if seconds != 1:
        return Quantity.of(figure.value / seconds, _PER_SECOND)
    symbol = f"{unit.symbol.removesuffix('requests').strip()} requests/s".strip()
    return Quantity.of(figure.value, Unit(symbol, unit.scale, REQUEST_RATE))


def _counts_requests(clause: _Clause) -> bool:
    """Whether a number counts requests, by the words right after it or by its label."""
    if clause.figure.quantity.dimension in (REQUEST, SEQUENCE):
        return True
    after = [token.stem for token in clause.sentence.tokens[clause.at + 1 : clause.at + 4]]
    stems = {token.stem for token in clause.label}
    labelled = bool(_REQUESTS & stems) or _FLYING.search(clause.text.partition(" | ")[0]) is not None
    named = labelled and (not any(after[:1]) or after[0] in _BY)
    tokens = clause.sentence.tokens[max(0, clause.at - 3) : clause.at]
    is_set = not _SETTING.isdisjoint(token.stem for token in tokens)
    return named or bool(_REQUESTS & {*after}) or is_set


def _is_bound(clause: _Clause) -> bool:
    return relation_before(clause.sentence.tokens, clause.at) is not Relation.IS


def _is_of_device(clause: _Clause) -> bool:
    """Whether a figure is one of a single device."""
    places = (clause.tokens, clause.label, clause.sentence.header)
    return clause.figure.per is Per.DEVICE or any(_names_one(each, DEVICES) for each in places)


def _is_of_one(clause: _Clause) -> bool:
    """Whether a figure is one of a single replica: "per copy", "a server admits 48", or below "Replica"."""
    if clause.figure.per in (Per.REPLICA, Per.NODE):
        return True
    for place in (clause.tokens, clause.label, clause.sentence.header, clause.sentence.value[: clause.at]):
        if _names_one(place):
            return True
    if {token.stem for token in (*clause.tokens, *clause.label)} & _ALL:
        return False
    return any(_names_one(title.tokens, alone=True) for title in clause.sentence.above[:1])


def _names_one(tokens: Sequence[Token], kind: frozenset[str] = _COPIES, *, alone: bool = False) -> bool:
    """Whether words name one of a kind; as a heading the bare word will do."""
    plain = [token for token in tokens if token.stem]
    if alone and len(plain) == 1 and plain[0].stem in kind and not plain[0].many:
        return True
    return any(one.stem in _ONE and other.stem in kind and not other.many for one, other in pairwise(plain))


def _is_under(sentence: Sentence, kind: frozenset[str]) -> bool:
    """Whether the nearest heading or label above has one of some words."""
    return any(token.stem in kind for title in sentence.above[:1] for token in title.tokens)
