"""Sizes of the model that a plan cuts: "Experts per layer: 8 (reduced from 64)", a row of an original and a new one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_NAMES = ("layers", "experts", "hidden_size", "expert_hidden_size", "ffn_hidden_size")
_SIZES = frozenset(f"model.{name}" for name in _NAMES)
_CUT = words(
    "reduced reduce reducing cut shrunk shrink decreased lowered trimmed optimized optimised reduction smaller"
)


def cut_models(said: Iterable[Sentence], statements: Iterable[Statement]) -> Iterator[Statement]:
    """Mentions "model_cut": a size below what its own line gives as the earlier one; `cause` says which."""
    sizes = [each for each in statements if each.subject in _SIZES]
    former = [each for each in sizes if each.scope.role is Role.EARLIER]
    if not former:
        return
    every = list(said)
    lines = {each.start: _line(each) for each in every}
    cut = {_line(each) for each in every if _speaks_of_less(each)}
    before: dict[tuple[str, tuple[int, ...] | None], list[object]] = {}
    for each in former:
        before.setdefault((each.subject, lines.get(each.context.start)), []).append(each.value)
    for size in sizes:
        line = lines.get(size.context.start) if size.scope.role is Role.PLAN else None
        earlier = before.get((size.subject, line), ()) if line in cut else ()
        if any(_is_less(size.value, value) for value in earlier):
            mention = replace(size, subject="mention.model_cut", value=str(size.value), quantity=None, working=None)
            yield replace(mention, cause=size.subject.partition(".")[2])


def _speaks_of_less(sentence: Sentence) -> bool:
    return not (sentence.stems | {token.stem for token in sentence.header}).isdisjoint(_CUT)


def _is_less(value: object, before: object) -> bool:
    return isinstance(value, int | float) and isinstance(before, int | float) and value < before


def _line(sentence: Sentence) -> tuple[int, ...]:
    """What the cells of a row share, and what a sentence has to itself."""
    block = sentence.block
    return (block.group, block.label[0]) if block.kind is Kind.CELL else (sentence.start,)
