"""Rates in a column of results, which were measured and are no property of the machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.words.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_RESULTS = words("result measured achieved observed actual")
_RATES = frozenset(
    f"hardware.{each}" for each in ("memory_bandwidth", "link_bandwidth", "network_bandwidth", "peak_flops")
)


def without_measured(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements without rates of machines that a column of results gives."""
    cells = {
        each.start
        for each in said
        if each.block.kind is Kind.CELL and any(token.stem in _RESULTS for token in each.header)
    }
    return [each for each in statements if not (each.subject in _RATES and each.context.start in cells)]
