"""Degrees that a sentence weighs: "TP 2, 4 or 8", "use TP2 for long prompts", "TP1 leaves no room"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.ir.scope import Role
from stratc.ir.strategy import DEGREES
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_REACH = 80  # characters after a degree that tell what it is for
# Rarely needed, and compiled only then:
_CHOICE = r"(?:\s*,\s*\d+)*\s*,?\s+or\s+\d+(?![\w-]|\s*[×x*%])"
_LISTED = r"(?:\s*,\s*\d+)+\s*,?\s+and\s+\d+(?![\w-]|\s*[×x*%])"
_PLURAL = r"(?i)(?<!and )\b\w+ (?:degrees|sizes|values)(?: of)?:?\s*$"
_FAILS = Pattern(
    r"(?:\s*[×x*+,/&]\s*(?:TP|PP|DP|EP|CP|SP)\s?=?\s?\d{1,5}){0,4}\s+(?:alone\s+)?(?:for\s+comparison|leaves?\s+(?:no|too|only|just|little)|(?:does|do)(?:n't|\s+not)\s+(?:fit|suffice|leave)|would|could|"
    r"overflows|(?:is|are|was|were)\s+(?:not\s+(?:enough|possible|sufficient)|too|ruled|rejected|dismissed|discarded|impossible|infeasible))\b",
    "comparison|leave|n't|not|would|could|overflows|too|ruled|rejected|dismissed|discarded|impossible|infeasible",
)
_WEIGHED = Pattern(  # at the head of an item: "DP=1 with PP=4: a device would hold"
    r"(?:\s*(?:[×x*+,/&]|with|and)\s*(?:TP|PP|DP|EP|CP|SP)\s?=?\s?\d{1,5}){0,4}\s*:[^.;:]{0,60}\b(?:would|could|cannot)\b",
    "would|could|cannot",
)
_OWN_DEVICES = r"(?i)\W*(?:gpu|npu|rank|device|card)s?\s*\d+\s*(?:[-–~,]|to)\s*\d"
_OFFERED = Pattern(  # "the options are PP3, DP3 or TP2", "Compare TP4 × DP2: …"
    r"(?i)\b(?:options|alternatives|candidates|choices)\s+(?:are|include|would be)\b[^.;:]*$|^\W*compare\s+[^.;:]*$",
    "options|alternatives|candidates|choices|compare",
)
_CASE = r"\s+for\s+(?:[\w-]+\s+){1,3}(?:inputs?|requests?|prompts?|contexts?|workloads?|queries)\b"
_OPENING = Pattern(
    r"(?i)\W*for (?:[\w-]+ ){0,3}"
    r"(?:inputs?|requests?|prompts?|contexts?|workloads?|queries|batch(?:es)?|traffic|users)\b",
    "for ",
    "input|request|prompt|context|workload|quer|batch|traffic|users",
)


def of_cases(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where a degree that is one of several, or holds for some requests only, is an alternative."""
    degrees = [each for each in statements if each.subject in DEGREES and each.scope.role is Role.PLAN]
    if not degrees:
        return list(statements)
    texts = {sentence.start: sentence.text for sentence in said}
    cases = {id(each) for each in degrees if _is_of_case(each, texts.get(each.context.start, ""))}
    cases.update(_of_parts(degrees, texts))
    return [
        replace(each, scope=replace(each.scope, role=Role.ALTERNATIVE)) if id(each) in cases else each
        for each in statements
    ]


def _of_parts(degrees: Sequence[Statement], texts: Mapping[int, str]) -> Iterator[int]:
    """Degrees that lines give for devices of their own, and differently: "GPU 0-1: tower, TP2", "GPU 2-5: LLM, TP4"."""
    for subject in {each.subject for each in degrees}:
        lines = [each for each in degrees if each.subject == subject]
        values = {each.value for each in lines}
        if len(values) > 1:
            own = [each for each in lines if re.match(_OWN_DEVICES, texts.get(each.context.start, ""))]
            yield from (id(each) for each in own if len({each.value for each in own}) > 1)


def _is_of_case(degree: Statement, text: str) -> bool:
    """Whether the words after a degree offer another, say for which requests it is, or why it will not do."""
    end = degree.span.end - degree.context.start
    after = text[end : end + _REACH]
    if " or " in after and re.match(_CHOICE, after):
        return True
    if " for " in after and re.match(_CASE, after):
        return True
    if _FAILS.match(after) or _WEIGHED.match(after):
        return True
    before = text[: degree.span.start - degree.context.start]
    if _OFFERED.search(before):
        return True
    if _OPENING.match(before):
        return True
    return (
        " and " in after and re.match(_LISTED, after) is not None and re.search(_PLURAL, before[-_REACH:]) is not None
    )
