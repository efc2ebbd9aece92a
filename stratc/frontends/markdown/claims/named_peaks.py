"""Peaks of a device at a precision that stands beside them: "989 TFLOPS dense BF16", "| FP8 peak | 1,979 TFLOPS |"."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.quantity import Quantity
from stratc.arith.unit import FLOP_RATE, UNITS
from stratc.frontends.markdown.document.asides import role_before
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.kinds import KIND
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import DEVICE, words
from stratc.frontends.precision import PRECISIONS
from stratc.ir.scope import Role
from stratc.ir.statement import Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_WIDTHS = {**PRECISIONS, "mxfp8": "fp8"}
_RATES = {"tflop": "TFLOP/s", "pflop": "PFLOP/s", "top": "TFLOP/s", "pop": "PFLOP/s"}
_DENSE, _SPARSE, _PEAK = words("dense densely 稠密"), words("sparse sparsity 稀疏"), words("peak roof 峰值")
_BETWEEN = (  # words that may stand between a peak and its precision
    words("with without no tensor core matrix matrice math rate throughput performance compute speed figure per each")
    | words("every a an the its in at for of is are has about roughly around gpu")
    | (_DENSE | _SPARSE | _PEAK)
)
_QUALIFIED = _DENSE | _SPARSE | words("with without no per each")  # what a comma may part from the figure
_LESS = words(
    "effective achieve achieved sustain sustained measured observed realistic usable practice reach reached delivered "
    "deliver expect expected plan half third quarter mfu hfu utilisation utilization derated capped throttled budget "
    "实测 有效"
)
_OTHERWISE = words(
    "instead not would if than versus vs unlike rather quote quoted marketing advertised headline datasheet"
)
_SEVERAL = words(
    "aggregate total together combined sum all both pair node server host machine chassis rack box pod slice cluster "
    "replica instance group fleet superchip module board socket stage 合计 总 整机 集群"
)
_EACH = words("per each every apiece one single a an")
_ENDS = frozenset(",;|.→➜=≈")
_UNFIT = frozenset("=→/+-−–")  # before a figure: a result, or one of several in a row
_COUNTS = {2: words("two pair dual double 双"), 4: words("four quad")}
_COUNTED = Pattern(
    rf"(?i)(?<![\w.,])(?:(?P<n>[24]) ?(?:[×x-] ?)?(?:{DEVICE}|[AHBLVTM]\w?\d|卡|张)|TP ?[=-]? ?(?P<tp>[24])\b)"
)


class Peak(NamedTuple):
    """A rate of computation among the tokens `first` to `end` of a sentence."""

    first: int
    end: int
    quantity: Quantity


def named_peaks(said: Iterable[Sentence]) -> Iterator[Statement]:
    """Claims "peak.precision"; `cause` is the precision, what is said of it, and after "of" the device named with it.

    Said of it may be "dense", "sparse", "peak", "each" (of one device), "several" (of more than one), "less" (where
    something less than the peak is spoken of), "otherwise" (what the plan does not count on) and "n2" or "n4" (so many
    devices stand in the same sentence).
    """
    for sentence in said:
        label = _label(sentence)
        if not (sentence.has_digit and ("flop" in sentence.low or "ops" in sentence.low or label)):
            continue
        if sentence.scope.role is Role.PLAN and sentence.block.kind is not Kind.HEADING:
            for peak in _peaks(sentence, label):
                if cause := _told(sentence, peak, label):
                    first, last = sentence.tokens[peak.first], sentence.tokens[peak.end - 1]
                    claim = say(sentence, "peak.precision", peak.quantity.value, (first.start, last.end))
                    yield replace(claim, quantity=peak.quantity, cause=cause)


def _label(sentence: Sentence) -> tuple[Token, ...]:
    """The words that stand above or before a cell; labels of other sentences are among their own tokens."""
    return (*sentence.key, *sentence.header) if sentence.block.kind is Kind.CELL else ()


def _peaks(sentence: Sentence, label: Sequence[Token]) -> Iterator[Peak]:
    """The rates that a sentence may give a single device."""
    for at, figure in sentence.figures:
        end, quantity = at + 1, figure.quantity
        if figure.is_count:
            end, unit = _unit_after(sentence.tokens, at) or (at + 1, "")
            if len(sentence.tokens) == 1:
                unit = next((each.stem for each in label if each.stem in _RATES), "")
            if not unit:
                continue
            rate = UNITS[_RATES[unit]]
            quantity = Quantity(figure.value * rate.scale, figure.value * rate.scale, rate, step=rate.scale)
        if quantity.dimension == FLOP_RATE and not quantity.is_range and _is_given(sentence, at, end):
            yield Peak(at, end, quantity)


def _unit_after(tokens: Sequence[Token], at: int) -> tuple[int, str] | None:
    """Where the unit of a bare number ends that follows its precision, and that unit: "1,979 dense FP8 TFLOPS"."""
    for n, token in enumerate(tokens[at + 1 : at + 5], at + 1):
        if token.stem in _RATES:
            return (n + 1, token.stem) if token.many else None
        if token.stem not in _WIDTHS and token.stem not in _DENSE | _SPARSE | _PEAK:
            return None
    return None


def _is_given(sentence: Sentence, at: int, end: int) -> bool:
    """Whether a rate is neither the result of a working nor one of a row, nor of something else than the plan."""
    tokens = sentence.tokens
    before, after = tokens[at - 1].sign if at else "", tokens[end].sign if end < len(tokens) else ""
    row = after == "/" and end + 1 < len(tokens) and tokens[end + 1].figure is not None
    exact = relation_before(tokens, at) is Relation.IS and role_before(tokens, at) in (None, Role.PLAN)
    start = tokens[at].start - sentence.start
    return (
        exact
        and not row
        and (not before or before not in _UNFIT)
        and sentence.text[max(0, start - 1) : start] not in (",", ".")
    )


def _told(sentence: Sentence, peak: Peak, label: Sequence[Token]) -> str:
    """The precision of a peak and what is said of it; "" where no single width is said."""
    tokens = sentence.tokens
    before, after = _run(tokens[: peak.first][::-1]), _run(tokens[peak.end :], after=True)
    inside = [each.stem for each in tokens[peak.first + 1 : peak.end]]
    own, labels = [*inside, *after], [each.stem for each in label]
    told = next((found for found in (_widths(own), _widths(before), _widths(labels)) if found), frozenset[str]())
    apart = _widths(own) and _widths(before) and _widths(own) != _widths(before)
    if apart or not told or len(told - {"fp16", "bf16"}) + bool(told & {"fp16", "bf16"}) > 1:
        return ""
    device = _device(sentence, label)
    flags = _flags(sentence, peak, frozenset((*own, *before, *labels)))
    return " ".join((min(told), *flags, *(("of", device) if device else ())))


def _run(tokens: Sequence[Token], *, after: bool = False) -> list[str]:
    """The stems of the words beside a peak, the nearest first, as far as they can be about its precision."""
    found: list[str] = []
    for n, token in enumerate(tokens):
        following = tokens[n + 1].stem if n + 1 < len(tokens) else ""
        if token.stem in _WIDTHS or token.stem in _BETWEEN or (token.stem and not token.stem.isascii()):
            found.append(token.stem)
        elif not (token.sign and token.sign in "/()~:'" and (after or token.sign not in "()")):
            if not (after and token.sign == "," and following in _QUALIFIED):
                break
        elif after and token.sign in ":)":
            break
    return found


def _widths(stems: Iterable[str]) -> frozenset[str]:
    return frozenset(_WIDTHS[each] for each in stems if each in _WIDTHS)


def _flags(sentence: Sentence, peak: Peak, near: frozenset[str]) -> Iterator[str]:
    """What is said of a peak by the words beside it, by those of its clause, and by all of its sentence."""
    tokens = sentence.tokens
    clause = _clause(tokens, peak)
    around = near | frozenset(clause)
    without = {"without", "no"} & near and near & _SPARSE
    factor = peak.first > 0 and tokens[peak.first - 1].sign == "×"
    each = any(one in _EACH and of == "gpu" for one, of in pairwise(clause)) or clause[-1:] in (["each"], ["apiece"])
    said = {
        "dense": near & _DENSE or without,
        "sparse": sentence.stems & _SPARSE and not (near & _DENSE or without),
        "peak": around & _PEAK,
        "each": factor or each or "单卡" in sentence.text or "每卡" in sentence.text,
        "several": around & _SEVERAL,
        "less": sentence.stems & _LESS,
        "otherwise": sentence.stems & _OTHERWISE,
    }
    yield from (flag for flag, holds in said.items() if holds)
    numbers = {int(match["n"] or match["tp"]) for match in _COUNTED.finditer(sentence.text)}
    yield from (f"n{count}" for count, named in _COUNTS.items() if count in numbers or sentence.stems & named)


def _clause(tokens: Sequence[Token], peak: Peak) -> list[str]:
    """The stems of the words around a peak up to the next signs and figures."""
    before = [each.stem for each in takewhile(_goes_on, tokens[: peak.first][::-1])]
    return [*before[::-1], *(each.stem for each in takewhile(_goes_on, tokens[peak.end :]))]


def _goes_on(token: Token) -> bool:
    return token.figure is None and token.sign not in _ENDS


def _device(sentence: Sentence, label: Sequence[Token]) -> str:
    """The only device named in the sentence, else in its label, else above it; "?" where several are."""
    labels = " ".join(each.stem for each in label).upper()
    for text in (sentence.text, labels, *(title.text for title in sentence.above)):
        named = {match[0] for match in KIND.finditer(text)}
        if named:
            return named.pop() if len(named) == 1 else "?"
    return ""
