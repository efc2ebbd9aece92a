"""What is left of a limit, as arithmetic: "48.1% margin (36.9% vs 85% limit)"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import Working, literal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence

_LEFT = words("margin headroom")
_AGAINST = words("vs versus against")
_LIMIT = words("limit cap threshold capacity budget maximum")
_OVER = words("over exceed deficit short shortfall")


def margins(sentence: Sentence) -> Iterator[Working]:
    """The margin of a sentence with its working, where used and limit stand beside it in the same unit."""
    tokens = sentence.tokens
    stems = {token.stem for token in tokens}
    if not stems & _LEFT or not stems & _AGAINST or not stems & _LIMIT or stems & _OVER:
        return
    figures = [(at, token.figure) for at, token in enumerate(tokens) if token.figure is not None]
    if len(figures) != 3 or len({figure.quantity.unit for _, figure in figures}) != 1:
        return
    (at, left), (first, used), (second, limit) = figures
    after = {token.stem for token in tokens[second + 1 :]}
    if any(token.stem in _AGAINST for token in tokens[first + 1 : second]) and after & _LIMIT:
        yield Working(left, at, Apply("-", literal_of(sentence, limit), literal_of(sentence, used)))
