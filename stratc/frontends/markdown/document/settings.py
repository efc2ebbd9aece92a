"""Flags that prose quotes, and which lines of fences are code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.fence_kinds import is_tagged
from stratc.frontends.markdown.document.saying import say
from stratc.ir.scope import Role
from stratc.ir.setting import ALONE
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement


def is_code(sentence: Sentence) -> bool:
    """Whether a sentence is a line of a fence that is tagged with a language; bare fences are part of the plan."""
    return is_tagged(sentence.block.language)


_ASSIGNED = Pattern(
    r"\b(?P<name>max[_-]model[_-]len|max[_-]num[_-]seqs|gpu[_-]memory[_-]utilization|max[_-]running[_-]requests|"
    r"mem[_-]fraction[_-]static|max[_-]num[_-]batched[_-]tokens|chunked[_-]prefill[_-]size)"
    r"(?:\W{0,3}[=:]\W{0,4}| (?=[\d.]+ (?:\W|$)))"  # the ticks around a quote are blanks
    r"(?P<value>\d+(?:,\d{3})*(?:\.\d+)?)(?![\w%.]\d|\w|%)",
    "max|gpu|mem|chunked",
    "model|seqs|utilization|requests|fraction|batched|size",
)


def assigned(sentence: Sentence) -> Iterator[Statement]:
    """Settings of servers that a sentence gives a value: "vLLM with max_num_seqs=16"."""
    if sentence.scope.role not in (Role.PLAN, Role.TARGET) or not sentence.has_digit:
        return
    for match in _ASSIGNED.finditer(sentence.text):
        if sentence.text[: match.start()].endswith("-") and "=" not in match[0] and ":" not in match[0]:
            continue  # a flag of a command, which is read as one
        place = (sentence.start + match.start(), sentence.start + match.end())
        said = say(sentence, f"setting.{match['name']}", match["value"].replace(",", ""), place, role=Role.PLAN)
        yield replace(said, index=ALONE)


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
