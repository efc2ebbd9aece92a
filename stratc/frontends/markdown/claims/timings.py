"""Times under a label of their own, to be compared where the same label comes again: "TP all-reduce: 0.35 ms"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.unit import SECOND
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_PLAIN = words(
    "time latency duration cost the of a value estimate estimated expected total result measured 时间 延迟 耗时"
)
_OPERATIONS = words(
    "reduce allreduce all2all alltoall gather scatter p2p transfer exchange forward backward attention mlp ffn expert "
    "dispatch combine optimizer communication computation compute step iteration synchronization "
    "前向 反向 通信"
)
_PARTS = words(
    "attention mlp ffn expert moe dense embedding router head vocabulary tp pp ep dp cp sp tensor pipeline data "
    "context sequence intra inter node rack cluster forward backward optimizer gradient parameter weight draft target "
    "verify encoder decoder vision language teacher student actor critic rollout dispatch combine first "
    "last middle early late"
)
SCENES = words(  # words of a heading or a line after which a second figure is for something else
    "option alternative scenario case variant phase baseline before after previous worst best peak p50 p90 p95 p99 max "
    "maximum minimum min batch long short configuration config experiment ablation test example prefill decode budget "
    "requirement target timeout alert threshold optimized optimised without warmup cold warm stage pool load "
    "light heavy small large theoretical ideal roof bound"
)


def timings(sentence: Sentence) -> Iterator[Statement]:
    """Statement "time.labelled" of an item or a cell that gives one exact time; `cause` is what its label calls it.

    After a bar follows what the headings above speak of.
    """
    place = sentence.block.kind
    if place not in (Kind.ITEM, Kind.CELL) or not sentence.key or sentence.scope.role is not Role.PLAN:
        return
    figures = [at for at, token in enumerate(sentence.tokens) if token.figure is not None]
    figure = sentence.tokens[figures[0]].figure if len(figures) == 1 else None
    if figure is None or figure.quantity.dimension != SECOND or figure.quantity.is_range or figure.more:
        return
    label = _label((*sentence.key, *sentence.header))
    near = {token.stem for token in (*sentence.tokens, *sentence.key, *sentence.header)}
    titles = {token.stem for title in sentence.above for token in title.tokens}
    if not set(label) & _OPERATIONS or (near | titles) & SCENES:
        return
    if relation_before(sentence.tokens, figures[0]) is Relation.IS:
        said = say(sentence, "time.labelled", figure.value, (figure.start, figure.end), figure=figure)
        yield replace(said, cause=f"{' '.join(label)}|{' '.join(sorted(_things(sentence)))}")


def _things(sentence: Sentence) -> Iterator[str]:
    """What the headings and labels above speak of: a part, a degree, a place, or a number of something."""
    for title in sentence.above:
        for at, token in enumerate(title.tokens):
            if token.stem in _PARTS:
                yield token.stem
            elif token.figure is not None and at:  # a first one numbers the heading
                yield token.figure.quantity.show()


def _label(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The words that tell one operation from another, in one order."""
    return tuple(sorted({token.stem for token in tokens if token.stem} - _PLAIN))
