"""Figures as plans write them: number or range, scale, unit, what they are counted for."""

from __future__ import annotations

import re
from typing import NamedTuple

from stratc.arith.quantity import Quantity
from stratc.arith.unit import COUNT, ONE, UNITS, Unit, unit_named
from stratc.frontends.markdown.words.vocabulary import DEVICE_NAMES, DEVICES, words
from stratc.ir.statement import Per
from stratc.text.pattern import Pattern

_NUMBER = r"\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2}(?![\w.]))?"
_THOUSANDS = r"\d{1,3}(?:(?:,\d{3})+|(?:_\d{3})+)(?:\.\d+)?"
_COMMA = (  # "17,9 %", "1,08e21", "0,92 × 80", where the comma is a decimal point
    r"(?<![,\d])\d{1,4},\d{1,2}(?:(?= ?(?:%|[KMGT]i?B\b|[kMG]o\b|[mµ]?s\b))|[eE][+-]?\d{1,2}(?![\w.,]))"
    r"|(?<![,\d.])0,\d{1,3}(?= ?[×*·÷=])"
)
_START = re.compile(
    rf"(?P<low>{_THOUSANDS}(?!,?\d)|{_COMMA}|{_NUMBER})"
    r"(?:(?P<times>[x×X](?=$|[\s),.;])|倍|[xX](?=[A-Z][A-Za-z]*\d))|(?P<glued>%|[A-Za-zµμ]+(?:/[A-Za-z]+)*))?"
)
_PLAIN = re.compile(rf"(?P<low>{_NUMBER})(?P<times>)(?P<glued>%|[A-Za-zµμ]+(?:/[A-Za-z]+)*)?")
_NO_FIGURE = re.compile(r"\d{4}-\d\d?-\d\d?[\w:-]*|\d+(?:\.\d+){2,}|\d{1,2}:\d\d(?::\d\d)?(?!\d)|\d+(?:st|nd|rd|th)\b")
_RANGE = re.compile(rf"(?:-|\s?[–—~∼]\s?|\.\.\.?|\s+to\s+|\s*至\s*)(?P<high>{_THOUSANDS}(?!,?\d)|{_NUMBER})(?![\d-])")
_BETWEEN = Pattern(rf" and (?P<high>{_THOUSANDS}(?!,?\d)|{_NUMBER})(?![\d-])", "and")
_SPACED = Pattern(rf" - (?P<high>{_THOUSANDS}(?!,?\d)|{_NUMBER})(?= ?tokens?\b)", " - ", "token")
_UNIT = re.compile(r"(?P<gap>[ \u00a0]{0,4}|-)(?P<unit>%|[A-Za-zµμ]+(?:/[A-Za-z]+)*|[万亿]|毫秒|微秒|秒|分钟|小时|天)")
_HAN_TIMES = {"毫秒": "ms", "微秒": "us", "秒": "s", "分钟": "min", "小时": "h", "天": "d"}
_HAN_SCALES = {"万": Unit("万", 1e4, COUNT), "亿": Unit("亿", 1e8, COUNT)}
_BYTES = re.compile(r" B(?![A-Za-z0-9/])")
_WIDTHS = words("0.5 1 2 4 6 8 10 12 14 16 18 20")  # bytes that training or serving keeps of a parameter
_BY = frozenset("×*·x")
_MANY_BYTES = 1000  # no model has as many billions of parameters
_SIGNS = frozenset("×*÷/+(−")
_COUNTED_AFTER = Pattern(r"\s+(?:(?:active|activated|total|trainable|routed|shared) )?(?:param|tokens?\b|weights?\b)")
_FOR_EACH = Pattern(r" *(?:/|(?:per|each|an?|every)\b)")
_NUMBER_BEFORE = Pattern(r"\d[\d,]*(?:\.\d+)?$")
_ENDS = Pattern(r" *(?:$|[|)×*÷+,;.]|[-−/] )")
_OF_BYTES = Pattern(r" *[×*] *\d+(?:\.\d+)? ?(?:bytes?|B)\b")
_SHARE_IN_BILLIONS = Pattern(  # "180 B / 32 = 5.6 B", "226 B / (PP 8 × EP 8) = 3.5 B"
    r" *[/÷] *(?:\d{1,5}(?: [A-Za-z]\w*)?|\([^()\n]{3,40}\)) *[=≈] *[~≈]?\d{1,3}\.\d+ ?B\b"
)
_OVER_MANY = Pattern(r" */ *(?:\d{1,3}(?:,\d{3})+(?!\d| ?B\b)|\d+(?:\.\d+)? ?[Mk]\b)")  # "300 B / 6.29 M"
_PER_TIME = re.compile(r"\s+(?:per|an?)\s+(seconds?|sec|millisecond|ms|minute|hour|day)\b", re.IGNORECASE)
_GENERATED = Pattern(
    r"(?i)[ -](?:output|generated|completion|decoded?|new)[ -](?=tok(?:en)?s?(?:/s|/min| per | a second))",
    "output|generated|completion|decode|new",
)
_ATTRIBUTE = Pattern(r"(?i)[ -](?:embedding )?(?:dim|size|length|context|window|batch|prompt|sequence)")
_WORD_RATES = {"tps": "tokens/s", "rps": "requests/s", "qps": "requests/s"}
_CHANGES = Pattern(
    r"(?i)(?:chang|increas|rais|rise|rising|rose|improv|mov|went|go|grow|grew|doubl)\w* (?:up )?from [~ ]*$", "from"
)
_LEAD = "between "
_FAR = 24  # characters before a figure
_DIGITS = 24  # of a figure; a longer one is an identifier
_TIMES = {
    **dict.fromkeys(("second", "seconds", "sec"), "s"),
    **dict.fromkeys(("millisecond", "ms"), "ms"),
    "minute": "min",
    "hour": "h",
    "day": "d",
}
_ABOUT = ("~", "≈", "∼", "about", "around", "roughly", "approximately", "circa", "approx.", "approx", "约", "大约")
_GLUED_ONLY = words("K k M B T d b t m g G")
_NO_HOURS = Pattern(  # after "h", which is the hidden size before these, but not before another time
    r" *(?:[×*·^²³/+]|=(?! *[~≈]?[\d.,]+ ?(?:days?|d|weeks?|months?|min|s)\b)|[-−] |[a-z](?![\w.]))"
)

