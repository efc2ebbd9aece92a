"""Options turned down because the weights exceed a device: "TP8 × DP4: 68 GB > 64 GB"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal
from stratc.arith.unit import BYTE
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.statement import Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_REFUSED = Pattern(
    r"(?i)\w ?> ?\d|exceed|(?:not|n't) fit|too (?:large|big|much)|out of memory|\boom\b|beyond|不足|超过|超出",
    ">|exceed|fit|too |memory|oom|beyond|不足|超",
)
_WHOLE = Pattern(r"(?i)\bweights?\b|\bmodel\b|\bparameters\b|权重|模型", "weight|model|parameters|权重|模型")
_OF_OTHERS = Pattern(
    r"(?i)optimi[sz]er|gradient|\bstates?\b|\badam\b|cache|\bkv\b|activation|total|each|\bep ?=? ?\d|unless|after|host"
    r"|每卡|单卡|每张",
    "optimi|gradient|state|adam|cache|kv|activation|total|each|ep|unless|after|host|每|单",
)
_DEGREE = r"(?i)\b(?P<axis>TP|PP) ?[=:-]? ?(?P<n>\d{1,3})\b"


def options_refused(said: Iterable[Sentence], text: str) -> Iterator[Statement]:
    """Statements "option.weights": the whole weights that an option is turned down for, over the degrees of its own."""
    if not _REFUSED.search(text):
        return
    for sentence in said:
        if BYTE not in sentence.dimensions or not _REFUSED.search(sentence.text) or not _WHOLE.search(sentence.text):
            continue
        if _OF_OTHERS.search(sentence.text):
            continue
        label = text[slice(*sentence.block.label)] if sentence.block.kind is Kind.CELL else " ".join(sentence.lead[-1:])
        degrees = {m["axis"].upper(): int(m["n"]) for m in re.finditer(_DEGREE, f"{label} ; {sentence.text}")}
        sizes = [figure for _, figure in sentence.figures if figure.quantity.dimension == BYTE]
        bounds = [figure for at, figure in sentence.figures if relation_before(sentence.tokens, at) is not Relation.IS]
        ways = degrees.get("TP", 1) * degrees.get("PP", 1)
        exact = not any(size.quantity.is_range for size in sizes)
        largest = 1 <= len(sizes) <= 2 and sizes[0].value == max(size.value for size in sizes)
        if ways > 1 and exact and largest and sizes[0] not in bounds:
            figure = sizes[0]
            stated = say(sentence, "option.weights", figure.value, (figure.start, figure.end), figure=figure)
            yield replace(stated, working=Apply("÷", literal_of(sentence, figure), Literal(float(ways))))
