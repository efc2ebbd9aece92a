"""Lengths of requests in running text: "1k in / 300 out", "average answer 350 tokens", "8k prompts"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.unit import ONE, UNITS
from stratc.frontends.markdown.document.rows import extent_of
from stratc.frontends.markdown.document.saying import say, usual
from stratc.ir.scope import Role
from stratc.ir.values import Extent
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_N = r"\d{1,3}(?:,\d{3})+|\d{1,7}"
_LENGTH = rf"(?:{_N})[kK]?(?![\d.,]*\d)"
_IN_OUT = Pattern(
    rf"(?i)(?<![\w.,])(?P<in>{_LENGTH})(?: tokens?)? in(?:put)?(?: ?[/,+] ?| and )"
    rf"(?P<out>{_LENGTH})(?: tokens?)? out(?:put)?\b",
    *(" in", "out"),
)
_PROMPTS = Pattern(
    r"(?i)(?<![\w.,])(?P<in>\d{1,4}[kK])(?:[ -]token)? prompts?\b(?! (?:cache|tokens))"
    rf"|\b(?:a |per |every )?prompts? of (?P<size>{_LENGTH})(?: tokens?)?(?=$|[,;.)]| (?:with|and|at|in|on)\b)",
    "k prompt|token prompt|prompt of|prompts of",
)
_ANSWERS = Pattern(
    r"(?i)\b(?:average|mean|typical|avg\.?) (?:answers?|repl(?:y|ies)|responses?|completions?|generations?)"
    rf"(?: lengths?| of| is| are|:| about| around)*,? ?~?(?P<out>{_LENGTH}) tokens\b",
    *("average|mean|typical|avg", "answer|repl|response|completion|generation", "tokens"),
)
_BATCH = Pattern(
    rf"(?P<n>{_N}) sequences of (?P<length>{_N}) tokens,? (?:=|i\.e\.|that is)? ?~?"
    r"(?P<all>\d+(?:\.\d+)?)(?P<scale>[kKM]) tokens",
    "sequences of",
)
_CONTEXT = Pattern(
    r"(?i)(?<![\w.,])(?<!at )(?<!with )(?<!and )(?P<context>\d{1,4}k)(?:[ -]token)? (?:context|sessions?)\b"
    r"|\bcontext (?:length |window )?(?:of |up to |= ?|: )(?P<whole>\d{1,4}k)\b",
    "k context|k session|token context|token session|context of|context up|context =|context :|context: |"
    "context length|context window",
)
_KEYS = {
    "context": "workload.sequence_length",
    "whole": "workload.sequence_length",
    "in": "workload.prompt_length",
    "size": "workload.prompt_length",
    "out": "workload.output_length",
}
_OTHERS = Pattern(r"(?i)\b(?:if|would|could|should|instead|than|vs|longest|max|maximum|worst|queued)\b")
_NEAR = 0.02


def traffic(sentence: Sentence) -> Iterator[Statement]:
    """Statements of the lengths of prompts and answers, and of a batch whose tokens are counted beside it."""
    text = sentence.text
    if not any(
        word in text for word in (" out", "rompt", "verage", "ean ", "ypical", "sequences of", "ontext", "session")
    ):
        return
    for pattern in (_IN_OUT, _PROMPTS, _ANSWERS, _CONTEXT):
        for match in pattern.finditer(text):
            asked = "?" in text[match.end() :]
            if not asked and not _OTHERS.search(text, max(0, match.start() - 30), match.end() + 12):
                said = ((name, written) for name, written in match.groupdict().items() if written)
                for name, written in said:
                    yield _said(sentence, _KEYS[name], _length(written), match.span(name))
    for match in _BATCH.finditer(text):
        count, length = _number(match["n"]), _number(match["length"])
        whole = float(match["all"]) * (1e6 if match["scale"] == "M" else 1e3)
        if abs(count * length - whole) <= _NEAR * whole:
            yield _said(sentence, "workload.batch_size", int(count), match.span("n"))


def _said(sentence: Sentence, key: str, value: Extent | int, place: tuple[int, int]) -> Statement:
    """A statement of the plan also where a section is about what it is to reach."""
    role: Role | None = usual(sentence, 0)
    return say(sentence, key, value, (sentence.start + place[0], sentence.start + place[1]), role=role)


def _length(written: str) -> Extent:
    """A length as contexts are counted, "8K" for 8,192."""
    unit = UNITS["K"] if written[-1] in "kK" else ONE
    return extent_of(Quantity.of(_number(written), unit))


def _number(written: str) -> float:
    scale = 1e3 if written[-1] in "kK" else 1.0
    return float(written.rstrip("kK").replace(",", "")) * scale
