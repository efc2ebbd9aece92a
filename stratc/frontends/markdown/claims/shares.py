"""Claims that are not one figure: fractions ("1/64 of the experts"), shares written out, perfect balance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.term import Apply, Literal
from stratc.arith.unit import PARAMETER, Unit
from stratc.frontends.markdown.claims.spans_of_time import MARGINS
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.facts.bearings import cause_of, counted_for
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.frontends.markdown.workings.operands import OVER, SPREAD
from stratc.ir.scope import Role
from stratc.ir.statement import Per
from stratc.text.pattern import Pattern
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_ORDINAL = Pattern(r"(\d+)(?:st|nd|rd|th)$", "st|nd|rd|th")
_SHARED = (
    ("share.layers", words("layer")),
    ("share.memory", words("memory weight parameter")),
    ("share.experts", words("expert")),
    ("share.compute", words("computation compute workload load work")),
)
_PERFECT = words("perfect perfectly ideal ideally identical identically")
_BALANCE = words("balance balanced balancing workload load distribution")
_BALANCED = words("balance balanced balancing workload variance")
_LOADS = words("load workload work compute computation")
_LINEAR = words("linear linearly")
_SCALING = words("scaling scale speedup")
_SAVING = words("reduction reduced saving fewer less")


def shares(sentence: Sentence) -> Iterator[Statement]:
    """Fractions of the work or the model: "1/64 of expert workload", "4/16 = 1/4 of layers"."""
    tokens = sentence.tokens
    fractions = [(at, *found) for at in range(len(tokens) - 2) if (found := _fraction(tokens, at))]
    for number, (at, over, under) in enumerate(fractions):
        metric = _shared(tokens[at + 3 : at + 8])
        if metric is None or not under:
            continue
        value = over / under
        place = (tokens[at].start, tokens[at + 2].end)
        said = say(sentence, metric, value, place, per=_whose(sentence, at))
        before = fractions[number - 1] if number and fractions[number - 1][0] == at - 4 else None
        working = Apply("÷", Literal(before[1]), Literal(before[2])) if before else None
        yield replace(said, quantity=Quantity.of(value), working=working, cause=cause_of(sentence, at))


def _fraction(tokens: Sequence[Token], at: int) -> tuple[float, float] | None:
    over, sign, under = tokens[at : at + 3]
    if sign.sign != "/" or over.figure is None or not over.figure.is_count:
        return None
    if under.figure is not None:
        return (over.figure.value, under.figure.value) if under.figure.is_count else None
    ordinal = _ORDINAL.match(under.stem)
    return (over.figure.value, float(ordinal[1])) if ordinal else None


def _shared(after: Sequence[Token]) -> str | None:
    """What a fraction is of; "expert computation" is computation."""
    stems = [token.stem for token in after]
    if "of" not in stems[:2]:
        return None
    if "expert" in stems and "computation" in stems:
        return "share.compute"
    return next((metric for metric, nouns in _SHARED if nouns & set(stems)), None)


def _whose(sentence: Sentence, at: int) -> Per:
    per = counted_for(sentence, at)
    stems = {token.stem for token in sentence.tokens}
    return Per.DEVICE if per is Per.UNSAID and "gpu" in stems else per


def margins(sentence: Sentence) -> Iterator[Statement]:
    """A margin and the two figures it lies between: "92 ms margin (8 ms vs 100 ms target)"."""
    tokens = sentence.tokens
    for at in range(len(tokens) - 5):
        margin, word, mark, one, versus, other = tokens[at : at + 6]
        figures = (margin.figure, one.figure, other.figure)
        if word.stem not in MARGINS or mark.sign != "(" or versus.stem not in ("vs", "versus") or None in figures:
            continue
        whole, low, high = (figure.quantity for figure in figures if figure is not None)
        if len({each.unit.dimension for each in (whole, low, high)}) > 1 or whole.is_range:
            continue
        terms = [
            Literal(each.high, each.unit, Span(sentence.source, token.start, token.end))
            for each, token in ((low, one), (high, other))
        ]
        working = Apply("-", *sorted(terms, key=lambda term: -term.value))
        said = say(sentence, "equation", whole.high, (margin.start, margin.end), figure=margin.figure)
        yield replace(said, working=working)


def formerly(sentence: Sentence) -> Iterator[Statement]:
    """The devices that a saving starts from: "87.5 % reduction from 128 GPUs"."""
    tokens = sentence.tokens
    if not any(token.stem in _SAVING for token in tokens):
        return
    for at, token in enumerate(tokens[:-1]):
        figure = token.figure
        before = [each.stem for each in tokens[max(0, at - 3) : at]]
        if figure is not None and figure.is_count and tokens[at + 1].stem in DEVICES and "from" in before:
            yield say(
                sentence,
                "strategy.device_count",
                int(figure.value),
                (token.start, token.end),
                figure=figure,
                role=Role.EARLIER,
            )


def assertions(sentence: Sentence) -> Iterator[Statement]:
    """Perfect balance and linear scaling, said in words; a title announces what the text below it asserts."""
    tokens = sentence.tokens or sentence.value
    perfect = next((index for index, token in enumerate(tokens) if token.stem in _PERFECT), None)
    if perfect is not None and not _is_negated(tokens, perfect):
        noun = _nearest(tokens, perfect, _BALANCE if _names_balance(sentence) else _BALANCED)
        if noun is not None:
            metric = "balance.counted" if _is_of_counts(sentence, tokens[noun]) else "balance.perfect"
            yield _asserted(sentence, metric, tokens[perfect], tokens[noun], perfect)
    linear = next((index for index, token in enumerate(tokens) if token.stem in _LINEAR), None)
    if (
        linear is not None
        and (noun := _nearest(tokens, linear, _SCALING)) is not None
        and not _is_negated(tokens, linear)
    ):
        said = _asserted(sentence, "scaling.linear", tokens[linear], tokens[noun], linear)
        aside = said.scope.role is Role.ALTERNATIVE  # sections on scaling tell how this plan would scale
        yield replace(said, scope=replace(said.scope, role=Role.PLAN)) if aside else said


def _asserted(sentence: Sentence, metric: str, one: Token, other: Token, at: int) -> Statement:
    near = abs(one.start - other.start) <= 60
    place = (min(one.start, other.start), max(one.end, other.end)) if near else (one.start, one.end)
    said = say(sentence, metric, 1.0, place)
    return replace(said, quantity=Quantity.of(1.0), cause=cause_of(sentence, at))


def _names_balance(sentence: Sentence) -> bool:
    """Whether a section or label on balance makes a "perfect distribution" one of load."""
    above = " ".join((*sentence.lead, *sentence.sections, sentence.key_text)).lower()
    return "balanc" in above or "load" in sentence.key_stems


def _is_of_counts(sentence: Sentence, noun: Token) -> bool:
    """Whether it is a distribution that is called perfect, and no load: "modules per GPU: 16 (perfectly uniform)"."""
    return noun.stem == "distribution" and _LOADS.isdisjoint(sentence.stems | sentence.key_stems)


def _nearest(tokens: Sequence[Token], at: int, nouns: frozenset[str]) -> int | None:
    found = [index for index, token in enumerate(tokens) if token.stem in nouns and index != at]
    return min(found, key=lambda index: abs(index - at), default=None)


def _is_negated(tokens: Sequence[Token], at: int) -> bool:
    return any(
        token.stem in ("not", "no", "never", "near", "nearly", "without") for token in tokens[max(0, at - 3) : at]
    )


def spread(tokens: Sequence[Token], at: int) -> Term | None:
    """ "30B parameters distributed across 128 GPUs = 234 M": the quotient of the two."""
    operands = spread_operands(tokens, at)
    if len(operands) != 2:
        return None
    whole, parts = (tokens[index].figure for index in operands)
    if whole is None or parts is None:
        return None
    counted = any(token.stem in ("parameter", "param") for token in tokens[operands[0] : operands[0] + 3])
    unit = whole.quantity.unit
    if counted and unit.dimension != PARAMETER:
        unit = Unit(f"{unit.symbol} parameters".strip(), unit.scale, PARAMETER)
    return Apply("÷", Literal(whole.value, unit), Literal(parts.value))


def spread_operands(tokens: Sequence[Token], at: int) -> tuple[int, ...]:
    """Indices of the two figures before "= …" of which one is spread over the other."""
    equals = next((index for index in range(at - 1, max(-1, at - 4), -1) if tokens[index].sign == "="), None)
    before = tokens[:equals] if equals is not None else ()
    stems = {token.stem for token in before}
    if not stems & SPREAD or not stems & OVER:
        return ()
    found = tuple(index for index, token in enumerate(before) if token.figure is not None)
    over = next((index for index, token in enumerate(before) if token.stem in SPREAD), 0)
    return found if len(found) == 2 and found[0] < over < found[1] else ()
