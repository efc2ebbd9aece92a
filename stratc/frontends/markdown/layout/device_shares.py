"""What a device has of KV heads, feed-forward width and vocabulary: "one KV head a GPU", "1728 FFN columns"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.number_words import NUMBER_WORD, number
from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.words.vocabulary import DEVICE, words
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_NUMBER = rf"\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}|one|{NUMBER_WORD}"
_N = rf"(?<![\w.,×/–-])(?P<n>{_NUMBER}|a single)"
_EACH = (
    rf"(?:per|on (?:each|every|a|an)|to (?:each|every|a)|for (?:each|every|a)|in (?:each|every)|each|"
    rf"a) (?:{DEVICE}|rank)s?\b"
)
_HOLDER = (
    rf"(?:(?:each|every|an?|one) (?:{DEVICE}|rank) (?:then |thus |only )?(?:has|holds|gets|keeps|computes|"
    rf"stores|owns|sees|works on|ends up with|is left with|carries)"
    rf"|(?:^\W*|(?<=[.;] ))per (?:tensor[- ]|tp )?(?:{DEVICE}|rank) ?:?)"
)
_PARTS = "column|row|neuron|channel|unit|feature|dimension"
_KV = r"(?:KV|K/V|key[-/ ]value|key and value)[- ]heads?\b"
_COLUMNS = (
    r"(?:(?:FFN|MLP|intermediate|feed-forward|inner) (?:columns?|rows?|neurons?|channels?|units?|"
    r"features?|dimensions?)|(?:columns|neurons) of the (?:FFN|MLP))\b"
)
_ROWS = r"(?:vocabulary|vocab|embedding|LM[- ]head) (?:rows?|entries|tokens|columns)\b"
_SAID = tuple(
    (
        metric,
        Pattern(
            rf"(?i){_N} {what}(?:(?!\b(?:makes?|give|leaves?)\b)[^.;:()\d]){{0,16}}?\b{_EACH}"
            rf"|\b{_HOLDER} (?:(?!{_NUMBER}\b)[^.;:()\d]"
            rf"|\d+ (?:query|attention|q) ){{0,32}}?(?:\b(?P<m>{_NUMBER}|a single)) {what}",
            *wanted,
        ),
    )
    for metric, what, wanted in (
        ("device.kv_heads", _KV, ("kv|k/v|key", "head")),
        ("device.ffn_width", _COLUMNS, ("ffn|mlp|intermediate|feed-forward|inner", _PARTS)),
        ("device.vocabulary", _ROWS, ("vocab|embedding|lm head|lm-head", "row|entr|token|column")),
    )
)
_ENDS = frozenset("(,;")
_OF = (" of", " of the", "/")
_TOGETHER = Pattern(r"(?i)\b(?:gate|fused|merged|both projections|two matrices)", "gate|fused|merged|both|two")
_OF_FFN, _OF_KV = words("ffn mlp intermediate feedforward"), words("kv")
_NAMED = words(
    "width size dim dimension column row hidden inner slice shard per on of a each every the gpu rank tp split up gate "
    "projection"
)
_HELD = words("head per on of a each every the gpu rank tp query number")


def device_shares(sentence: Sentence) -> Iterator[Statement]:
    """Statements "device.kv_heads", "device.ffn_width" and "device.vocabulary"."""
    if sentence.scope.role is not Role.PLAN or _TOGETHER.search(sentence.text):
        return
    stems = {token.stem for token in sentence.key if token.stem}
    figure = sentence.value[0].figure if sentence.value else None
    named = not stems.isdisjoint(("per", "each", "every", "a", "on")) and not stems.isdisjoint(("gpu", "rank"))
    if (
        named
        and figure is not None
        and figure.is_count
        and (len(sentence.value) == 1 or sentence.value[1].sign in _ENDS)
    ):
        for metric, kinds, others in (("device.ffn_width", _OF_FFN, _NAMED), ("device.kv_heads", _OF_KV, _HELD)):
            if stems & kinds and stems <= kinds | others and (kinds is _OF_FFN or "head" in stems):
                place = (figure.start - sentence.start, figure.end - sentence.start)
                yield _said(sentence, metric, figure.value, place)
        return
    for metric, pattern in _SAID:
        for found in pattern.finditer(sentence.text):
            group = "n" if found["n"] else "m"
            if sentence.text[: found.start(group)].rstrip().endswith(_OF):
                continue  # "4 of 8 KV heads per card": what they are taken of
            count = 1 if found[group].lower() == "a single" else number(found[group])
            yield _said(sentence, metric, count, found.span(group))


def _said(sentence: Sentence, metric: str, count: float, place: tuple[int, int]) -> Statement:
    return replace(said_at(sentence, metric, float(count), place), quantity=Quantity.of(count))
