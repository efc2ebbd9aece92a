"""Bytes that a number of parameters is said to take, in one clause: "7B parameters take 14 GB in FP16"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Literal
from stratc.arith.unit import BYTE, PARAMETER
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.precision import PRECISIONS
from stratc.ir.statement import Per, Relation
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_TAKE = words("take occupy occupie need require is equal make weigh i.e ie 占用 需要")
_SIGNS = frozenset("(（=≈→⇒➜")
_FILLING = words(
    "parameter param quantized quantised about roughly approximately around only of memory weight model in at with as "
    "the total dense vram"
)
_PASSED = frozenset("~:：,，")
_OTHER = words(
    "optimizer gradient training train activation cache kv state adam per each gpu node expert layer stage "
    "machine master ram host disk checkpoint mixed lora adapter overhead including available"
)
_MOST = 8  # tokens between the parameters and the bytes


def sized(sentence: Sentence) -> Iterator[Statement]:
    """Claims "memory.sized": bytes, the parameters as their working, and the precision of the clause as their cause."""
    tokens = sentence.tokens
    for at, token in enumerate(tokens):
        figure = token.figure
        if figure is None or figure.quantity.dimension != BYTE or relation_before(tokens, at) is not Relation.IS:
            continue
        count = next((n for n in range(at - 1, max(-1, at - _MOST), -1) if tokens[n].figure), None)
        counted = tokens[count].figure if count is not None else None
        if count is None or counted is None or counted.quantity.dimension != PARAMETER or counted.quantity.is_range:
            continue
        between, after = tokens[count + 1 : at], tokens[at + 1 : at + 4]
        links = {each.stem or each.sign for each in between}
        known = _TAKE | _SIGNS | _FILLING | _PASSED | PRECISIONS.keys()
        label = {each.stem for each in (*sentence.key, *sentence.header)}
        told = links & (_TAKE | _SIGNS) or (bool(between) and between[-1].sign in (":", "："))
        if not told or not links <= known or _OTHER & ({each.stem for each in after} | label):
            continue
        named = {PRECISIONS[each.stem] for each in (*between, *after) if each.stem in PRECISIONS}
        if len(named) > 1 or any(each.figure for each in after[:1]):
            continue
        said = say(sentence, "memory.sized", figure.value, (figure.start, figure.end), figure=figure, per=Per.TOTAL)
        place = Span(sentence.source, counted.start, counted.end)
        yield replace(said, working=Literal(counted.value, counted.quantity.unit, place), cause=next(iter(named), ""))
