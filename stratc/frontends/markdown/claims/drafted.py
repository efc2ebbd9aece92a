"""Tokens that are drafted for each step: "n-gram speculation (4 proposed)", "a draft model proposes 5 tokens"."""

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

_DRAFTS = Pattern(r"(?i)speculati|\bdraft|投机|推测", "speculati|draft|投机|推测")
_TOKENS = Pattern(
    r"(?i)(?<![\d.,/])(?P<n>\d{1,2}) (?:tokens? )?(?:are )?(?:proposed|drafted)\b"
    r"|(?<![\d.,/])(?P<k>\d{1,2}) (?:draft(?:ed)?|speculative|proposed|candidate) tokens\b"
    r"|\b(?:proposes|drafts|speculates) (?P<m>\d{1,2}) tokens\b",
    "propos|draft|speculat|candidate",
)


def drafted(sentence: Sentence) -> Iterator[Statement]:
    """Claims "draft.tokens" of a sentence of the plan on speculative decoding."""
    if sentence.scope.role is not Role.PLAN or not _DRAFTS.search(sentence.text):
        return
    match = _TOKENS.search(sentence.text)
    name = match.lastgroup if match else None
    if match and name:
        count = Quantity.of(float(match[name]), UNITS["tokens"])
        yield replace(said_at(sentence, "draft.tokens", count.value, match.span(name)), quantity=count)
