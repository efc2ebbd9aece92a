"""Facts that running text states beside something else: "40 requests/s, prompt 2048, output 256", "3 nodes × 8"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.likely import Likely
from stratc.frontends.markdown.document.number_words import NUMBERS
from stratc.frontends.markdown.document.rows import ROW_OF, value_of
from stratc.frontends.markdown.document.saying import relation_before, said_at
from stratc.frontends.markdown.facts.labels import WHOLES
from stratc.frontends.markdown.facts.passing import ALONE, SEQUENCES, N, Passing
from stratc.frontends.markdown.facts.passing_loads import BATCH, CONTEXT, LOADS
from stratc.frontends.markdown.facts.passing_machines import MACHINES, RATE
from stratc.frontends.markdown.facts.passing_models import MODELS
from stratc.frontends.markdown.facts.plausible import is_left_of_division
from stratc.frontends.precision import PRECISIONS
from stratc.ir.scope import Role, Topic
from stratc.ir.statement import Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Match

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement
    from stratc.ir.values import Value

_NEAR = 48  # characters in which "up to" stands before what it bounds
_WOULD_DO = r"(?i)\W*(?:already )?(?:could|would|can|suffice|are (?:enough|sufficient)|hold|might|may)\b"
_LINKED = Pattern(
    r"(?i)link|network|all-?reduce|all-?to-?all|gather|transfer|interconnect|fabric|infiniband|pcie|hccs|"
    r"\bper direction|between|effective|achieved|measured|通信|互联|互连",
    "link|network|reduce|all|gather|transfer|interconnect|fabric|infiniband|pcie|hccs|direction|between|effective|"
    "achieved|measured|通信|互联|互连",
)
_COMES_TO = Pattern(rf"(?i)[^=→.;]{{0,24}}[=→] ?~?{RATE} (?:effective|usable|achievable)\b", "=|→")
_LETS_IN = Pattern(r"(?i)\b(?:gateway|load balancer|reverse proxy|ingress|api proxy|admission|admits?)\b")
_BOUNDS = {
    # between which a figure can be such a fact; links may have less than the memories
    "workload.prompt_length": (16, 1e7),
    "workload.output_length": (1, 1e6),
    "workload.sequence_length": (256, 1e7),
    "hardware.memory": (8e9, 400e9),
    "hardware.memory_bandwidth": (0.7e12, 30e12),
    "hardware.bandwidth_utilization": (0.3, 1.0),
    "hardware.devices_per_node": (2, 32),
    "hardware.peak_flops": (1e13, 3e16),
    "hardware.mfu": (0.05, 0.9),
    "model.head_dim": (16, 512),
    "model.parameters": (1e8, 1e13),
    "strategy.expert_tp": (2, 32),
}


_ROWS = (*LOADS, *MACHINES, *MODELS)
_LIKELY = Likely((row, row.pattern.words) for row in _ROWS)
_CELLS = {
    # labels of rows whose cell is nothing but the figure
    **dict.fromkeys(("concurrent sequence", "concurrent request", "concurrency", "concurrent user"), BATCH),
    **dict.fromkeys(("slot", "batch slot", "sequence in flight", "request in flight", "request in parallel"), BATCH),
    **dict.fromkeys(("max context", "maximum context", "context", "max model length", "max model len"), CONTEXT),
    **dict.fromkeys(("max token in a sequence", "padded length", "longest sequence", "max length"), CONTEXT),
    **dict.fromkeys(
        ("weight", "total size", "size", "n", "complete model", "whole model", "total weight"), "model.parameters"
    ),
}
_CELL = Pattern(rf"\s*(?P<n>{N})(?: ?B|(?: tokens)?)(?: (?:weights|params|parameters))?\s*")
_LOAD = Pattern(rf"\s*(?P<n>{N})(?: {SEQUENCES})?(?=\s?[(→;]|,\D| (?:over|across) (?:all|both|the)\b|\s*$)")


def in_passing(sentence: Sentence) -> Iterator[Statement]:
    """Statements of the facts that a sentence or a cell states in passing."""
    if sentence.scope.role not in (Role.PLAN, Role.TARGET):
        return
    text = sentence.text.replace("\n", " ")
    for row in _LIKELY.of(text.lower()):
        for match in row.pattern.finditer(text):
            if not (row.alone and _is_of_link(sentence, match)):
                yield from _stated(sentence, row, match)
    key = _CELLS.get(sentence.key_text, "")
    begin = max(0, sentence.value[0].start - sentence.start) if key and sentence.value else 0
    if key and (whole := _CELL.match(text, begin)) and not text[whole.end() :].strip(" .;"):
        yield from _stated(sentence, Passing(_CELL, {"n": key}), whole)
    elif key == BATCH and (load := _LOAD.match(text, begin)):
        yield from _stated(sentence, Passing(_LOAD, {"n": key}), load)


def _is_of_link(sentence: Sentence, match: Match[str]) -> bool:
    """Whether words of links are beside a rate; "effective" is none behind what a share of a memory's rate comes to."""
    text, result = sentence.text, _COMES_TO.match(sentence.text, match.end())
    if result and sentence.scope.topics[:1] != (Topic.COMMUNICATION,):
        text = text[: result.start()] + text[result.end() :]
    return bool(_LINKED.search(text))


