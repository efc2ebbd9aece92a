"""Degrees as the parts they make: "4 stages and 12 micro-batches", "16 data-parallel ranks"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.words.vocabulary import DEVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_N = r"(?<![\w.,×x-])(?P<n>\d{1,5})"
_PARTS = (  # words of which one stands in every match, the pattern, the key
    (
        ("stages",),
        rf"(?i){_N} (?:pipeline )?stages(?:,? and|,|,? with) \d{{1,4}} micro-?batches\b",
        "strategy.pp",
    ),
    (("ipeline",), r"(?i)\bpipeline depth(?: of| is| =|:)? ?(?P<n>\d{1,3})(?![\w%]|[.,]\d)", "strategy.pp"),
    (
        ("ipeline",),
        r"(?i)\bpipeline (?:of|with) (?P<n>\d{1,3})(?: stages?)?(?= (?:inside|within|in|across|over|per)\b|[,.;)]|$)",
        "strategy.pp",
    ),
    (
        ("arallel", "DP "),
        rf"{_N} (?:[Dd]ata[- ]parallel|DP) (?:ranks|replicas|workers)\b(?! (?:per|each|share))",
        "strategy.dp",
    ),
    (
        ("ccumulat",),
        r"(?i)\bgradient accumulation (?:over|of|with|across|for) (?P<n>\d{1,4}) (?:micro-?)?steps\b",
        "workload.accumulation_steps",
    ),
    (
        ("ccumulat",),
        r"(?i)\bgradient accumulation (?:over|of|with|across|for) (?P<n>\d{1,4}) micro-?batches\b",
        "workload.micro_batches",
    ),
    (("nterleav",), r"(?i)\binterleav(?:ing|ed|e)(?: schedule)?,? (?:with |of |\()?v ?= ?(?P<n>\d)\b", "strategy.vpp"),
    (("replicas on", "replicas across"), rf"(?i){_N} replicas (?:on|across) \d{{1,5}} {DEVICE}s\b", "strategy.dp"),
    (
        ("replicas on", "replicas across"),
        rf"(?i)(?<![\w.,×x-])\d{{1,5}} replicas (?:on|across) (?P<n>\d{{1,5}}) {DEVICE}s\b",
        "strategy.device_count",
    ),
)


def counted_parts(sentence: Sentence) -> Iterator[Statement]:
    """Statements of degrees, micro-batches and devices of a sentence that counts the parts they make."""
    text = sentence.text
    for told, pattern, key in _PARTS:
        if any(word in text for word in told):
            for match in re.finditer(pattern, text):
                yield said_at(sentence, key, int(match["n"]), match.span("n"))
