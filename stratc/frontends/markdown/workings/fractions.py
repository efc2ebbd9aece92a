"""Shares and multiples in words before what they are of: "half of 128,000 × 4,096", "twice 80 GB", "一半的 2,048"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.tokens import Token

_PARTS = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "twice": 2.0, "double": 2.0, "一半的": 1 / 2, "半个": 1 / 2}
_TIES = frozenset(("of", "the", "its", "all", "these", "those", "a", "an"))
_SEVERAL = frozenset(("two", "three", "thirds", "quarters", "and", "first", "second", "per", "each"))
_FAR = 4  # tokens in which the whole begins


def fraction_at(tokens: Sequence[Token], at: int) -> float | None:
    """The factor that a word at an index is for the figure after it; None where it multiplies none.

    >>> from stratc.frontends.markdown.document.tokens import tokens_of
    >>> [fraction_at(tokens_of(text, 0), at) for text, at in (("half of the 64 heads", 0), ("a third run of 64", 1))]
    [0.5, None]
    """
    part = _PARTS.get(tokens[at].stem)
    if part is None or tokens[at].many or (at and tokens[at - 1].stem in _SEVERAL):
        return None
    after = at + 1
    while after < min(len(tokens), at + _FAR) and tokens[after].stem in _TIES:
        after += 1
    whole = tokens[after].figure if after < len(tokens) else None
    tied = part > 1 or after > at + 1 or tokens[at].stem not in ("third", "quarter")
    return part if whole is not None and tied else None
