"""What a fact was before: "EP: 4 (reduced from 16)", "batch size 16 instead of 128"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.asides import role_before
from stratc.ir.plan import KEYS
from stratc.ir.scope import Role
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement


def formerly(sentence: Sentence, found: Sequence[Statement]) -> Iterator[Statement]:
    """Statements of earlier values of the whole-number fact that stands right before them in the sentence."""
    taken = {statement.span.start for statement in found}
    facts = [each for each in found if each.subject in KEYS and type(each.value) is int]
    for at, token in enumerate(sentence.tokens):
        figure = token.figure
        if figure is None or token.start in taken or not figure.is_count or figure.value != int(figure.value):
            continue
        before = [each for each in facts if each.span.end <= token.start]
        if not before or figure.quantity.is_range or role_before(sentence.tokens, at) is not Role.EARLIER:
            continue
        last = max(before, key=lambda each: each.span.start)
        if not any(last.span.end <= other.start < token.start for other in sentence.tokens if other.figure):
            scope = replace(last.scope, role=Role.EARLIER)
            span = Span(sentence.source, token.start, token.end)
            yield replace(last, value=int(figure.value), span=span, scope=scope, quantity=figure.quantity, working=None)
