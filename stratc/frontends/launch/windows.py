"""Sliding windows of attention, as Megatron's arguments and the configurations of the hub write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stratc.frontends.launch.settings import Settings
from stratc.ir.layout import layer_kinds
from stratc.ir.statement import Statement

WINDOW, EVERY = "model.sliding_window", "model.full_attention_every"
FULL = "full_attention"  # as `layer_types` calls the layers without a window
ALTERNATING = {"gemma2": 2, "gemma3": 6, "gemma3_text": 6, "cohere2": 4, "gpt_oss": 2}
"""Families whose classes have a pattern where no key says one.  Source: configuration files of Transformers."""
_BEFORE = re.compile(r"\(?\[?\s*(\d{1,9})\s*[, ]\s*0\s*\]?\)?")  # "(127, 0)": so many before a token, none after it


def of_megatron(settings: Settings) -> Iterator[Statement]:
    """The window and the layers without one: an integer n is one in n, a pattern has a 0 for each."""
    size, skipped = settings.get("window_size"), settings.get("window_attn_skip_freq")
    window = _BEFORE.fullmatch(size.word) if size else None
    if size is None or window is None:
        return
    yield settings.say(size, WINDOW, int(window[1]) + 1)
    if skipped is not None:
        kinds = layer_kinds(str(skipped.value or ""))
        every = skipped.number or _one_in([not kind for kind in kinds or ()])
        if every:
            yield settings.say(skipped, EVERY, every)


def of_hub(settings: Settings, kind: str) -> Iterator[Statement]:
    """The window of a configuration that uses one, and how often a layer has none."""
    size, used = settings.get("sliding_window"), settings.get("use_sliding_window")
    if size is None or not size.number or (used is not None and not used.is_on):
        return
    types = settings.get("layer_types")
    pattern = settings.get("sliding_window_pattern", "_sliding_window_pattern")
    every = _one_in([each == FULL for each in types.word.split()]) if types else None
    every = every or (pattern.number if pattern else None) or ALTERNATING.get(kind)
    if every != 1:
        yield settings.say(size, WINDOW, size.number)
        if every:
            yield settings.say(types or pattern or size, EVERY, every)


def _one_in(full: Sequence[bool]) -> int | None:
    """The n of "one layer in n looks at all tokens"; None where none does."""
    return round(len(full) / sum(full)) if any(full) else None
