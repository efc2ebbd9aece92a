"""Replicas that running text counts: "Four replicas, TP4 each", "eight in the pool"; they are data parallelism."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.number_words import NUMBER_WORD, number
from stratc.frontends.markdown.document.saying import said_at
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_N = rf"(?P<n>\d{{1,5}}|{NUMBER_WORD})"
_COUNTED = (
    rf"(?i)(?<![\w.,×x-]){_N} "
    r"(?:(?:identical|independent|model|serving|vLLM|engine|TP-?\d+(?: ?[×x] ?PP-?\d+)?) ){0,2}"
    r"(?:replicas|instances|copies)\b(?! (?:per|a|each|on each|in each|remain|left|per node)\b)"
)
_IN_ALL = rf"(?i)(?<![\w.,×x-]){_N} (?:in|across) (?:the (?:pool|fleet|cluster)|all|total)\b"
_DEVICES = frozenset(("strategy.device_count", "hardware.device_count"))
_HAN = r"(?P<n>\d{1,5}) ?个?(?:副本|实例)"


def replicas(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements of the data-parallel degree, where replicas of the degrees beside them fill all devices."""
    of_plan = [each for each in statements if each.scope.role is Role.PLAN and isinstance(each.value, int)]
    whole = {each.value for each in of_plan if each.subject in _DEVICES}
    sizes: dict[tuple[int, str], set[int]] = {}
    block_of = {each.start: each.block.start for each in said}
    for each in of_plan:
        if each.subject in ("strategy.tp", "strategy.pp") and isinstance(each.value, int):
            place = block_of.get(each.context.start, -1)
            sizes.setdefault((place, each.subject), set()).add(each.value)
    for sentence in said:
        beside = [sizes.get((sentence.block.start, key), {1}) for key in ("strategy.tp", "strategy.pp")]
        if len(whole) != 1 or (sentence.block.start, "strategy.tp") not in sizes:
            continue
        for match in _matches(sentence):
            count = number(match["n"])
            if count > 1 and any(count * tp * pp in whole for tp in beside[0] for pp in beside[1]):
                yield said_at(sentence, "strategy.dp", count, match.span("n"))


def _matches(sentence: Sentence) -> Iterator[re.Match[str]]:
    text = sentence.text
    if "replica" in text or "instance" in text or "copies" in text:
        yield from re.finditer(_COUNTED, text)
    if " in " in text or " across " in text:
        yield from re.finditer(_IN_ALL, text)
    if "副本" in text or "实例" in text:
        yield from re.finditer(_HAN, text)
