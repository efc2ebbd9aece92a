"""Times for which memory is read: "memory latency: 1.1 ms", "weight read time 14 ms"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.arith.unit import SECOND
from stratc.frontends.markdown.document.saying import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_READ = (
    r"(?:memory|hbm|vram)(?: (?:access|read|bound|traffic|transfer|load))* (?:latency|time)"
    r"|(?:weight|parameter) (?:read|reading|load|loading|access) (?:latency|time)"
)
_OTHERWISE = r"\b(?:per|layer|token|expert|kv|cache|activation|allocat\w*|save|reduc\w*|host|disk|start|access of)\b"


def memory_times(sentence: Sentence) -> Iterator[Statement]:
    """Statements "time.memory" of a line or a cell that says for how long a device reads its memory."""
    low = sentence.low if not sentence.header else f"{sentence.key_text} {sentence.low}"
    if SECOND not in sentence.dimensions or not ("memory" in low or "weight" in low or "hbm" in low):
        return
    label = " ".join(token.stem for token in sentence.key if token.stem)
    if len(sentence.figures) != 1 or not re.fullmatch(_READ, label) or re.search(_OTHERWISE, low):
        return
    _, figure = sentence.figures[0]
    yield say(sentence, "time.memory", figure.value, (figure.start, figure.end), figure=figure)