COUNTED_FOR = {
    **dict.fromkeys((*DEVICE_NAMES, "rank"), Per.DEVICE),
    "node": Per.NODE,
    "server": Per.NODE,
    "host": Per.NODE,
    "machine": Per.NODE,
    "stage": Per.STAGE,
    "layer": Per.LAYER,
    "replica": Per.REPLICA,
    "instance": Per.REPLICA,
    "dp": Per.REPLICA,
    "sequence": Per.SEQUENCE,
    **dict.fromkeys(("request", "user", "stream", "session"), Per.SEQUENCE),
    "token": Per.TOKEN,
    "tok": Per.TOKEN,
    "expert": Per.EXPERT,
    "microbatch": Per.MICRO_BATCH,
}
_CARDS = words(  # by the names of which plans call a device: "per H100"
    "h100 h200 h800 h20 a100 a800 a10 a10g a40 a6000 b100 b200 b300 gb200 l4 l40 v100 t4 mi300x mi325x mi250x tpu"
)
_SEVERAL = words("pair couple quad quartet")  # of devices, which share what they hold


def counted_by(word: str = "", after: str = "") -> Per:
    """What "per" and a word count for, given the word after it: "per GPU", and "per GPU pair" as a group of them."""
    if word in _CARDS:
        return Per.DEVICE
    return Per.REPLICA if word in DEVICES and after in _SEVERAL else COUNTED_FOR.get(word, Per.UNSAID)


def is_device(word: str) -> bool:
    """Whether a stem names a device, by its kind or by its name."""
    return word in DEVICES or word in _CARDS


class Figure(NamedTuple):
    """A quantity and the range of the source that writes it, unit included.

    `times` marks a factor ("8x"), `more` an open end ("90 %+"), `per` what a slash counts it for ("tokens/s/GPU").
    """

    quantity: Quantity
    start: int
    end: int
    times: bool = False
    more: bool = False
    per: Per = Per.UNSAID

    @property
    def value(self) -> float:
        """The number in SI units; the upper end of a range."""
        return self.quantity.high

    @property
    def is_single(self) -> bool:
        """Whether it is one number, no range, and open to neither side."""
        return not (self.quantity.is_range or self.more)

    @property
    def is_count(self) -> bool:
        """Whether it is a bare number without a unit, percentage or factor."""
        return self.quantity.unit == ONE and not self.times


