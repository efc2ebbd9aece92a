"""The expert-parallel degree that vLLM works out itself: "`-tp 2 -dp 4 --enable-expert-parallel`" makes 8 of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import said_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_SWITCH = "enable-expert-parallel"


def derived_experts(sentence: Sentence, said: Sequence[Statement]) -> Iterator[Statement]:
    """The degree, where a sentence switches it on beside those that it is the product of."""
    at = sentence.text.find(_SWITCH)
    degrees = {
        key: {each.value for each in said if each.subject == f"strategy.{key}" and isinstance(each.value, int)}
        for key in ("tp", "dp", "ep")
    }
    if at < 0 or degrees["ep"] or any(len(values) > 1 for values in degrees.values()):
        return
    product = 1
    for value in (*degrees["tp"], *degrees["dp"]):
        product *= value
    if product > 1:
        yield said_at(sentence, "strategy.ep", product, (at, at + len(_SWITCH)))
