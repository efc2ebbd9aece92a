"""Results that a plan may be held to in every place: "Total throughput: 320 tokens/ms", "TPOT 12 ms"."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.claims.timings import SCENES
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_NAMES = {  # a metric and the words of which its sentence must have one, so that no heading alone makes it one
    "latency.ttft": words("ttft first 首token 首字"),
    "latency.tpot": words("tpot itl output token 每token"),
    "throughput.tokens": words("throughput rate token tps tok 吞吐 吞吐量"),
    "latency.training": words("time take finish finished run training train duration 训练时间 训练时长"),
    "throughput.sequences": words("throughput rate rps qps request sequence 吞吐 吞吐量"),
}
_OTHERS = words(  # of another case than the usual one
    "theoretical ideal roof bound ceiling upper lower limit overhead queue queueing margin gain saving "
    "at with if when assuming only user concurrent concurrency prompt chunk burst p99.9 median average "
    "mean mtp speculative cached hit miss idle degraded failure failed spare old new current former v1 v2 step "
    "compute memory network"
)
_WITHOUT_SOME = ("故障", "宕机", "失效", "降级")
_SCENES = SCENES - words("prefill decode phase stage pool long short")
_ELSEWHERE = words("theoretical ideal roof bound ceiling failure degraded current former old alternative")


def results(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements "result.stated" of exact rates and latencies of this plan; `cause` is the metric."""
    several = len({each.value for each in statements if each.subject == "tokens.training"}) > 1  # several runs
    found = [
        each
        for each in statements
        if each.subject in _NAMES and _is_plain(each) and not (several and each.subject == "latency.training")
    ]
    if len(found) < 2:
        return
    places = sorted(said, key=lambda sentence: sentence.start)
    starts = [sentence.start for sentence in places]
    for each in found:
        sentence = places[bisect_right(starts, each.span.start) - 1]
        near = {token.stem for token in (*sentence.tokens, *sentence.key, *sentence.header) if token.stem}
        titles = {token.stem for title in sentence.above for token in title.tokens}
        named = near & _NAMES[each.subject] or "/" in (each.quantity.unit.symbol if each.quantity else "")
        other = near & (_OTHERS | _SCENES) or titles & (_ELSEWHERE | _SCENES)
        failed = any(word in sentence.text for word in _WITHOUT_SOME)
        if named and not other and not failed and not _goes_on(sentence, each):
            yield replace(each, subject="result.stated", cause=each.subject, goal=None)


def _goes_on(sentence: Sentence, said: Statement) -> bool:
    """Whether an arrow leads from a figure to another of its kind, which is the result: "0.77 s, + 20 % → 0.92 s"."""
    after = [token for token in sentence.tokens if token.start >= said.span.end]
    arrow = next((at for at, token in enumerate(after) if token.sign in ("→", "⇒")), len(after))
    kind = said.quantity.dimension if said.quantity else None
    first = next((token.figure for token in after[arrow:] if token.figure), None)  # and none that is worked out anew
    return first is not None and first.quantity.dimension == kind


def _is_plain(said: Statement) -> bool:
    exact = said.quantity is not None and not said.quantity.is_range
    return exact and said.scope.role is Role.PLAN and said.relation is Relation.IS and said.index is None
