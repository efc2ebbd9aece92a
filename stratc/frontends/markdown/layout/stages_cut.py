"""Layers that a sentence cuts into stages: "61 layers over 8 stages", "the model's 60 layers are dealt to 4 stages"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.notations import AXES
from stratc.frontends.markdown.words.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.tokens import Token

_TO = words("over across onto through into on to between among")
_CUT = words("are is get go run cut sliced spread dealt dealing slice divided split distributed placed")
_IN_ALL = words("all total")
_ENDS = frozenset(",.;")
_FAR = 5  # tokens between layers and their stages


def is_cut_into_stages(tokens: Sequence[Token], at: int, noun: int) -> bool:
    """Whether counted layers are those of the whole model, by the stages they go to or by words of a whole."""
    after = tokens[noun + 1 : noun + 1 + _FAR]
    stems = [token.stem for token in after]
    whole = 1 if stems[:1] == ["altogether"] else 2 if stems[:1] == ["in"] and set(stems[1:2]) <= _IN_ALL else 0
    if whole and (len(after) == whole or after[whole].sign in _ENDS):
        return True
    if at > 1 and tokens[at - 1].stem == "s" and tokens[at - 2].sign in ("'", "’"):
        return True
    if at and tokens[at - 1].stem == "for" and any(key == "strategy.pp" for key, _, _ in AXES.inside(tokens[:at])):
        return True
    led = [n for n, token in enumerate(after) if token.figure is not None]
    between = after[: led[0]] if led else ()
    if not between or not all(token.stem in _TO | _CUT or token.stem in ("the", "its") for token in between):
        return False
    behind = [token.stem for token in tokens[noun + 1 + led[0] + 1 : noun + led[0] + 5]]
    return between[-1].stem in _TO and "stage" in behind


def is_number_of_stages(tokens: Sequence[Token], at: int) -> bool:
    """Whether stages are counted that layers go to: "61 layers over 8 stages"."""
    before = tokens[max(0, at - _FAR) : at]
    return bool(before) and before[-1].stem in _TO and any(token.stem == "layer" for token in before)
