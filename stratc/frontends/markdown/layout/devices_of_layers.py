"""Devices that a plan gives to each layer: "2 GPUs per layer", "Layer modules | 16 | 8 GPUs per module"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import DEVICE, DEVICE_ROW, DEVICES, words
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_EACH = words("layer module unit block each")
_PER_LAYER = Pattern(
    rf"(?i)\w+ {DEVICE}s? (?:per|for each|for every|/) ?(?:transformer |decoder )?layer\b",
    "layer",
    "per|for |/",
    DEVICE_ROW,
)


def devices_of_layers(sentence: Sentence) -> Iterator[Statement]:
    """Statements "layer.devices" of a line or a cell that counts the devices of one layer."""
    figures = sentence.figures
    if sentence.block.kind is Kind.CELL:
        head = {token.stem for token in sentence.header}
        counts = "per" in head and not head.isdisjoint(DEVICES) and not head.isdisjoint(_EACH)
        at = figures[0][0] if counts and len(figures) == 1 and "layer" in sentence.key_stems else None
    else:
        found = _PER_LAYER.search(sentence.text)
        start = sentence.start + found.start() if found else -1
        at = next((n for n, figure in figures if figure.start == start), None)
    figure = sentence.tokens[at].figure if at is not None else None
    if figure is not None and figure.is_count and not figure.quantity.is_range:
        yield say(sentence, "layer.devices", figure.value, (figure.start, figure.end), figure=figure)
