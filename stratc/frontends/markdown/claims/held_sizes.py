"""Sizes held to the memory of a device, whatever their label is: "Memory check: 16.5 GB per GPU < 64 GB limit"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE
from stratc.frontends.markdown.document.saying import is_held_to
from stratc.frontends.markdown.words.vocabulary import words

if TYPE_CHECKING:
    from stratc.frontends.markdown.document.sentences import Sentence

_OF_DEVICES = words("memory vram hbm 显存")
_PARTS = words(
    "weight parameter model gradient optimizer optimiser state activation cache kv buffer embedding expert attention "
    "host cpu node server storage disk file checkpoint bandwidth transfer traffic message adapter lora"
)
_FEWEST = 1e7  # bytes; less is a message or a cache of something


def is_in_use(sentence: Sentence, at: int) -> bool:
    """Whether a figure is all that a device keeps, held to the memory that it has."""
    figure = sentence.tokens[at].figure
    if figure is None or figure.quantity.dimension != BYTE or figure.value < _FEWEST or figure.quantity.is_range:
        return False
    if sentence.key_stems.isdisjoint(_OF_DEVICES) or not sentence.key_stems.isdisjoint(_PARTS):
        return False
    return sentence.stems.isdisjoint(_PARTS) and is_held_to(sentence.tokens, at)
