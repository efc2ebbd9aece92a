"""Flags that prose quotes, and which lines of fences are code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.fence_kinds import is_tagged
from stratc.frontends.markdown.saying import say
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement


def is_code(sentence: Sentence) -> bool:
    """Whether a sentence is a line of a fence that is tagged with a language; bare fences are part of the plan."""
    return is_tagged(sentence.block.language)


def settings(sentence: Sentence) -> Iterator[Statement]:
    """Statements of the flags that a sentence quotes: "start it with `--tp-size 8`"."""
    if "--" not in sentence.text:
        return
    from stratc.frontends.launch.general import flags, key_of, value_of

    for each in flags(sentence.text, sentence.source, sentence.start):
        key = key_of(each.name)
        value = value_of(key, each) if key else None
        if key and value is not None:
            role = Role.PLAN if sentence.scope.role is Role.TARGET else None
            yield say(sentence, key, value, (each.span.start, each.span.end), role=role)
