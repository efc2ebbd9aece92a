"""The experts of a layer beside those of a device in one breath: "64 experts → 8 experts per GPU"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.markdown.saying import said_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement

_DEALT = (
    r"(?i)(?<![\w.,×x-])(?P<n>\d{1,4}) (?:routed )?experts(?: in total)?(?: ?(?:→|=>|->|➜|;|,(?: so)?)) ?"
    r"\d{1,4} (?:experts )?(?:per|on each|on every|/|a) ?(?:GPU|device|card|NPU|rank|EP rank)\b"
)


def experts_dealt(sentence: Sentence) -> Iterator[Statement]:
    """Statement "model.experts" of a sentence that goes on with the experts of a device."""
    if "xperts" in sentence.text:
        for match in re.finditer(_DEALT, sentence.text):
            yield said_at(sentence, "model.experts", int(match["n"]), match.span("n"))
