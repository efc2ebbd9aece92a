"""Blocks of YAML that are no file of any program: the plan's own figures, with their units, by name."""

from __future__ import annotations

import re

LISTING = "listing"  # the tag that such a block is given
_TAGS = ("yaml", "yml")
_HEADS = (
    r"(?m)^(model|hardware|cluster|gpus?|workload|targets?|requirements|slos?|goals?|strategy|parallelism|constraints)"
    r":[ \t]*(?:#.*)?$"
)
_MEASURED = (
    r"(?m)^[ \t]*[\w ]+:[ \t]*[~<>≤≥=]*[ \t]*\d[\d.,]* ?"
    r"(?:[TP]FLOPS?(?:/s)?|[TP]flops|[GMT]i?B(?:ps|/s)?|ms|s|tokens/m?s|%|B)(?:[ \t]|$)"
)
_LONGEST = 4_000  # characters of a listing
_FEWEST_HEADS, _FEWEST_MEASURED = 2, 2


def tag_of(tag: str, text: str, start: int, fence: str) -> str:
    """The tag of a fence whose inside begins at `start`: LISTING for one that lists the plan's own figures."""
    if tag not in _TAGS:
        return tag
    end = text.find(f"\n{fence}", start, start + _LONGEST)
    inside = text[start:end].replace("\r\n", "\n") if end >= 0 else ""
    heads = set(re.findall(_HEADS, inside))
    own = len(heads) >= _FEWEST_HEADS and len(re.findall(_MEASURED, inside)) >= _FEWEST_MEASURED
    return LISTING if own else tag
