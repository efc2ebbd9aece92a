"""Weights, gradients and optimizer state given as one figure, and the devices that ZeRO divides them over."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE
from stratc.frontends.markdown.document.saying import relation_before, said_at, say
from stratc.frontends.markdown.facts.counted_for import per_of
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.ir.statement import Per, Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_STATES = Pattern(
    r"(?i)模型状态|\b(?:(?:model|training) states?"
    r"|(?:model )?(?:weights?|param(?:eter)?s?) ?(?:,|and|\+|&|/) ?gradients? ?(?:, ?and|,|and|\+|&|/) ?"
    r"(?:the )?(?:adam |adamw )?(?:optimi[sz]er|moments|adam)(?: (?:states?|moments))?)(?![\w-])",
    "model state|training state|gradient|模型状态",
    "model state|training state|optimi|moments|adam|模型状态",
)
_OTHER_RECIPE = (  # words of a document whose optimizer keeps other bytes of a parameter than Adam does
    r"(?i)\b8-?bit|adafactor|\blion\b|\bmuon\b|\bsgd\b|\bsophia\b|q?lora\b|adapter|offload|pure (?:bf16|fp16)"
    r"|\b(?:bf16|fp8|int8) (?:adam|optimi[sz]er|moments|states)|without (?:an? )?(?:fp32 )?master|frozen"
)
_COUNTED = ("", "每卡", "per gpu", "per rank", "per device", "on each gpu", "on every gpu", "of a gpu")
_RECIPE = 24  # bytes of one parameter at most
_OVER = (
    r"(?i)\b(?:ZeRO[- ]?(?:stage[- ]?)?[1-3]|FSDP2?)(?: sharding)?,? "
    rf"(?:on|over|across) (?:all |the )?(?P<n>\d{{1,5}}) (?:{DEVICE}|rank)s\b"
)


def model_states(said: Sequence[Sentence], text: str, statements: Sequence[Statement]) -> list[Statement]:
    """The statements, those of a figure for all three states made "states.model" each."""
    if "tate" not in text and "radient" not in text and "模型状态" not in text:
        return list(statements)
    found = {each.span.start: each for sentence in said if sentence.has_digit for each in _of_sentence(sentence)}
    if not found or re.search(_OTHER_RECIPE, text):
        return list(statements)
    worked = {each.span.start: each.working for each in statements if each.working is not None}
    told = [replace(each, working=worked.get(at)) for at, each in found.items()]
    return [*(each for each in statements if each.span.start not in found), *told]


def _of_sentence(sentence: Sentence) -> Iterator[Statement]:
    """The one size behind the name of the states; behind a label that names them, every size."""
    sizes = [at for at, figure in sentence.figures if figure.quantity.dimension == BYTE and figure.value > _RECIPE]
    match = _STATES.search(sentence.text) if sizes else None
    if match is None or (len(sizes) > 1 and not _is_label(sentence, match.end())):
        return
    for at in sizes:
        token, relation = sentence.tokens[at], relation_before(sentence.tokens, at)
        shared = any(each.stem == "per" for each in sentence.tokens[at + 1 : at + 2])
        inside = at != sizes[0] and _is_in_brackets(sentence, at)
        if token.start < sentence.start + match.end() or inside or (shared and per_of(sentence, at) is Per.UNSAID):
            continue  # "16 bytes per parameter"
        if token.figure is not None and relation is Relation.IS and not token.figure.quantity.is_range:
            place, per = (token.start, token.end), per_of(sentence, at)
            said = say(sentence, "states.model", token.figure.value, place, figure=token.figure, per=per)
            yield replace(said, quantity=token.figure.quantity)


def _is_in_brackets(sentence: Sentence, at: int) -> bool:
    """Whether a bracket is open there: "12 GB (20 GB without sharding)"."""
    before = [token.sign for token in sentence.tokens[:at] if token.sign]
    return sum(sign in "(（" for sign in before) > sum(sign in ")）" for sign in before)


def _is_label(sentence: Sentence, end: int) -> bool:
    """Whether a name that ends there is all of the label before the colon, but for what it is counted for."""
    length = sentence.key[-1].end - sentence.start if sentence.key else 0
    return end <= length and sentence.text[end:length].strip().lower() in _COUNTED


def sharded_over(sentence: Sentence) -> Iterator[Statement]:
    """The devices of a plan that names them with its sharding: "ZeRO-3 on 32 GPUs"."""
    if "zero" in sentence.text.lower() or "FSDP" in sentence.text:
        for match in re.finditer(_OVER, sentence.text):
            yield said_at(sentence, "strategy.device_count", int(match["n"]), match.span("n"))