def figure_at(text: str, at: int, *, listed: bool = False) -> Figure | int:
    """The figure that begins there, or the end of what looks like one and is none (a date, a version, "1F1B").

    `listed` says that commas part numbers there ("GPUs 126,127").

    >>> figure_at("64GB of memory", 0).quantity.show(), figure_at("1F1B", 0)
    ('64 GB', 4)
    """
    no_figure = _NO_FIGURE.match(text, at)
    if no_figure and text[max(0, at - 1) : at] != "/":
        return no_figure.end()
    first = (_PLAIN if listed else _START).match(text, at)
    if first is None:
        return at + 1
    if len(first["low"]) > _DIGITS:
        return _word_end(text, first.end())
    glued = first["glued"] or ""
    if glued and _is_word(text, first.end("glued"), glued):
        return _word_end(text, first.end())
    end = first.end("low")
    scale, unit, per, stop = (Unit("", 1.0, COUNT), None, Per.UNSAID, end)
    if not first["times"]:
        scale, unit, per, stop = _unit_after(text, end)
    high = None if first["times"] else _upper_end(text, at, stop)
    if (
        high
        and not (high[0].lstrip().startswith("to") and _changes_from(text, at))
        and _may_range(first["low"], high["high"])
    ):
        end = high.end("high")
        scale2, unit2, per2, stop = _unit_after(text, end)
        if scale2.scale == 1.0 and unit2 is None:
            stop = end
        else:
            scale, unit, per = scale2, unit2, per2
        return _figure(text, at, (first["low"], high["high"]), scale, unit, per, stop)
    if first["times"]:
        return Figure(_quantity(text, at, (first["low"], first["low"]), ONE), at, first.end("times"), times=True)
    if unit is None and scale is ONE and (symbol := _BYTES.match(text, end)) and _counts_bytes(text, at, first["low"]):
        unit, stop = UNITS["bytes"], symbol.end()
    return _figure(text, at, (first["low"], first["low"]), scale, unit, per, stop)


def _upper_end(text: str, at: int, stop: int) -> re.Match[str] | None:
    """The upper end of a range whose lower end stands between two places: "128-8192", "between 128 and 8192"."""
    if text[max(0, at - len(_LEAD)) : at].lower() == _LEAD:
        return _BETWEEN.match(text, stop) or _RANGE.match(text, stop)
    return _RANGE.match(text, stop) or _SPACED.match(text, stop)


def _figure(text: str, at: int, ends: tuple[str, str], scale: Unit, unit: Unit | None, per: Per, stop: int) -> Figure:
    whole = unit or ONE
    if scale.scale != 1.0:
        symbol = f"{scale.symbol} {whole.symbol}".strip()
        whole = Unit(symbol, scale.scale * whole.scale, whole.dimension)
    more = text[stop : stop + 1] == "+" and not text[stop + 1 : stop + 2].isdigit()
    if more and (rest := _UNIT.match(text, stop + 1)) and (late := unit_named(rest["unit"])) and unit is None:
        whole, stop = late, rest.end()
    return Figure(_quantity(text, at, ends, whole), at, stop, more=more, per=per)


def _quantity(text: str, at: int, ends: tuple[str, str], unit: Unit) -> Quantity:
    ends = (_point(ends[0]), _point(ends[1]))
    low, high = (float(end) * unit.scale for end in ends)
    mantissa, _, power = ends[1].lower().partition("e")
    step = 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2])) * unit.scale
    approximate = text[max(0, at - 16) : at].rstrip().lower().endswith(_ABOUT)
    return Quantity(min(low, high), max(low, high), unit, approximate, step)


def _counts_bytes(text: str, at: int, number: str) -> bool:
    """Whether the "B" after a number is bytes, not billions: the width in "… × 2 B", the result in "= 163,840 B"."""
    width = number in _WIDTHS and text[:at].rstrip()[-1:] in _BY
    return width or float(_point(number)) >= _MANY_BYTES


def _point(number: str) -> str:
    """A number with a point before its decimals and nothing between its thousands."""
    whole, comma, decimals = number.rpartition(",")
    places = len(decimals.lower().partition("e")[0].partition(".")[0])
    return f"{whole}.{decimals}" if comma and places < 3 else number.replace(",", "")


