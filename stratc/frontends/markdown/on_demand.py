"""Readers that are only loaded for the documents that need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_REQUESTS = Pattern(
    r"(?i)\b(?:requests?|quer(?:y|ies)|chats?|calls?|slots?|sequences|in[- ]flight|concurren|simultan"
    r"|max[-_]num[-_]seqs)",
    "request|quer|chat|call|slot|sequences|flight|concurren|simultan|num",
)


def carried(said: list[Sentence], text: str) -> Iterator[Statement]:
    """What a service carries; only a document that speaks of requests pays for them."""
    if _REQUESTS.search(text):
        from stratc.frontends.markdown.runs.request_loads import request_loads

        yield from request_loads(said)


def with_names(said: list[Sentence], statements: list[Statement]) -> list[Statement]:
    """The statements with the workings that formulas over names give; only a document with formulas pays for them."""
    if not any("=" in sentence.row for sentence in said):
        return statements
    from stratc.frontends.markdown.arithmetic.named_workings import named_workings

    return named_workings(said, statements)
