"""Tokens of each of several requests, and of a part of a long prompt: "48 users at 8,192 tokens", "chunks of 4,096"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.unit import UNITS
from stratc.frontends.markdown.document.saying import said_at
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_N = r"\d{1,3}(?:,\d{3})+|\d{3,7}"
_ROWS = {
    "request.tokens": Pattern(
        r"(?i)\b\d[\d,]* (?:concurrent |simultaneous |running |parallel |active |full )*"
        r"(?:users|requests|sessions|conversations|sequences|chats|streams|slots) (?:at|of|with|[×x]) "
        rf"(?P<n>{_N})(?:[ -]tokens?\b|(?= = [\d,.]+ ?[MkK]? ?tokens))"
        rf"|\d 路 ?(?:×|x|,|，)? ?(?P<m>{_N})(?: ?tokens?)?(?= =)",
        "users|requests|sessions|conversations|sequences|chats|streams|slots|路",
        "s at |s of |s with |s × |s x |路",
    ),
    "prefill.chunk": Pattern(
        rf"(?i)\bchunks? of (?P<n>{_N})\b(?! ?(?:[%×*/]|(?:layers?|[kmgt]i?b|bytes|elements|columns|rows|sequences|"
        rf"requests|samples|steps|gpus?)\b))|\b(?P<m>{_N})[- ]tokens? chunks?\b",
        "chunk",
    ),
}
_OTHER = Pattern(
    r"(?i)\b(?:if|would|could|were|pipeline|layers?|draft|up to)\b", "if|would|could|were|pipeline|layer|draft|up to"
)


def request_tokens(sentence: Sentence) -> Iterator[Statement]:
    """Claims "request.tokens" and "prefill.chunk" of a sentence of the plan that counts them."""
    if sentence.scope.role is not Role.PLAN:
        return
    for subject, pattern in _ROWS.items():
        match = pattern.search(sentence.text)
        if match is None or _OTHER.search(sentence.text):
            continue
        name = "n" if match["n"] else "m"
        count = float(match[name].replace(",", ""))
        yield replace(said_at(sentence, subject, count, match.span(name)), quantity=Quantity.of(count, UNITS["tokens"]))
