"""Which figures of a document became nothing, so that a silent misreading shows; what is said again counts as read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal, Named
from stratc.frontends.frontend import Unread
from stratc.frontends.markdown.document.notations import is_index
from stratc.frontends.markdown.document.settings import is_code
from stratc.ir.values import Extent
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_GPU, _GROUPS = ("gpu", "rank"), ("group", "way", "shard", "part", "rank")
_COUNTED: dict[str, tuple[str, ...]] = {
    # the nouns by which sentences name a count that the plan states elsewhere
    "strategy.device_count": (*_GPU, "part", "module"),
    "hardware.device_count": _GPU,
    "strategy.devices_per_stage": _GPU,
    "hardware.devices_per_node": _GPU,
    "strategy.tp": (*_GPU, *_GROUPS, "tp", "tensor"),
    "strategy.ep": (*_GPU, *_GROUPS, "ep", "expert"),
    "strategy.dp": (*_GROUPS, "dp", "data", "replica"),
    "strategy.pp": (*_GROUPS, "pp", "stage", "pipeline", "stages"),
    "strategy.cp": (*_GROUPS, "cp"),
    "strategy.sp": (*_GROUPS, "sp"),
    "model.experts": ("expert",),
    "strategy.experts_per_device": ("expert",),
    "model.layers": ("layer", "transformer"),
    "strategy.layers_per_stage": ("layer",),
    "model.heads": ("head", "attention"),
    "strategy.heads_per_device": ("head",),
    "workload.batch_size": ("sequence", "request", "sample"),
    "workload.micro_batches": ("micro", "microbatch", "step"),
}


def unread(said: Iterable[Sentence], statements: Iterable[Statement]) -> tuple[tuple[Unread, ...], int]:
    """The figures that no statement and no working holds, and how many figures there are.

    Numbers of stages, layers and devices ("Stage 0") count nothing and are left out, as is tagged code.
    """
    read: set[int] = set()
    counts: dict[str, set[float]] = {}
    for statement in statements:
        if not statement.subject.startswith("mention."):
            read.update(_places(statement))
            for noun in _COUNTED.get(statement.subject, ()):
                counts.setdefault(noun, set()).update(_values(statement))
    left, count = [], 0
    for sentence in said:
        if is_code(sentence):
            continue
        for at, token in enumerate(sentence.tokens):
            if token.figure is None or is_index(sentence.tokens, at):
                continue
            count += 1
            again = _said_again(sentence.tokens, at, counts)
            if not again and not any(offset in read for offset in range(token.start, token.end)):
                span = Span(sentence.source, token.start, token.end)
                left.append(Unread(span, sentence.written(token)))
    return tuple(left), count


def _said_again(tokens: Sequence[Token], at: int, counts: dict[str, set[float]]) -> bool:
    """Whether a count with its noun only repeats what the plan states: "each of the 64 experts", "8-way"."""
    figure = tokens[at].figure
    if figure is None or not figure.is_count:
        return False
    after = [token.stem for token in tokens[at + 1 : at + 5] if token.stem and not token.figure][:2]
    return any(figure.value in counts.get(noun, ()) for noun in after)


def _values(statement: Statement) -> tuple[float, ...]:
    match statement.value:
        case Extent(low, high):
            return (low, high)
        case int() | float():
            return (float(statement.value),)
        case _:
            return ()


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
