"""Which figures of a document became nothing, so that a silent misreading shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal, Named
from stratc.frontends.frontend import Unread
from stratc.frontends.markdown.notations import is_index
from stratc.frontends.markdown.settings import is_code
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.arith.term import Term
    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement


def unread(said: Iterable[Sentence], statements: Iterable[Statement]) -> tuple[tuple[Unread, ...], int]:
    """The figures that no statement and no working holds, and how many figures there are.

    Numbers of stages, layers and devices ("Stage 0") count nothing and are left out, as is tagged code.
    """
    read: set[int] = set()
    for statement in statements:
        if not statement.subject.startswith("mention."):
            read.update(_places(statement))
    left, count = [], 0
    for sentence in said:
        if is_code(sentence):
            continue
        for at, token in enumerate(sentence.tokens):
            if token.figure is None or is_index(sentence.tokens, at):
                continue
            count += 1
            if not any(offset in read for offset in range(token.start, token.end)):
                span = Span(sentence.source, token.start, token.end)
                left.append(Unread(span, sentence.written(token)))
    return tuple(left), count


def _places(statement: Statement) -> Iterator[int]:
    yield from range(statement.span.start, statement.span.end)
    if statement.goal is not None:
        yield from range(statement.goal.span.start, statement.goal.span.end)
    if statement.working is not None:
        for span in _leaves(statement.working):
            yield from range(span.start, span.end)


def _leaves(term: Term) -> Iterator[Span]:
    match term:
        case Apply(_, left, right):
            yield from _leaves(left)
            yield from _leaves(right)
        case Literal(_, _, Span() as span):
            yield span
        case Named(known=known) if known is not None:
            yield from known.spans()
