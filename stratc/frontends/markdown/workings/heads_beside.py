"""Heads beside the widths of what they attend to: "128 heads with latent attention (512 + 64 dims)"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.words.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.tokens import Token

_WIDTHS = words("dim dimension rank wide latent rope")
_NEAR = 5  # tokens in which brackets say what they add up


def widths_beside_heads(tokens: Sequence[Token], before: int, at: int) -> bool:
    """Whether brackets that open before `at` add widths, after a figure at `before` that counts heads."""
    heads = any(token.stem == "head" for token in tokens[before + 1 : at])
    return heads and any(token.stem in _WIDTHS for token in tokens[at : at + _NEAR])
