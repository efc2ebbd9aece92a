"""The width of a head beside the heads: "48 query heads of size 128", "16 heads × 64"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Topic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_SIZES = words("size dim dimension width")


def is_sized(tokens: Sequence[Token], noun: int) -> bool:
    """Whether the width of each follows: "48 query heads of size 128"."""
    of, size, width = (*tokens[noun + 1 : noun + 4], None, None, None)[:3]
    return bool(of and size and width and of.stem == "of" and size.stem in _SIZES and width.figure)


def is_width_of_head(sentence: Sentence, at: int) -> bool:
    """Whether a bare number is the width of the heads counted before it: "16 heads × 64", "32 heads of 64"."""
    tokens = sentence.tokens
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    ends = after is None or after.sign in (",", ";", ")", ".", "(")
    if at < 3 or not (_is_by(tokens[at - 1]) and tokens[at - 2].stem == "head" and tokens[at - 3].figure):
        return False
    opens = at == 3 or tokens[at - 4].sign in ("", ",")
    of_model = tokens[at - 1].stem == "of" or Topic.MODEL in sentence.scope.topics[:1]
    return ends and opens and of_model


def _is_by(token: Token) -> bool:
    return token.sign == "×" or token.stem in ("x", "of")
