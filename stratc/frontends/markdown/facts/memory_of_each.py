"""Memory of a device and the rate of it, side by side: "Each has 192 GB of HBM3, 5.3 TB/s", "HBM2e at 2.0 TB/s"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import said_at
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_KIND = r"(?:HBM-?\d?\w?|GDDR\d\w?|VRAM|显存)(?: memory)?"
_KIND_WORDS = "hbm|gddr|vram|显存"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,4}(?:\.\d+)?"
_RATE = rf"(?P<rate>(?P<r>{_NUMBER}) ?(?P<unit>(?-i:[TG]B))(?:/s|ps))(?!\w)"
_OWNS = (  # what stands before the memory of one device
    r"(?:^|[,;:：，、；（(|—–-]|\b(?:has|have|having|with|carr(?:y|ies)|offers?|provides?|brings?|gets?|holds?|"
    r"comes? with|each|features?)|[有配带张卡])\W{0,3}(?:a |its own |about )?"
)
_MEMORY = Pattern(
    rf"(?i){_OWNS}(?P<memory>(?P<n>\d{{1,3}}) ?Gi?B) ?(?:of )?(?:fast |on-package |on-board |local )?{_KIND}"
    rf"(?! ?(?:used|free|left|for|needed|to|in use|usable|total|budget))(?: each| apiece| per [A-Z]+)?"
    rf"(?P<with>(?:[,;]? and|[,;] at| ?[,;/(（，、；+@] ?(?:and |at )?| at| with| running at)"
    rf"(?: (?:a )?(?:memory |peak |hbm )?(?:bandwidth|rate) of)? ?(?:带宽)? ?{_RATE})?",
    _KIND_WORDS,
    "gb|gib",
)
_BOUGHT = Pattern(  # "A card has 141 GB", of which so much may be used
    r"(?i)(?:^|[.;:*] ?\*{0,2})(?:an?|each|every|one|the) (?:gpu|card|device|accelerator|chip|npu|gcd)"
    r" (?:has|offers|comes with) (?P<memory>(?P<n>\d{2,3}) ?Gi?B)(?=[,;.] |[,;.]?$)",
    "gpu|card|device|accelerator|chip|npu|gcd",
)
_AT = Pattern(rf"(?i){_KIND},? (?:at|@|running at|with) {_RATE}", _KIND_WORDS, "tb/s|gb/s|tbps|gbps")
_OF_ANOTHER = Pattern(  # what a rate is of, that is not of the memory as it is bought
    r"(?i)[ (]{0,2}(?:of |per |over |on |for )?(?:the |an? )?(?:nv|links?|network|fabric|xgmi|infinity|pcie|ib\b|"
    r"infiniband|ethernet|disk|ssd|direction|way|effective|achiev|measured|sustained|usable|realistic|node|server|all|"
    r"total|aggregate|host|cpu|互联|to|between|towards|into|from|by|via|[×x=→*/] ?\d)"
)
_OF_OTHERS = Pattern(
    r"(?i)\b(?:host|cpu|ddr\d|ram|total|aggregate|combined|together|altogether|all|effective|achieved|measured|"
    r"sustained|weights?|cache|read(?:s|ing)?|stream\w*|activations?|tokens?|free|left|reserved|"
    r"(?:each|per|every|a|one|the) (?:node|server|box|machine|rack|host))\b|需要|合计|共|总"
)
_SMALLEST, _LARGEST = 8e9, 400e9  # bytes of a device
_SLOWEST, _FASTEST = 0.6e12, 30e12  # bytes a second of its memory


def memory_of_each(sentence: Sentence) -> Iterator[Statement]:
    """Statements "hardware.memory" and "hardware.memory_bandwidth" of a device, where both stand in one enumeration."""
    if sentence.scope.role is not Role.PLAN:
        return
    text = sentence.text
    for found in _BOUGHT.finditer(text):
        if _SMALLEST <= float(found["n"]) * 1e9 <= _LARGEST:
            yield said_at(sentence, "hardware.memory", float(found["n"]) * 1e9, found.span("memory"))
    if _OF_OTHERS.search(text):
        return
    sized = [each for each in _MEMORY.finditer(text) if _SMALLEST <= float(each["n"]) * 1e9 <= _LARGEST]
    for found in sized:
        yield said_at(sentence, "hardware.memory", float(found["n"]) * 1e9, found.span("memory"))
    for found in (*sized, *_AT.finditer(text)):
        if found["rate"] and not _OF_ANOTHER.match(text, found.end("rate")):
            rate = float(found["r"].replace(",", "")) * (1e12 if found["unit"] == "TB" else 1e9)
            if _SLOWEST <= rate <= _FASTEST:
                yield said_at(sentence, "hardware.memory_bandwidth", rate, found.span("rate"))
