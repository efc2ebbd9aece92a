"""What each device has, as a list beside its name: "8 × H200 (141 GB, 4.8 TB/s)", "910B（64GB HBM，376 TFLOPS）"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MEMORY = 400  # GB of a device; more is that of several
_WORDS = (
    r"(?:(?:of |dense |peak )*(?:HBM\d?\w?|VRAM|SXM\d?|PCIe|memory|bandwidth|dense|peak|BF16|FP16|FP8|INT8|tensor|显存|"
    rf"each|per {DEVICE}))"
)
_ITEM = (  # compiled when a list has one of _UNITS
    rf"(?i)\s*(?:and |with |at |each )*(?:{_WORDS}[ :：]?)*\s*(?P<n>\d{{1,4}}(?:\.\d+)?) ?"
    rf"(?P<unit>GB|TB/s|TFLOPS?(?:/s)?|PFLOPS?(?:/s)?)(?!\w|/)(?P<more>(?: ?{_WORDS})*)\s*"
)
_UNITS = ("gb", "tb/s", "flop")
_SPLIT = re.compile(r",\s|[，、;；]|\s/\s|\band\b|\bat\b")
_KEYS = {
    "gb": ("hardware.memory", 1e9),
    "tb/s": ("hardware.memory_bandwidth", 1e12),
    "tf": ("hardware.peak_flops", 1e12),
    "pf": ("hardware.peak_flops", 1e15),
}
_OF_ALL = Pattern(r"(?i)\b(?:total|all|aggregate|combined|sparse|sparsity|together)\b|共|合计|总")
_OPEN = Pattern(r"\s?[(（]")


def described(text: str, at: int) -> Iterator[tuple[str, float, tuple[int, int]]]:
    """Key, value and place of every size that a list at an offset gives of each device.

    The list stands in brackets or runs on to the first item that is none; a rate said twice is left alone.

    >>> [(key, value) for key, value, _ in described("910B (64 GB HBM, 1.6 TB/s, NVLink 0.4 TB/s)", 4)]
    [('hardware.memory', 64000000000.0), ('hardware.memory_bandwidth', 1600000000000.0)]
    """
    opened = _OPEN.match(text, at)
    close = min((end for sign in ")）" if (end := text.find(sign, at)) >= 0), default=-1) if opened else -1
    start, stop = (opened.end(), close) if opened and close >= 0 else (at, len(text))
    if opened and (close < 0 or _OF_ALL.search(text, start, stop)):
        return
    found = list(_items(text, start, stop, strict=not opened))
    keys = [key for key, _, _ in found]
    yield from (each for each in found if keys.count(each[0]) == 1)


def _items(text: str, start: int, stop: int, *, strict: bool) -> Iterator[tuple[str, float, tuple[int, int]]]:
    """The sizes of a list; outside brackets (`strict`) it ends before its first other item."""
    low = text[start:stop].lower()
    while start < stop:
        cut = _SPLIT.search(text, start, stop)
        end = cut.start() if cut else stop
        item = re.compile(_ITEM).match(text, start, end) if any(unit in low for unit in _UNITS) else None
        whole = item is not None and (item.end() == end or text[item.end()] in ".。")
        if item and whole:
            unit = item["unit"].lower()
            key, scale = _KEYS[unit if unit in _KEYS else unit[:2]]
            if key != "hardware.memory" or float(item["n"]) <= MOST_MEMORY:
                yield key, float(item["n"]) * scale, (item.start("n"), item.end("unit"))
        elif strict and text[start:end].strip():
            return
        if strict and item and item.end() != end:
            return
        start = cut.end() if cut else stop
