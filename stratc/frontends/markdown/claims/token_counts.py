"""How many tokens a step or a device has: "4.2M tokens per step", "each rank holds 8,192 tokens"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.arith.unit import COUNT, SEQUENCE, TOKEN
from stratc.frontends.markdown.document.asides import role_before
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import DEVICE, DEVICE_ROW
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.statement import Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_STEP = r"(?:global |full |optimi[sz]er |training )?(?:step|batch|iteration)\b(?! size)"
_DEVICE = rf"(?:{DEVICE}|rank)\b"
_PER_STEP = Pattern(rf"(?i)\btokens ?(?:per|/|in (?:a|each|one)) ?{_STEP}", "step|batch|iteration", "per|/|in ")
_PER_DEVICE = Pattern(
    r"(?i)\btokens (?:(?:are )?(?:processed|held|handled|computed|stored|kept) )?(?:per|/|(?:on|by) (?:each|every)) ?"
    rf"(?:CP |SP )?{_DEVICE}"
    rf"|\b(?:each|every|per) (?:CP |SP |sequence-parallel |context-parallel )?{_DEVICE} (?:then |now |only )?"
    r"(?:holds?|processes|process|has|gets|sees|handles|stores|receives|works on|keeps)\b[^.;:]{0,24}\btokens\b",
    f"{DEVICE_ROW}|rank",
    "per|/|each|every",
)
_OTHERWISE = (
    r"(?i)\bper second\b|/ ?s\b|second|generat|output|throughput|expert|micro-?batch|cache|capacity|budget|max|limit"
    r"|up to|target|dispatch|rout|prefill|decode|chunk|average|padd|head|\d ?bytes"
)
_FEWEST = 16  # tokens


def token_counts(sentence: Sentence) -> Iterator[Statement]:
    """Statements "tokens.step" and "tokens.device" of a sentence that counts tokens for one of the two."""
    text = sentence.text
    if "oken" not in text:
        return
    kinds = (("tokens.step", _PER_STEP), ("tokens.device", _PER_DEVICE))
    found = [(subject, match) for subject, pattern in kinds if (match := pattern.search(text))]
    if len(found) != 1 or re.search(_OTHERWISE, text):
        return
    subject, match = found[0]
    counts = [n for n, token in enumerate(sentence.tokens) if _counts(token)]
    if subject == "tokens.device" and len(counts) > 1:  # "of 32,768 tokens each GPU holds 4,096 tokens"
        counts = [n for n in counts if match.start() <= sentence.tokens[n].start - sentence.start <= match.end()]
    at = counts[-1] if counts else -1
    figure = sentence.tokens[at].figure if counts else None
    exact = figure is not None and not figure.quantity.is_range and not figure.more
    if figure is None or not exact or relation_before(sentence.tokens, at) is not Relation.IS:
        return
    if _is_of_each(sentence.tokens, at):
        return
    own = _product(sentence, counts)
    if own is None and len(counts) > 1:
        return
    place, role = (sentence.tokens[at].start, sentence.tokens[at].end), role_before(sentence.tokens, at)
    said = say(sentence, subject, figure.value, place, figure=figure, role=role)
    yield replace(said, working=own)


def _is_of_each(tokens: Sequence[Token], at: int) -> bool:
    """Whether the tokens are those of each of several sequences: "2,048 sequences × 4,096 tokens per step"."""
    before = [token for token in tokens[max(0, at - 4) : at] if token.stem not in ("of", "with", "at")]
    several = any(token.figure is not None and token.figure.quantity.dimension == SEQUENCE for token in before)
    return several and not any(token.sign in ("=", "≈", "(", ",") for token in before)


def _counts(token: Token) -> bool:
    figure = token.figure
    return figure is not None and figure.quantity.dimension in (TOKEN, COUNT) and figure.value >= _FEWEST


def _product(sentence: Sentence, counts: list[int]) -> Apply | None:
    """The product that stands before a last figure without an equals sign: "128 x 4096 tokens make 524,288 tokens"."""
    tokens = sentence.tokens
    if len(counts) != 3 or any(token.sign in ("=", "≈", "(", "/", "÷") for token in tokens):
        return None
    first, second, last = (tokens[n].figure for n in counts)
    between = [token.stem or token.sign for token in tokens[counts[0] + 1 : counts[1]]]
    if between not in (["x"], ["×"], ["*"], ["sequence", "of"], ["sequence", "×"]) or not (first and second and last):
        return None
    same = second.quantity.dimension == TOKEN == last.quantity.dimension
    return Apply("×", literal_of(sentence, first), literal_of(sentence, second)) if same else None


def is_of_several(statement: Statement) -> bool:
    """Whether a length is worked out as that of several: "tokens to prefill: 64 × 4096 = 262,144"."""
    times = isinstance(statement.working, Apply) and statement.working.op == "×"
    return times and statement.subject in ("workload.prompt_length", "workload.output_length")
