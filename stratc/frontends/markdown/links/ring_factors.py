"""How many times its message a device sends in a ring: "with a ring over 8 cards each sends 1.75 times that"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_TIMES = words("time factor fold")
_MEMBERS = DEVICES | words("rank replica member participant")
_AXES = words("tp dp cp ep n p")


def ring_factors(sentence: Sentence) -> Iterator[Statement]:
    """Claims "ring.factor" with the devices of the ring as `index`, where the sentence gives their number."""
    if "ring" not in sentence.stems:
        return
    tokens, members = sentence.tokens, _members(sentence)
    for at, figure in sentence.figures:
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        before = tokens[at - 1] if at else None
        named = after is not None and (after.stem in _TIMES or after.sign == "×")
        named = named or (before is not None and (before.stem in ("factor", "of") and "factor" in sentence.stems))
        whole = figure.quantity.unit.symbol == "" and 1 < figure.value < 2
        if whole and (figure.times or named) and relation_before(tokens, at) is Relation.IS:
            said = say(sentence, "ring.factor", figure.value, (figure.start, figure.end), figure=figure)
            yield replace(said, index=members)


def _members(sentence: Sentence) -> int | None:
    """The one number of devices that a sentence gives a ring."""
    tokens, found = sentence.tokens, set()
    for at, figure in sentence.figures:
        after = tokens[at + 1].stem if at + 1 < len(tokens) else ""
        tied = at > 1 and tokens[at - 1].sign == "=" and tokens[at - 2].stem in _AXES
        if figure.is_count and figure.value == int(figure.value) > 1 and (after in _MEMBERS or tied):
            found.add(int(figure.value))
    return found.pop() if len(found) == 1 else None
