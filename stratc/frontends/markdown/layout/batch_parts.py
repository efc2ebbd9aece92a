"""A batch and its parts in one line: "micro-batch 2, accumulation 8, ranks 24 → 384 seq/step", "每步 256 条序列"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.words.vocabulary import DEVICE, DEVICE_ROW, words
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from re import Match

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_N = r"\d{1,4}(?![\d.,]?\d)"
_FREE = r"(?<![\w.,-])"
_MICRO = Pattern(
    rf"(?i)\b(?:micro-?batch(?:es)?(?: size)?|mbs|micro)(?: of)?[ :=]{{1,3}}(?P<a>{_N})(?! ?(?:micro|ms\b|s\b|%))"
    rf"|{_FREE}(?P<b>{_N}) (?:seq(?:uences?|s)?|samples?) ?(?:per|an?|each|/|on each) ?(?:{DEVICE}|rank|device|micro)",
    "micro|mbs|seq|sample",
)
_ACCUMULATION = Pattern(
    r"(?i)\b(?:grad(?:ient)?[ -])?(?:accum(?:ulation|ulate|ulating)?|ga|gas)(?: steps?| of| over)?[ :=×x]{1,3}"
    rf"(?P<a>{_N})|{_FREE}(?P<b>{_N})[ -](?:grad(?:ient)?[ -])?accum(?:ulation)?\b|累[积加] ?(?P<c>{_N}) ?[次步]",
    "accum|ga|累",
)
_RANKS = Pattern(
    rf"(?i)\b(?:ranks|dp|data[- ]parallel(?:ism)?)(?: of)?[ :=]{{0,3}}(?P<a>{_N})"
    rf"|{_FREE}(?P<b>{_N}) (?:data[- ]parallel )?(?:ranks|{DEVICE}s)\b",
    f"rank|dp|data|{DEVICE_ROW}",
)
_BATCH = Pattern(
    rf"(?i){_FREE}(?P<a>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}) ?"
    r"(?:seq(?:uences?|s)?|samples?|examples?|rows|条(?:序列|样本)?) ?(?:/|per|an?|in (?:a|one|each)) ?"
    r"(?:optimi[sz]er |training |global )?(?:step|update|iteration|iter|batch)\b"
    r"|每(?:个|一)?步 ?(?P<b>\d{1,6}) ?[条个](?:序列|样本)?",
    "seq|sample|example|row|条|个",
    "step|update|iter|batch|步",
)
_OTHER_DEGREES = ("strategy.tp", "strategy.pp", "strategy.cp")
_OTHERS = words("lora qlora adapter evaluation eval validation 秩 评估")  # whose ranks or sequences they may be


def batch_parts(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements of the batch, the micro-batch, its accumulation and, where nothing else splits, the ranks.

    Only of a line with micro-batch and accumulation; a batch that its own working refutes is left to that.
    """
    split = any(each.subject in _OTHER_DEGREES and each.value != 1 for each in statements)
    dealt = any(each.subject == "strategy.dp" for each in statements)
    refuted = {
        each.context.start
        for each in statements
        if each.working is not None and each.quantity is not None and not each.quantity.agrees(each.working.value)
    }
    for sentence in said:
        if sentence.scope.role is not Role.PLAN or not _OTHERS.isdisjoint(sentence.stems):
            continue
        micro, times = _only(_MICRO, sentence), _only(_ACCUMULATION, sentence)
        if micro is None or times is None:
            continue
        yield _said(sentence, "workload.micro_batch_size", micro)
        yield _said(sentence, "workload.accumulation_steps", times)
        ranks = _only(_RANKS, sentence)
        if ranks and not split:
            yield _said(sentence, "strategy.dp", ranks)
        if (ranks or dealt) and sentence.start not in refuted and (batch := _only(_BATCH, sentence)):
            yield _said(sentence, "workload.batch_size", batch)


def _only(pattern: Pattern, sentence: Sentence) -> Match[str] | None:
    """The only place of a sentence where a pattern holds."""
    found = [*pattern.finditer(sentence.text)]
    return found[0] if len(found) == 1 else None


def _said(sentence: Sentence, key: str, found: Match[str]) -> Statement:
    group = str(found.lastgroup)
    return said_at(sentence, key, int(found[group].replace(",", "")), found.span(group))
