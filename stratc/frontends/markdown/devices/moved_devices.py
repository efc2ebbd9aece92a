"""Devices said to be taken from one pool for the other: "add a prefill replica from the decode pool (4 GPUs)"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_DEVICES = f"{DEVICE}s?"
_SAID = (
    Pattern(
        rf"(?i)\b(?P<n>\d{{1,4}}) {_DEVICES} (?:of|from) (?:the )?(?P<pool>prefill|decode)(?: pool| group| side)?\b",
        "prefill|decode",
    ),
    Pattern(
        rf"(?i)\bfrom (?:the )?(?P<pool>prefill|decode)(?: pool| group| side)? \((?P<n>\d{{1,4}}) {_DEVICES}\)",
        "prefill|decode",
    ),
)
_TAKEN = Pattern(
    r"(?i)\b(?:mov(?:e|es|ed|ing)|tak(?:e|es|en|ing)|borrow\w*|shift\w*|reassign\w*|convert\w*|lend|lent|add|remov\w*)\b",
    "mov|tak|borrow|shift|reassign|convert|lend|lent|add",
)


def moved_devices(sentence: Sentence) -> Iterator[Statement]:
    """Claims "pool.lent": devices that leave the pool that `cause` names."""
    if sentence.block.kind is Kind.HEADING or not _TAKEN.search(sentence.text):
        return
    found = next((match for each in _SAID if (match := each.search(sentence.text))), None)
    if found:
        count = float(found["n"])
        place = (sentence.start + found.start("n"), sentence.start + found.end("n"))
        said = say(sentence, "pool.lent", count, place)
        pool = found["pool"].lower()
        yield replace(said, quantity=Quantity.of(count), cause=pool, scope=replace(said.scope, strategy=pool))
