"""Products that words imply: "32 GPUs of 80 GB: 2.56 TB", "peak 300 TFLOPS, 50 % MFU: 150 TFLOPS"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Term, lift
from stratc.arith.unit import BYTE, COUNT, PERCENT, SECOND
from stratc.frontends.markdown.document.kinds import KIND
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.statement import Per, Relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_HOLDERS = words(
    "gpu node server machine host box stage layer replica instance group pod user "
    "request sequence micro batch step expert"
)
_OF = words("of with at each having a per")
_SHARED = words("mfu utilization utilisation efficiency at of the peak")
_LINKS = words("is give make equal i.e so total totalling take need mean yield in")
_TOGETHER = words("together altogether combined")
_BETWEEN = words(
    "a an the of about roughly around only all aggregate effective nvlink infiniband ib pcie link memory hbm"
)
_AFTER = words("at with per each every usable free left used needed reserved peak more less than")
_ABOUT = words("about roughly around only some")
_TIMES = frozenset("×*")
_SIGNS = frozenset(":=→⇒≈,(~")
_STOPS = frozenset("×*/÷+−-^<>≤≥;|")
_RING, _SENT_TWICE = "reduce", 2.05  # a ring sends nearly all of it twice, which the words leave out
_MOST = 9  # tokens between two of the three figures


def implied(sentence: Sentence) -> Iterator[Statement]:
    """Claims "implied": a figure, and as its working the product of the two before it."""
    tokens = sentence.tokens
    places = [at for at, token in enumerate(tokens) if token.figure is not None]
    for one, other, result in zip(places, places[1:], places[2:], strict=False):
        if one and tokens[one - 1].sign in _STOPS and tokens[one - 1].sign:
            continue  # the end of a longer working
        if other - one > _MOST or result - other > _MOST or not _leads(tokens, other, result):
            continue
        working = _working(sentence, one, other, result)
        figure = tokens[result].figure
        if working is None or figure is None or relation_before(tokens, result) is not Relation.IS:
            continue
        if _RING in sentence.stems and 1 < figure.value / (working.value or figure.value) <= _SENT_TWICE:
            continue
        said = say(sentence, "implied", figure.value, (figure.start, figure.end), figure=figure, per=Per.TOTAL)
        yield replace(said, working=working)


def _leads(tokens: Sequence[Token], other: int, result: int) -> bool:
    """Whether a colon, "=" or a verb leads from the second figure to the third, which nothing qualifies."""
    between = tokens[other + 1 : result]
    signs = {token.sign for token in between if token.sign}
    stems = {token.stem for token in between if token.stem}
    after = tokens[result + 1 : result + 3]
    ends = result + 1 >= len(tokens) or tokens[result + 1].sign not in _STOPS
    figure = tokens[result].figure
    if figure is None or figure.quantity.is_range or figure.per is not Per.UNSAID or not ends:
        return False
    if _AFTER & {token.stem for token in after} or not signs <= _SIGNS:
        return False
    colon = bool(signs & {":", "=", "→", "⇒", "≈"}) or bool(stems & (_LINKS - {"in", "total"}))
    words_ = [token.stem for token in between if token.stem and token.stem not in _ABOUT]
    all_of_them = words_[-1:] != [] and words_[-1] in _TOGETHER  # not "together with 512 GB of host memory"
    known = _LINKS | _BETWEEN | _HOLDERS | _OF | _SHARED
    return (colon or all_of_them) and stems - (_TOGETHER if all_of_them else set()) <= known


def _working(sentence: Sentence, one: int, other: int, result: int) -> Term | None:
    """What the two figures come to, where their units and the words between them leave one sense."""
    tokens = sentence.tokens
    first, second, third = tokens[one].figure, tokens[other].figure, tokens[result].figure
    if first is None or second is None or third is None or first.quantity.is_range or second.quantity.is_range:
        return None
    between = tokens[one + 1 : other]
    stems = [token.stem for token in between if token.stem]
    signs = {token.sign for token in between if token.sign}
    dims = first.quantity.dimension, second.quantity.dimension
    left, right = literal_of(sentence, first), literal_of(sentence, second)
    if second.quantity.unit == PERCENT:
        shared = bool(stems) and set(stems) <= _SHARED and signs <= {","} and dims[0] == third.quantity.dimension
        longer = dims[0] == SECOND and "of" not in stems  # at a share of the speed all takes longer
        return lift(left / right if longer else left * right) if shared and dims[0] != COUNT else None
    if first.quantity.unit == PERCENT:
        return None
    times = bool(between) and (between[0].sign in _TIMES or between[0].stem == "x")
    kinds = between[1:] if times else between
    named = KIND.match(sentence.text, kinds[0].start - sentence.start) if kinds else None
    if times and first.is_count and named and kinds[-1].end <= sentence.start + named.end():
        return lift(left * right) if dims[1] == third.quantity.dimension == BYTE else None  # "16 × A100 40 GB"
    if signs - {"-"}:
        return None
    holders = _HOLDERS | {token.stem for token in between if named and token.start - sentence.start < named.end()}
    counts = first.is_count and bool(stems) and stems[0] in holders and bool(_OF & set(stems[1:]))
    held = counts and set(stems) <= holders | _OF | _BETWEEN and dims[1] == third.quantity.dimension
    if not held:
        return None
    if dims[1] == COUNT and not _same_noun(tokens, other, result):
        return None
    return lift(left * right)


def _same_noun(tokens: Sequence[Token], other: int, result: int) -> bool:
    """Whether two numbers count the same: "12 nodes with 8 GPUs each: 96 GPUs"."""
    nouns = [tokens[at + 1].stem if at + 1 < len(tokens) else "" for at in (other, result)]
    return bool(nouns[0]) and nouns[0] == nouns[1]
