"""Heads of queries beside those of keys and values, their width, layers without a window: "GQA 64/8", "32 × 128"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.layout.held_by import lists_share
from stratc.ir.scope import Topic
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_Q, _KV = r"(?:q|query|queries)", r"(?:kv|k/v|key[- /]value)"
_LABEL = re.compile(r"\bheads?\b|注意力头|头数")
_BOTH = rf"(?i)\b{_Q} ?(?:/|and|vs\.?|:) ?{_KV}\b"  # in a label: "Heads (Q / KV): 64 / 8"
_PAIR = Pattern(r"(?<![\w./])(?P<heads>\d{1,4}) ?(?:/|and|,|:) ?(?P<kv>\d{1,4})(?![\w./%]| ?=)")
_GROUPED = Pattern(r"\bGQA[ :,(]{1,2}(?P<heads>\d{1,4}) ?(?:/|:) ?(?P<kv>\d{1,4})(?![\w./%]| ?=)", "GQA")
_MARKED = Pattern(rf"(?i)(?<![\w./])(?P<kv>\d{{1,4}}) ?\(?{_KV}(?![\w-]| ?heads?| ?cache| ?per| ?头)", "kv|k/v|key")
_QUERIES = Pattern(r"(?i)(?<![\w./])(?<!= )(?<!=)(?P<heads>\d{1,4}) Q[ -]heads?\b", "q head|q-head")  # no quotient
_HAN = Pattern(r"(?i)kv ?头(?:数)?[ :：为是]{0,2}(?P<kv>\d{1,4})|(?P<n>\d{1,4}) ?个? ?kv ?头", "头")
_BY_WIDTH = r"^(?P<heads>\d{1,4}) ?[x×X] ?(?P<width>\d{2,3})$"
_WIDTHS = range(16, 513)  # of a head; a smaller second factor counts something else
_LOCAL = r"(?:local|sliding|windowed|SWA)\b[- \w]{0,20}?"
_OF_HEADS = ("head", "头", "gqa")  # one of which stands in the sentence or in its label
_RATIO = rf"(?i)\b(?P<local>\d{{1,2}}) ?:1 (?:ratio )?(?:of )?{_LOCAL}(?:to|and|/|:) ?(?:global|full)"
_EVERY = r"(?i)\bevery (?P<every>\d{1,2})(?:th|nd|rd)? layers?,? (?:is |are |uses? |has |with )?(?:global|full)\b"
_KEYS = {"heads": "model.heads", "kv": "model.kv_heads", "n": "model.kv_heads", "width": "model.head_dim"}
_FULL = "model.full_attention_every"


def attention(sentence: Sentence) -> Iterator[Statement]:
    """Statements of heads that a sentence tells apart by letters, place or width, and of layers without a window."""
    if any(word in sentence.low or word in sentence.key_text for word in _OF_HEADS):
        yield from _heads(sentence)
    if ":1" in sentence.text and (match := re.search(_RATIO, sentence.text)):
        yield said_at(sentence, _FULL, int(match["local"]) + 1, match.span("local"))
    elif "every " in sentence.low and (match := re.search(_EVERY, sentence.text)):
        yield said_at(sentence, _FULL, int(match["every"]), match.span("every"))


def _heads(sentence: Sentence) -> Iterator[Statement]:
    if lists_share(sentence):
        return
    text = sentence.text
    begin = sentence.value[0].start - sentence.start if sentence.value else 0
    patterns = [(_GROUPED, 0), (_QUERIES, 0), (_HAN, 0)]
    if _LABEL.search(sentence.key_text):
        patterns += [(_PAIR, begin)] if re.search(_BOTH, text[:begin]) else [(_MARKED, begin)]
        yield from _widths(sentence, text, begin)
    for pattern, start in patterns:
        for match in pattern.finditer(text, start):
            for name in match.groupdict():
                if match[name]:
                    yield said_at(sentence, _KEYS[name], int(match[name]), match.span(name))


def _widths(sentence: Sentence, text: str, begin: int) -> Iterator[Statement]:
    """The width after the number of heads, where nothing else stands: "Heads: 32 x 128"."""
    alone = re.match(_BY_WIDTH, text[begin:].strip(" .;"))
    label = sentence.key_text.split()
    if alone and label[-1:] == ["head"] and Topic.MODEL in sentence.scope.topics and int(alone["width"]) in _WIDTHS:
        place = begin + alone.start("width"), begin + alone.end("width")
        yield said_at(sentence, "model.head_dim", int(alone["width"]), place)
