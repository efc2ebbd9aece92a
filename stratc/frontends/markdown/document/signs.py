"""Other signs for the same: HTML, digits and blanks of other widths, raised digits, marks of items and of emphasis."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.frontends.launch.traced import Traced
from stratc.frontends.markdown.document.dressed import FEW_HEADINGS
from stratc.frontends.markdown.document.rewriting import Row, instead, laid, put, rewritten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.rewriting import Written

BLANKS = "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
WIDE = "０１２３４５６７８９％＋＝＜＞／．～ＧＢＴＭＰ"
_LOWERED = str.maketrans(RAISED, "0123456789-")
_NARROWED = str.maketrans({char: chr(ord(char) - 0xFEE0) for char in WIDE})
_ENTITIES = {
    "times": "×",
    "divide": "÷",
    "asymp": "≈",
    "ap": "≈",
    "le": "≤",
    "ge": "≥",
    "lt": "<",
    "gt": ">",
    "ne": "≠",
    "nbsp": " ",
    "thinsp": " ",
    "ensp": " ",
    "mdash": "—",
    "ndash": "–",
    "minus": "−",
    "middot": "·",
    "sdot": "·",
    "rarr": "→",
    "plusmn": "±",
    "micro": "µ",
    "check": "✓",
    "hellip": "…",
    "quot": '"',
    "amp": "&",
}
_TAGS = {"b": "**", "strong": "**", "sup": "^{", "/sup": "}", "sub": "_{", "/sub": "}", "code": "`", "tt": "`"}
_TERMS = {"dt": "\n- **", "/dt": "**: "}  # of a list of definitions, as labelled items
_NO_TEXT = (
    "dl|dd|i|em|u|p|div|span|font|small|big|mark|kbd|center|details|summary|a|ul|ol|/li|/h[1-6]|s|tbody|thead|section"
)
_PICTURE = "[▶►▸➢➣➔‒⁃∙\U0001f300-\U0001faff]\ufe0f?"  # that marks an item; ticks and crosses judge one
_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)
_NUMBERED = re.compile(r"^\*\*(\d+)[.)] ", re.MULTILINE)
_TIED = re.compile(r"(?:[:=(|≈~<>≤≥×*/+✕✖⋅∗]|\b(?:of|to|with|at|is|and|over|than|for|from|by)) ?$")
_COUNTED = re.compile(
    r" (?:tokens|GPUs|NPUs|cards|devices|layers|MB|GB|TB|GPU-h|TFLOP|B\b|bytes|parameters)|[ ]?[×÷*/)|]"
)
_OPERATED = re.compile(r"[=≈~×*÷+] ?$")  # behind which a single number stands
_NAMED_BEFORE = re.compile(r"(?P<word>\b[a-z]{2,}) $")
_OPENS_CELL = re.compile(r"\| *$")
_CLOSES_CELL = re.compile(r" *\|")
_CLOSES = re.compile(r" ?[,;)](?: |$)|\.?(?:\n|$)|\. [A-Z]", re.MULTILINE)
_NUMBERED_THINGS = frozenset(("in", "stage", "layer", "rank", "gpu", "device", "node", "step", "phase", "section"))
_VALUE = re.compile(r"[:：=→] ?\S|\d ?(?:GB|MB|TB|ms|%)")  # says something, and is no title
_CELL = re.compile(r"<t[hd]\b[^>]*>(?P<cell>[^|]*?)(?=</t[hd]>|<t[hd]\b|</tr|$)", re.IGNORECASE)
_ROW = re.compile(r"<tr\b[^>]*>(?P<row>.*?)(?=</tr|<tr\b|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>|\s+")


def in_usual_signs(text: Traced) -> Traced:
    """A text with the signs, marks and tags that every reader knows; code keeps all but its digits and blanks.

    >>> in_usual_signs(Traced("<b>TP</b> &times; PP, 1\\u202f024 GPUs", range(33))).text
    '**TP** × PP, 1,024 GPUs'
    """
    known = rewritten(rewritten(text, _NAMED), _CHARACTERS, code=())
    layers = () if "encoder" in known.text.lower() else _LAYERS
    return rewritten(known, (*_MARKS, *layers, *_titles(known.text)))


def in_usual_numbers(text: Traced) -> Traced:
    """A text with powers of ten as one figure and arithmetic in round brackets.

    >>> in_usual_numbers(Traced("1.4 × 10^11 bytes [70 × 2]", range(26))).text
    '1.4e11 bytes (70 × 2)'
    """
    return rewritten(rewritten(text, _POWERS, code=()), _BRACKETS)


def _entity(match: re.Match[str], text: Traced) -> Written:
    """A sign by its name or number."""
    name = match["entity"]
    if name[0] == "#":
        number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        return (put(chr(number), match, text),) if 32 <= number < 0x110000 else None
    return (put(_ENTITIES[name], match, text),) if name in _ENTITIES else None


def _tag(match: re.Match[str], text: Traced) -> Written:
    name = match["tag"].lower()
    found = _TERMS.get(name) or _TAGS.get(name, _TAGS.get(name.lstrip("/"), ""))
    return (put(found, match, text),)


def _table(match: re.Match[str], text: Traced) -> Iterator[Traced]:
    """The rows of a table between bars; its first row is its heading."""
    here = match.start()
    for number, row in enumerate(_ROW.finditer(text.text, here, match.end())):
        cells = [text.part(*cell.span("cell")) for cell in _CELL.finditer(text.text, *row.span("row"))]
        yield _sign("\n|", text, row.start())
        for cell in cells:
            yield from (_flat(cell), _sign("|", text, row.start()))
        if not number:
            yield _sign("\n|" + "---|" * len(cells), text, row.start())
    yield _sign("\n", text, match.end() - 1)


def _flat(cell: Traced) -> Traced:
    """A cell without its own tags, on one line."""
    ends = [0, *(place for match in _TAG.finditer(cell.text) for place in match.span()), len(cell.text)]
    parts = [cell.part(start, end) for start, end in zip(ends[::2], ends[1::2], strict=True)]
    return laid(Traced(f"{part.text} ", [*part.at, part.at[-1]]) for part in parts if part.text)


def _sign(written: str, text: Traced, at: int) -> Traced:
    return Traced(written, (text.at[at],) * len(written))


def _heading(match: re.Match[str], text: Traced) -> Written:
    return (put("\n" + "#" * int(match["level"]) + " ", match, text),)


def _item(match: re.Match[str], text: Traced) -> Written:
    """A picture at the start of a line as the mark of an item."""
    return (text.part(*match.span("margin")), _sign("- ", text, match.end("margin")))


def _dropped(match: re.Match[str], text: Traced) -> Written:
    """A picture before a title as nothing."""
    return (text.part(*match.span("kept")),)


def _layers(match: re.Match[str], text: Traced) -> Written:
    """Blocks and layers of a decoder as layers, where no encoder has some too."""
    return (put("layer", match, text), text.part(*match.span("many")))


def _titles(text: str) -> tuple[Row, ...]:
    """How bold and short numbered lines become headings, in a text that has no others.

    Numbers that begin anew stand below the titles without one, else those without stand below the numbers.
    """
    if len(_HEADING.findall(text)) > FEW_HEADINGS:
        return ()
    numbers = _NUMBERED.findall(text)
    deeper = numbers.count("1") > 1
    named, numbered = ("## ", "### ") if deeper or not numbers else ("### ", "## ")

    def title(match: re.Match[str], text: Traced) -> Written:
        if _VALUE.search(match["title"]) or match["title"][-1] in "?？":
            return None
        mark = numbered if match["title"][0].isdigit() else named
        return (_sign(mark, text, match.start()), text.part(*match.span("title")))

    return (Row(r"^\*\*(?P<title>[^*\n]{2,80}?)[:：]?\*\*[:：]?[ \t]*$", title, "**"), _BARE_TITLE)


def _numbered(match: re.Match[str], text: Traced) -> Written:
    """A short numbered line that stands alone as a heading, in a text that has no others."""
    if _VALUE.search(match["head"]) or match["head"].count(" ") > 7:
        return None
    return (_sign("## ", text, match.start()), text.part(*match.span("head")))


def _narrowed(match: re.Match[str], text: Traced) -> Written:
    return (put(match[0].translate(_NARROWED), match, text),)


def _parted(match: re.Match[str], text: Traced) -> Written:
    """A number with blanks between its thousands, where it is no list of numbers."""
    low, *groups = match[0].split(" ")
    row = [int(each) for each in (low, *groups)]
    rising = all(left < right for left, right in pairwise(row))
    sure = "0" in (each[0] for each in groups) or (len(groups) > 1 and not rising)
    return (put(",".join((low, *groups)), match, text),) if sure or _is_one(match, text.text) else None


def _is_one(match: re.Match[str], text: str) -> bool:
    """Whether the words and signs on both sides of two numbers make one of them: "= 16 384", "of 65 536 tokens"."""
    start, end = match.span()
    if _OPERATED.search(text, max(0, start - 2), start):
        return True
    if _OPENS_CELL.search(text, max(0, start - 4), start):
        return _CLOSES_CELL.match(text, end) is not None
    counted = _COUNTED.match(text, end) is not None
    if _TIED.search(text, max(0, start - 6), start):
        return counted
    named = _NAMED_BEFORE.search(text, max(0, start - 16), start)
    closed = counted or _CLOSES.match(text, end) is not None
    return named is not None and named["word"] not in _NUMBERED_THINGS and closed


def _power(match: re.Match[str], text: Traced) -> Written:
    return (put("^" + match[0].translate(_LOWERED), match, text),)


def _scientific(match: re.Match[str], text: Traced) -> Written:
    """A figure and its power of ten as one figure."""
    number = text.part(*match.span("number")) if match["number"] else put("1", match, text)
    return (number, _sign("e", text, match.start("power")), text.part(*match.span("power")))


def _exponent(match: re.Match[str], text: Traced) -> Written:
    """ "918e^12" as "918e12"."""
    return (_sign("e", text, match.start()), text.part(*match.span("exponent")))


def _round(match: re.Match[str], text: Traced) -> Written:
    """Square brackets round arithmetic as round ones."""
    inside = text.part(*match.span("inside"))
    return (_sign("(", text, match.start()), inside, _sign(")", text, match.end() - 1))


_ANY_RAISED = "|".join(RAISED)
_NAMED = (Row(r"&(?P<entity>[a-z]{2,6}|#\d{1,6}|#[xX][0-9a-fA-F]{1,5});", _entity, "&"),)
_CHARACTERS = (
    Row(r"(?<=\d)\{,\}(?=\d{3}(?!\d))", instead(","), "{,}"),
    Row(r"(?<=\d)[\u00a0\u2009\u202f'’](?=\d{3}(?!\d))", instead(","), "\u00a0|\u2009|\u202f|'|’"),
    Row(rf"[{BLANKS}]", instead(" "), "|".join(BLANKS)),
    Row(rf"[{WIDE}]*[０-９][{WIDE}]*", _narrowed, "|".join("０１２３４５６７８９")),
    Row(rf"(?<=10)[{RAISED}]+|(?<=2)[{RAISED}]{{2}}", _power, _ANY_RAISED),
    Row(r"[✕✖⨯∗⋅]", instead("×"), "✕|✖|⨯|∗|⋅"),
    Row(r"(?<![\w.,])(?<!\d )[1-9]\d{0,2}(?: \d{3})+(?![\w,]|\.\d)", _parted, " "),
    Row(r"(?<=[\w)]) ?\.{4,} ?(?=\S)", instead(": "), "...."),
)
_MARKS = (
    Row(r"<table\b(?:(?!<table\b)[\s\S]){1,20000}?</table>", _table, "<table|<TABLE"),
    Row(r"(?<= )\\\*(?= )", instead("×"), "\\*"),
    Row(r"(?<!\w)__(?=\S[^_\n]*__(?!\w))|(?<=\S)__(?!\w)", instead("**"), "__"),
    Row(r"<h(?P<level>[1-6])\b[^>]*>", _heading, "<h|<H"),
    Row(r"<li\b[^>]*>", instead("\n- "), "<li|<LI"),
    Row(rf"<(?P<tag>/?(?:b|strong|sup|sub|code|tt|dt|{_NO_TEXT}))(?:\s[^<>\n]*)?>", _tag, "<"),
    Row(rf"^(?P<kept>[ \t>]*)(?:{_PICTURE}|\d\ufe0f?\u20e3)[ \t]*(?=\*\*[^*\n]+\*\*[:：]?[ \t]*$|#)", _dropped, ""),
    Row(rf"^(?P<margin>[ \t>]*){_PICTURE}[ \t]+(?=\w|\*\*)", _item, ""),
    Row(r"\d\ufe0f?\u20e3[ \t]*", instead(""), "\u20e3"),
    Row(r"\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION|INFO)\]", instead(""), "[!"),
)
_LAYERS = (Row(r"\b(?:transformer|decoder) (?P<block>block|layer)(?P<many>s?)\b", _layers, "er block|decoder layer"),)
_BARE_TITLE = Row(
    r"(?<=\n\n)(?P<number>\d{1,2}(?:\.\d)*\.?)[ \t]+(?P<head>[A-Z][^\n.;=|]{2,60})(?=\n\n|\n[-*] )", _numbered, "\n\n"
)
_POWERS = (
    Row(r"(?<=\d)[eE]\^\(?(?P<exponent>[-−+]?\d{1,2})\)?(?!\w)", _exponent, "e^|E^"),
    Row(
        r"(?<![\w.^])(?:(?P<number>\d+(?:\.\d+)?) ?[×·*x] ?)?10\^\(?(?P<power>[-−]?\d{1,2})\)?(?![\w^]|\.\d)",
        _scientific,
        "10^",
    ),
)
_BRACKETS = (
    Row(
        r"(?<![\w\]])\[(?P<inside>[^][\n`]{0,99}[\w)%] ?[×÷*/+=≈] ?[^][\n`]{1,99})\](?![(\[:])",
        _round,
        "[",
    ),
)
