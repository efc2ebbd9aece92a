"""Devices of one replica, as plans state them: "each replica takes 16 GPUs"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.document.settings import is_code
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_DEVICES = rf"{DEVICE}s?\b"
_NUMBER = r"(?<![\d.,×*–/-])(?<![×*/] )(?P<size>\d{1,5})(?![\d.,–%/-]\d)(?! ?[×x*/])"
_REPLICA = r"(?:(?:model|serving|DP|data[- ]parallel|full) )?(?:replica|instance|model copy)"
_HAS = r"(?:takes?|uses?|has|have|needs?|occup(?:y|ies)|spans?|runs? on|is|of|with|on|=|:|\(){1,2}"
_WORDS = "replica|instance|copy"
_SAID = (
    Pattern(rf"(?i)\b{_NUMBER}[ -]{_DEVICES} (?:per|for each|for one|in each|form (?:an?|one)) {_REPLICA}\b", _WORDS),
    Pattern(rf"(?i)\b(?:each|every|one|an?|per) {_REPLICA},? ?{_HAS} ?(?:exactly )?{_NUMBER}[ -]{_DEVICES}", _WORDS),
    Pattern(rf"(?i)\b{_REPLICA}s? of {_NUMBER}[ -]{_DEVICES}(?: each)?", _WORDS),
)
_LABEL = Pattern(rf"(?i)^\W*{_DEVICES} per {_REPLICA}\W*$", _WORDS)
_OF_STAGE = Pattern(r"(?i)\b(?:each|every|per|an?|one) (?:pipeline )?stage\b[^,.;:(]*$", "stage")
_OTHERWISE = Pattern(r"(?i)\b(?:if|would|could|instead|prefill|decode|up to|at least|or|spare|cloud|a[wz]s)\b")


def replica_groups(sentence: Sentence) -> Iterator[Statement]:
    """Statements "group.devices" of cause "replica"; what is thought of or a stage takes gives none."""
    if is_code(sentence) or sentence.block.kind is Kind.HEADING or _OTHERWISE.search(sentence.text):
        return
    label = sentence.key_text
    named = _LABEL.search(label.replace("gpu", "gpus")) if label else None
    figure = sentence.value[0].figure if named and sentence.value else None
    if figure is not None and figure.is_count and (len(sentence.value) == 1 or sentence.value[1].sign == "("):
        yield _said(sentence, figure.value, (figure.start, figure.end))
        return
    found = next((match for each in _SAID if (match := each.search(sentence.text))), None)
    if found and not _OF_STAGE.search(sentence.text[: found.start("size")]):
        place = (sentence.start + found.start("size"), sentence.start + found.end("size"))
        yield _said(sentence, float(found["size"]), place)


def _said(sentence: Sentence, size: float, place: tuple[int, int]) -> Statement:
    return replace(say(sentence, "group.devices", size, place), quantity=Quantity.of(size), cause="replica")
