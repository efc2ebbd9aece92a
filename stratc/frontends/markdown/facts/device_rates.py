"""Rates of a device that workings count with: "256 × 989 × 0.40 = 101 PFLOPS", "35 GB / 3.35 TB/s = 10.4 ms"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_R = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_PEAK = (  # devices × peak × utilisation = rate of all of them
    rf"(?<![\w.,×-])(?P<n>\d{{1,6}}) ?[×x*] ?(?P<peak>{_R})(?: ?[TP]FLOPS?(?:/s)?)?"
    rf"(?: ?[×x*] ?(?P<use>0?\.\d+|\d{{1,3}} ?%))? ?[=≈] ?~?(?P<rate>{_R}) ?(?P<scale>[TPE])FLOP(?:S|/s)"
)
_SHARE = (  # achieved, then the share that this is of the peak
    rf"(?P<rate>{_R}) ?TFLOPS?(?:/s)?[^.;:=\d]{{0,24}}, ?"
    rf"(?P<use>\d{{1,2}}(?:\.\d+)?) ?% of (?:the )?(?:peak )?(?P<peak>{_R})"
)
_COUNTED_ON = (  # what is counted on, in brackets the share that this is of the peak
    rf"(?i)\b(?:effective|usable|realistic|achievable)\b[^.;=]{{0,32}}?(?<![\d.])(?P<rate>{_R}) ?TFLOPS?(?:/s)?"
    rf"[^.;:=\d(]{{0,24}}\( ?~?(?P<use>\d{{1,2}}(?:\.\d+)?) ?% of (?:the )?(?:peak )?(?P<peak>{_R}) ?TFLOPS?"
)
_HALF = rf"\d{{1,6}} ?[×x*] ?(?P<peak>{_R}) ?TFLOPS?(?:/s)? at (?P<use>half)(?: (?:of )?(?:the )?(?:peak|speed))?\b"
_READ = (  # bytes ÷ devices ÷ bandwidth = time
    rf"(?P<bytes>{_R})(?: ?GB)?(?: ?[/÷] ?(?P<of>\d{{1,5}}) ?(?:{DEVICE}s?|卡)?)? ?(?:[/÷]|over|at) ?"
    rf"(?:(?P<times>\d{{1,5}}) ?[×x] ?)?(?P<rate>{_R}) ?TB/s ?(?:[=≈→,]|is|takes)? ?~?(?P<time>{_R}) ?ms"
)
_REACHED = Pattern(r"(?i)effective|achieved|sustained|measured|actual|realistic|usable|实测|有效")
_MEASURED = Pattern(r"(?i)achieved|sustained|measured|actual|observed|required|needed|实测")
_LINKED = Pattern(r"(?i)nvlink|link|network|all-?reduce|all-to-all|gather|transfer|interconnect|fabric|infiniband|通信")
_NEAR = 0.02  # by which the written result of a working may be rounded
_SCALES = {"T": 1.0, "P": 1e3, "E": 1e6}  # in TFLOPS
_LEAST, _MOST = 0.3, 30.0  # TB/s that memories of devices give


def device_rates(sentence: Sentence) -> Iterator[Statement]:
    """Statements of peak, utilisation and memory bandwidth in workings that come out so."""
    text = sentence.text
    if "FLOP" in text and not _REACHED.search(text):
        yield from _peaks(sentence, _SHARE, _HALF, _PEAK)
    elif "%" in text and "flop" in text.lower() and not _MEASURED.search(text):
        yield from _peaks(sentence, _COUNTED_ON)
    if "TB/s" in text and not _LINKED.search(text):
        for match in re.finditer(_READ, text):
            rate, devices = _number(match["rate"]), int(match["of"] or match["times"] or 1)
            read = devices * rate * _number(match["time"])
            if _LEAST <= rate <= _MOST and devices and _is_near(read, _number(match["bytes"])):
                yield said_at(sentence, "hardware.memory_bandwidth", rate * 1e12, match.span("rate"))


def _peaks(sentence: Sentence, *patterns: str) -> Iterator[Statement]:
    for match in (each for pattern in patterns for each in re.finditer(pattern, sentence.text)):
        found = match.groupdict()
        use, peak = _share(found["use"]), _number(found["peak"])
        if "n" in found:
            rate = _number(found["rate"]) * _SCALES[found["scale"]]
            scale = next((each for each in (1.0, 1e3) if _is_near(int(found["n"]) * peak * each * use, rate)), 0.0)
        else:
            scale = 1.0 if "rate" not in found or _is_near(peak * use, _number(found["rate"])) else 0.0
        if scale and 50 <= peak * scale <= 30_000:
            yield said_at(sentence, "hardware.peak_flops", peak * scale * 1e12, match.span("peak"))
            if found["use"]:
                yield said_at(sentence, "hardware.mfu", use, match.span("use"))


def _share(written: str | None) -> float:
    """A utilisation as a fraction: "40 %", "0.4", "half"; 1 where there is none."""
    if not written or written == "half":
        return 0.5 if written else 1.0
    share = float(written.rstrip(" %"))
    return share / 100 if share > 1 else share


def _number(written: str) -> float:
    return float(written.replace(",", ""))


def _is_near(value: float, other: float) -> bool:
    return abs(value - other) <= _NEAR * max(value, other)
