"""Replicas that a text counts beside their degrees: "Four replicas, TP4 each", "eight in the pool"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.devices.tallied import REPLICAS, TOTALS
from stratc.frontends.markdown.document.number_words import NUMBER_WORD, number
from stratc.frontends.markdown.document.saying import said_at
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_IN_ALL = Pattern(
    rf"(?i)(?<![\w.,×x-])(?P<n>\d{{1,5}}|{NUMBER_WORD}) (?:in|across) (?:the (?:pool|fleet|cluster)|all|total)\b",
    "in the|across the|in all|across all|in total",
)


def replicas(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements of the data-parallel degree, where replicas of the degrees beside them fill all devices."""
    of_plan = [each for each in statements if each.scope.role is Role.PLAN]
    whole = {each.value for each in of_plan if each.subject in TOTALS}
    counted = [each for each in of_plan if each.subject == REPLICAS]
    counted += [each for sentence in said for each in _in_all(sentence)]
    if len(whole) != 1 or not counted:
        return
    sizes: dict[tuple[int, str], set[int]] = {}
    block_of = {each.start: each.block.start for each in said}
    for each in of_plan:
        if each.subject in ("strategy.tp", "strategy.pp") and isinstance(each.value, int):
            place = block_of.get(each.context.start, -1)
            sizes.setdefault((place, each.subject), set()).add(each.value)
    for each in counted:
        block = block_of.get(each.context.start, -1)
        tps, pps = (sizes.get((block, key), {1}) for key in ("strategy.tp", "strategy.pp"))
        count = int(each.quantity.high) if each.quantity else 0
        fills = any(count * tp * pp in whole for tp in tps for pp in pps)
        if (block, "strategy.tp") in sizes and count > 1 and fills:
            yield replace(each, subject="strategy.dp", value=count, quantity=None, working=None)


def _in_all(sentence: Sentence) -> Iterator[Statement]:
    """Numbers of what is only said to be all: "Four per node, sixteen in the pool"."""
    for match in _IN_ALL.finditer(sentence.text):
        count = number(match["n"])
        yield replace(said_at(sentence, REPLICAS, float(count), match.span("n")), quantity=Quantity.of(count))
