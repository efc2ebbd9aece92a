"""Facts that are words: precision, accelerator, model, schedule, framework."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from stratc.arith.unit import PARAMETER
from stratc.frontends.markdown.devices.machines import counts
from stratc.frontends.markdown.document.asides import role_before
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.kinds import KIND
from stratc.frontends.markdown.document.phrases import Phrases
from stratc.frontends.markdown.document.saying import said_at, say, usual
from stratc.frontends.markdown.facts.attention import attention
from stratc.frontends.markdown.words.vocabulary import (
    DEVICE,
    FAMILIES,
    FAMILY_NAMES,
    FRAMEWORKS,
    MEMBERS,
    SPACED_MEMBERS,
    WORD_FACTS,
    words,
)
from stratc.frontends.precision import PRECISIONS
from stratc.ir.scope import Role, Topic
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_WORDS: Phrases[tuple[str, str | bool]] = Phrases(
    (phrases, (key, value)) for key, rows in WORD_FACTS.items() for phrases, value in rows
)
_MODEL = Pattern(
    rf"(?<![\w-])(?:[\w-]+/)?{FAMILIES}(?![a-z])[\w.]*"
    rf"(?:[- ](?:[vV]?\d[\w.]*|Instruct|Chat|Base|MoE|A\d+B|Large)|-(?:{MEMBERS})(?![A-Za-z])"
    rf"|[ -](?:{SPACED_MEMBERS}))*",
    f"{FAMILY_NAMES}|Command",
)
_LIKENESS = Pattern(r"[ -](?:style|like|inspired|type)\b", "style|like|inspired|type")  # what another model is like
_SIZE = Pattern(r"(?<![A-Za-z0-9.])(\d+(?:\.\d+)?)([BM])(?![A-Za-z0-9])")
_FRAMEWORK = Pattern(  # not whose idea something is: "Megatron's trick"
    rf"(?:{'|'.join(re.escape(name) for name in FRAMEWORKS)})(?!['’]s )", "|".join(FRAMEWORKS)
)
_CAPACITY = Pattern(  # "An A100 has 40 GB", "8 H200 (141 GB each)"
    rf"s?(?: (?i:{DEVICE})s?)?(?: has | have | with | ?\( ?)(?P<n>\d{{2,3}}) ?GB"
    r"(?=[),;]|\.(?!\d)| each| (?:of )?(?:HBM|VRAM|memory)|$)"
)
_PRECISION_KEYS = words("precision dtype quantization quantisation 精度 数据类型 量化")
_STORED = words("precision storage weight size model parameter format inference 精度")
_ARCHITECTURE = words("layer head hidden 层")
_DENYING = words("no without avoid avoiding skip skipping")
_OFF = words("off disabled unnecessary unneeded needless superfluous avoided skipped")
_DONE = words("needed required used enabled necessary applied active on")
_EXTENTS = words("full selective")
_TIES = frozenset(("", ":", "=", "✗", "❌"))
_AFTER = 5  # words behind a phrase that may deny it
_BREAKS = frozenset(",;、()|")
_ASIDE = words("reference baseline fallback master accumulation critical upgrade")
_PHASE_KEYS = frozenset(("phase", "mode", "workload", "task", "workload type", "use case"))
_TITLE = 16  # words that a first line without a sign of a heading may have
_PHASES: Phrases[str] = Phrases(
    (
        (
            (
                "training|pre training|pretraining|fine tuning|finetuning|pre train|pretrain|fine tune|finetune|"
                "rlhf|ppo|grpo|distillation|distilling|训练"
            ),
            "training",
        ),
        ("inference|serving|推理", "inference"),
    )
)


def names(sentence: Sentence) -> Iterator[Statement]:
    """Statements of the facts that a sentence gives in words."""
    yield from _precision(sentence)
    yield from _phrases(sentence)
    yield from counts(sentence)
    yield from attention(sentence)
    yield from _named(sentence)
    first = sentence.start == 0 and sentence.block.kind is Kind.PARAGRAPH and len(sentence.tokens) <= _TITLE
    titled = sentence.block.kind is Kind.HEADING and len(sentence.scope.path) <= 1
    if first or titled or sentence.key_text in _PHASE_KEYS:
        yield from _phase(sentence)


def _phase(sentence: Sentence) -> Iterator[Statement]:
    """The phase, where a title or label names one alone."""
    found = _PHASES.inside(sentence.tokens)
    if len({phase for phase, _, _ in found}) == 1:
        phase, first, end = found[0]
        yield say(sentence, "workload.phase", phase, (sentence.tokens[first].start, sentence.tokens[end - 1].end))


def _precision(sentence: Sentence) -> Iterator[Statement]:
    stems = {token.stem for token in sentence.key}
    labelled = bool(stems & _PRECISION_KEYS) or {"data", "type"} <= stems
    key = "model.kv_precision" if "kv" in stems else "model.precision"
    for at, token in enumerate(sentence.tokens):
        name = PRECISIONS.get(token.stem)
        if name is None or (token.stem == "half" and not _is_of_precision(sentence, at)):
            continue
        around = {t.stem for t in sentence.tokens[max(0, at - 3) : at + 3]}
        counted = any(
            t.figure and t.figure.quantity.dimension == PARAMETER for t in sentence.tokens[max(0, at - 3) : at]
        )
        of_machines = Topic.HARDWARE in sentence.scope.topics[:1]
        stored = counted or (bool(around & _STORED or stems & _STORED) and not of_machines)
        if around & _ASIDE:
            continue
        if labelled or stored or (_is_alone(sentence, at) and _is_of_a_model(sentence)):
            role = role_before(sentence.tokens, at) or usual(sentence, at)
            yield say(sentence, key, name, (token.start, token.end), role=role)
            return


def _is_of_precision(sentence: Sentence, at: int) -> bool:
    """Whether a half is a format: "half precision", "dtype: half"; not "half of it"."""
    after = sentence.tokens[at + 1 : at + 3]
    return not _PRECISION_KEYS.isdisjoint({each.stem for each in after} | sentence.key_stems)


def _is_alone(sentence: Sentence, at: int) -> bool:
    """Whether a word is a whole member of a list: "40 layers, BF16, 32 heads"."""
    beside = [*sentence.tokens[max(0, at - 1) : at], *sentence.tokens[at + 1 : at + 2]]
    return bool(beside) and all(token.sign in _BREAKS for token in beside)


def _is_of_a_model(sentence: Sentence) -> bool:
    """Whether a sentence counts the layers, heads or widths of a model."""
    return any(
        token.figure and {each.stem for each in sentence.tokens[max(0, at - 2) : at + 2]} & _ARCHITECTURE
        for at, token in enumerate(sentence.tokens)
    )


def _phrases(sentence: Sentence) -> Iterator[Statement]:
    tokens = sentence.tokens
    for (key, value), first, end in _WORDS.inside(tokens):
        if key == "strategy.recompute" and _is_denied(tokens, first, end):
            if {token.stem for token in tokens[first:end]} & _EXTENTS:
                continue  # "full recomputation is unnecessary" may leave some of it
            value = "none"
        imagined = key == "strategy.schedule" and any(token.stem == "would" for token in tokens[end : end + 4])
        role = role_before(tokens, first) or (Role.ALTERNATIVE if imagined else usual(sentence, first))
        if key.startswith("model.") and sentence.scope.topics[:1] != (Topic.MODEL,) and not sentence.key:
            continue
        yield say(sentence, key, value, (tokens[first].start, tokens[end - 1].end), role=role)


def _is_denied(tokens: Sequence[Token], first: int, end: int) -> bool:
    """Whether words around a phrase say that it is not done: "no …", "… is switched off", "makes … unnecessary"."""
    after = [token.stem for token in takewhile(lambda token: token.sign in _TIES, tokens[end : end + _AFTER])]
    negated = any(one == "not" and two in _DONE for one, two in pairwise(after))
    before = {token.stem for token in tokens[max(0, first - 2) : first]}
    return not (_DENYING.isdisjoint(before) and _OFF.isdisjoint(after)) or negated


def _as_counted(sentence: Sentence, named: Statement) -> Statement:
    """A device with the role of the number that counts it, which those before others have: "from 4 A100 to 2 H200"."""
    at = next((n for n, token in enumerate(sentence.tokens) if token.end > named.span.start), 0) - 1
    if at < 1 or not sentence.tokens[at].figure or sentence.tokens[at - 1].stem != "from":
        return named
    role = role_before(sentence.tokens, at) or named.scope.role
    return replace(named, scope=replace(named.scope, role=role))


def _named(sentence: Sentence) -> Iterator[Statement]:
    text = sentence.text
    for match in KIND.finditer(text):
        named = said_at(sentence, "hardware.accelerator", match[0], match.span())
        yield _as_counted(sentence, named)
        if of_card := _CAPACITY.match(text, match.end()):
            place = (of_card.start("n"), of_card.end())
            yield said_at(sentence, "hardware.memory", float(of_card["n"]) * 1e9, place)
    labelled = sentence.key_text in ("model", "model name")
    for match in _MODEL.finditer(text) if labelled or sentence.has_digit else ():
        name = match[0].rstrip(".-")
        if (not labelled and not any(char.isdigit() for char in name)) or _LIKENESS.match(text, match.end()):
            continue
        yield said_at(sentence, "model.name", name, match.span())
        size = _SIZE.search(name)
        if size and "active" not in sentence.key_text:
            scale = {"B": 1e9, "M": 1e6}[size[2]]
            start = match.start() + size.start()
            yield said_at(sentence, "model.parameters", float(size[1]) * scale, (start, start + len(size[0])))
    for match in _FRAMEWORK.finditer(text):
        yield said_at(sentence, "strategy.framework", match[0], match.span())
    if "interconnect" in sentence.key_text and sentence.value:
        start, end = sentence.value[0].start, _end_of_clause(sentence)
        written = text[start - sentence.start : end - sentence.start]
        yield say(sentence, "hardware.interconnect", written, (start, end), role=usual(sentence, 0))


def _end_of_clause(sentence: Sentence) -> int:
    """Where the first clause of a value ends."""
    first = next((token for token in sentence.value[1:] if token.sign in (",", ";", "(")), None)
    return sentence.value[-1].end if first is None else sentence.tokens[sentence.tokens.index(first) - 1].end
