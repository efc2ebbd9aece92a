"""The labels that items of a list have for themselves: "TPOT: 22 ms, TTFT of a prompt: 400 ms"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE
from stratc.frontends.markdown.words.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_ITEMS = frozenset(",;")
_TIES = frozenset(":=")
_LONGEST_NAME = 3  # words of an item's own
_LEADING = words("of which and plus with including incl include about roughly the a")


def own_item(sentence: Sentence, at: int) -> tuple[Token, ...]:
    """The label that an item of a list has for itself: "TTFT of" in "TPOT: 22 ms, TTFT of a prompt: 400 ms".

    Of a list of sizes also words alone before each: "Memory: KV cache 20 GB, activations 5 GB".
    """
    tokens, start = sentence.tokens, len(sentence.tokens) - len(sentence.value)
    begin = next((n + 1 for n in range(at - 1, start - 1, -1) if tokens[n].sign in _ITEMS), start)
    if not sentence.key or begin >= at:
        return ()
    own = tokens[begin:at]
    if begin == start:
        return own if _lists_sizes(tokens[at:]) and _are_words(own) else ()
    later = any(token.figure for token in tokens[start:begin])
    labelled = (
        any(token.sign in _TIES for token in own) or at - begin == 1 or (_is_size(tokens[at]) and _are_words(own))
    )
    return own if later and labelled else ()


def _lists_sizes(following: Sequence[Token]) -> bool:
    """Whether a size is the first of several that commas part, each after words of its own."""
    sizes = [n for n, token in enumerate(following) if _is_size(token)]
    return len(sizes) > 1 and sizes[0] == 0 and following[1].sign in _ITEMS and not following[sizes[1] - 1].sign


def _is_size(token: Token) -> bool:
    return token.figure is not None and token.figure.quantity.dimension == BYTE


def _are_words(tokens: Sequence[Token]) -> bool:
    named = [token for token in tokens if token.stem not in _LEADING]
    return 0 < len(named) <= _LONGEST_NAME and all(token.stem and token.figure is None for token in tokens)
