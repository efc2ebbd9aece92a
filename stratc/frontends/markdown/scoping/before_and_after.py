"""Lines of what was and what is: "Before: BF16 on one A100 …" above "After: 4 bits on two L4 …"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence

_WAS = words("before previously formerly was old then vorher avant 之前 改前 原来")
_IS = words("after now today new current nachher 之后 改后 现在")
_LINES = (Kind.PARAGRAPH, Kind.ITEM)


def before_and_after(said: Sequence[Sentence]) -> Iterator[Sentence]:
    """The sentences, those labelled as what was before told of an earlier plan where others say what is after."""
    labels = {each.scope.path for each in said if _is_labelled(each) and each.key_text in _IS}
    for each in said:
        was = bool(labels) and _is_labelled(each) and each.key_text in _WAS and each.scope.path in labels
        turns = was and each.scope.role is Role.PLAN
        yield each._replace(scope=replace(each.scope, role=Role.EARLIER)) if turns else each


def _is_labelled(sentence: Sentence) -> bool:
    return bool(sentence.key) and sentence.block.kind in _LINES
