"""Plans of several models with roles: actor, critic, reference and reward, student and teacher; one is the plan's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.scoping.conditionals import imagined
from stratc.frontends.markdown.words.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_OWN = words("actor policy student trainer")
_PASSED_ON = words("distil distill distillation distilling distilled")
_OTHERS = words("critic reference ref reward teacher")
_BESIDE = words("rollout sampler generator generation")  # what a plan with such roles runs beside the training
_MODELS = _OWN | _OTHERS
_ROLES = _MODELS | _BESIDE
_NEAR = 4  # words in which a label comes to its role
_FEWEST = 2
_ARROWS = ("→", "->", " into ", " to")


def of_roles(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where those of a model that helps to train the plan's own are told of another plan.

    Only where at least two roles are named, each of which leads a sentence, a row or a heading; the arithmetic stays.
    """
    leading = {sentence.start: role for sentence in said if (role := _leader(sentence))}
    named = set(leading.values())
    if len(named) < _FEWEST or named <= _OWN or not named & _OTHERS:
        return list(statements)
    others = {start for start, role in leading.items() if role not in _OWN}
    others |= {each.start for each in said if each.start not in leading and _speaks_of_others(each)}
    former = dict(_handed_on(said, statements))
    return [
        imagined(each)
        if each.context.start in others
        or (each.subject.startswith("model.") and each.span.start < former.get(each.context.start, 0))
        else each
        for each in statements
    ]


def _leader(sentence: Sentence) -> str:
    """The role that a sentence is about by its label, its row, its first words or the heading above it; "" for none."""
    label = sentence.key or sentence.tokens[: 1 if sentence.block.kind is Kind.CELL else 3]
    heading = sentence.above[0].tokens[:4] if sentence.above and sentence.block.kind is not Kind.CELL else ()
    for tokens in (label, heading):
        for at, token in enumerate(tokens[:_NEAR]):
            if token.stem in (_ROLES if at == 0 else _MODELS):
                return token.stem
    return ""


def _speaks_of_others(sentence: Sentence) -> bool:
    """Whether a sentence names a helping model anywhere."""
    return not _OTHERS.isdisjoint(sentence.stems)


def _handed_on(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[tuple[int, int]]:
    """Where the second name begins in a sentence that distils one model into another."""
    distils = {each.start: each for each in said if not _PASSED_ON.isdisjoint(each.stems)}
    names: dict[int, list[Statement]] = {}
    for each in statements if distils else ():
        if each.subject == "model.name" and each.context.start in distils:
            names.setdefault(each.context.start, []).append(each)
    for start, pair in names.items():
        if len(pair) == _FEWEST:
            first, second = pair
            text = distils[start].text
            between = text[first.span.end - start : second.span.start - start]
            if any(arrow in between for arrow in _ARROWS):
                yield start, second.span.start