def _unit_after(text: str, at: int) -> tuple[Unit, Unit | None, Per, int]:
    """Scale, unit, what a slash counts for, and where they end."""
    scale, end = ONE, at
    match = _UNIT.match(text, at)
    if match and (found := _scale(match)):
        scale, end = found, match.end()
        match = _UNIT.match(text, end)
    if kind := _GENERATED.match(text, end):
        match = _UNIT.match(text, kind.end())
    if match is None:
        return scale, None, Per.UNSAID, end
    unit, per, stop = _unit(match, text)
    return (scale, unit, per, stop) if unit else (scale, None, Per.UNSAID, end)


def _scale(match: re.Match[str]) -> Unit | None:
    if match["unit"] in _HAN_SCALES:
        return _HAN_SCALES[match["unit"]]
    unit = UNITS.get(match["unit"])
    if unit is None or unit.dimension != COUNT or unit.symbol == "%":
        return None
    glued = match["gap"] == "" or len(match["unit"]) > 1
    return unit if glued or _is_spaced_scale(match) else None


def _is_spaced_scale(match: re.Match[str]) -> bool:
    """Whether a letter apart from its number is its scale: "7 B parameters", "13.2 B × 2 bytes", "= 317.2 M"."""
    letter, text, end = match["unit"], match.string, match.end()
    if letter not in ("B", "M", "T", "k", "K") or match["gap"] == "-":
        return False
    if _COUNTED_AFTER.match(text, end):
        return True
    number = _NUMBER_BEFORE.search(text, max(0, match.start() - _DIGITS), match.start())
    if letter == "K" or number is None:
        return False
    if (letter in "kM" and _ENDS.match(text, end)) or _OF_BYTES.match(text, end):
        return True
    if letter == "M" and _FOR_EACH.match(text, end):
        return True  # "755 M per layer"
    if letter == "B" and (_SHARE_IN_BILLIONS.match(text, end) or _OVER_MANY.match(text, end)):
        return True
    if letter == "B" and (_counts_bytes(text, number.start(), number[0]) or "." not in number[0]):
        return False
    if "." not in number[0]:
        return text[: number.start()].rstrip()[-1:] in _SIGNS
    return number[0] not in _WIDTHS and _FOR_EACH.match(text, end) is None


def _unit(match: re.Match[str], text: str) -> tuple[Unit | None, Per, int]:
    word, stop, per = match["unit"], match.end(), Per.UNSAID
    if match["gap"] == "-" and not (word[-1:] in "BbsS%" and word.upper() in ("GB", "MB", "TB", "KB", "GIB")):
        return None, per, stop
    if match["gap"] and (word in _GLUED_ONLY or (word == "h" and _NO_HOURS.match(text, stop))):
        return None, per, stop
    if word in ("token", "sequence") and _ATTRIBUTE.match(text, stop):
        return None, per, match.start("gap")
    unit = _named(word)
    while unit is None and "/" in word:
        word, _, last = word.rpartition("/")
        per = COUNTED_FOR.get(last.lower().removesuffix("s"), Per.UNSAID)
        stop = match.start("unit") + len(word)
        unit = _named(word)
    if unit is None:
        return None, Per.UNSAID, stop
    rate = _PER_TIME.match(text, stop)
    if rate and (named := unit_named(f"{word}/{_TIMES[rate[1].lower()]}")):
        return named, per, rate.end()
    return unit, per, stop


def _named(word: str) -> Unit | None:
    word = _HAN_TIMES.get(word, word)
    if len(word) == 1:
        return UNITS.get(word)
    return unit_named(_WORD_RATES.get(word.lower(), word))


def _is_word(text: str, end: int, glued: str) -> bool:
    """Whether letters glued to a number make a word of it: "1F1B", "3D"; "64GB" and "8GPUs" are figures."""
    if glued == "%" or _named(glued) or _named(glued.partition("/")[0]):
        return False
    if text[end : end + 1].isdigit() or text[end : end + 1] == "_":
        return True
    return len(glued) < 3


def _word_end(text: str, at: int) -> int:
    while at < len(text) and (text[at].isalnum() or text[at] == "_"):
        at += 1
    return at


def _changes_from(text: str, at: int) -> bool:
    """Whether "from" and a change stand before: "increased from 8 to 16" gives two values, "from 8 to 16" a range."""
    return _CHANGES.search(text, max(0, at - _FAR), at) is not None


def _may_range(low: str, high: str) -> bool:
    return len(high) <= _DIGITS and float(low.replace(",", "")) <= float(high.replace(",", ""))