def _stated(sentence: Sentence, row: Passing, match: Match[str]) -> Iterator[Statement]:
    """What one place says, if all of its groups have values that such facts can have."""
    found = {name: _value(sentence, key, match, name) for name, key in row.keys.items() if match[name]}
    if any(value is None for value in found.values()):
        return
    if "hardware.device_count" in row.keys.values() and re.match(_WOULD_DO, sentence.text[match.end() :]):
        return  # "two 64 GB GPUs could hold them"
    for name, value in found.items():
        if value is not None:
            said = said_at(sentence, row.keys[name], value, match.span(name))
            before = sentence.text[max(0, match.start() - _NEAR) : match.end()].lower()
            bound = said.scope.role is Role.ALTERNATIVE and "up to " in before
            yield replace(said, scope=sentence.scope) if bound else said


def _value(sentence: Sentence, key: str, match: Match[str], name: str) -> Value | None:
    """What is written as a value of the fact; None where it is beyond what such a fact can be."""
    if key == "strategy.zero_stage":
        return 1  # which divides what the first stage of ZeRO does
    if key == "model.kv_precision":
        return PRECISIONS.get(match[name].lower())
    if key == "model.precision":
        two_bytes = match[name].startswith("2")  # "70B × 2 bytes", whichever of the two formats it is
        bits = f"int{match[name]}" if match[name].isdigit() else match[name].lower()
        return "bf16" if two_bytes else PRECISIONS.get(bits)
    start = sentence.start + match.start(name)
    at = next((at for at, figure in sentence.figures if figure.start == start), None)
    figure = sentence.tokens[at].figure if at is not None else None
    if key in WHOLES and at is not None and is_left_of_division(sentence.tokens, at):
        return None  # of a replica: "one replica sees 1,024 / 8 = 128 sequences per step"
    if key == BATCH and (sentence.scope.role is Role.TARGET or _LETS_IN.search(sentence.text)):
        return None  # a load that must be borne, of which nobody knows how much is worked on at once
    if key == BATCH and at is not None and relation_before(sentence.tokens, at) in (Relation.LESS, Relation.MORE):
        return None  # "below 4 concurrent requests some stages idle"
    least, most = _BOUNDS.get(key, (1, 100_000))
    if figure is None:
        word = match[name].lower()
        return ALONE.get(word) or NUMBERS.get(word)
    row = ROW_OF.get(key)
    value = value_of(row, figure) if row else int(figure.value)
    return value if least <= figure.value <= most else None
