"""Stages, layers, devices and experts by number: "stage 1", "layers 0-19", "ranks    0 -   63", "GPUs [0, 1, 8-15]"."""

from __future__ import annotations

import re

from stratc.frontends.markdown.words.vocabulary import DEVICE, DEVICE_ROW
from stratc.text.pattern import Pattern

_MOST = 1_000_000  # devices of one stage; a larger range is no list of devices
DASH = r"(?:\s?(?:-|–|—|~|\bto\b|\.\.\.?|至)\s?| (?:-|–) {2,5})"  # numbers of a column stand to the right
RANK = rf"(?:(?:{DEVICE}|rank)s?|卡)"
_NUMBER = r"\d+(?![\dA-Za-z])"  # "2i" of GPU 2i is an expression
_PART = rf"(?:{_NUMBER}(?: {_NUMBER}){{2,}}|(?:{RANK}[ _-]?)?{_NUMBER}(?:{DASH}(?:{RANK}[ _-]?)?{_NUMBER})?)"
_OTHERS = (  # more blanks part columns
    r" ?(?:transformer |decoder |moe |dense )?(?:layers?|experts?|heads?|stages?|[GT]B|TFLOPS|层|个专家)(?![a-z])"
)
LAYERS = Pattern(
    rf"(?i)(?:\blayers?|层)(?: *: *|(?:_| {{0,4}})#?\[?)(\d+)(?:{DASH}(\d+))?\b(?!\s*layers)"
    r"(?:\s*\(\s*(\d+) layers?\b)?",
    "layer|层",
)
DEVICES = Pattern(
    rf"(?i)(?<![\w-])(?<!\b[TPDES]P )(?<!\bper ){RANK}"
    rf"(?: *: *|[ _]?#?)\s*[\[{{(]?\s*({_PART}(?:\s*(?:,|&|and)\s*{_PART})*)(?!{_OTHERS})"
    rf"|\[\s*({RANK}\s?\d+(?:\s*,\s*{RANK}\s?\d+)*)\s*\]",
    f"{DEVICE_ROW}|rank|卡",
)
STAGE = Pattern(r"(?i)(?:\bstage|阶段)[ _-]?#?(\d+)\b(?!\s*(?:to|and|→|->|stages?\b))", "stage|阶段")
EXPERTS = Pattern(
    rf"(?i)(?:\bexperts?|专家)(?:_| {{0,4}})#?\[?(\d+)(?:{DASH}(\d+))?\b(?!\s*(?:experts?|per|/|way))", "expert|专家"
)
RUN = re.compile(rf"(?i)(\d+)(?:{DASH}(?:{RANK}[ _-]?)?(\d+))?")


def device_numbers(text: str) -> tuple[int, ...]:
    """The numbers that a list of devices names.

    >>> device_numbers("0-3, 8"), device_numbers("GPU0, GPU1")
    ((0, 1, 2, 3, 8), (0, 1))
    """
    found: list[int] = []
    for match in RUN.finditer(text):
        first, last = int(match[1]), int(match[2] or match[1])
        if last - first > _MOST:
            return ()
        found.extend(range(first, last + 1))
    return tuple(found)
