"""Words, figures and signs of a text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.figures import Figure, figure_at
from stratc.frontends.markdown.document.number_words import FIRST, worded
from stratc.frontends.markdown.words.vocabulary import DEVICE_NAMES
from stratc.text.pattern import Pattern

_TOKEN = re.compile(r"(?P<word>[^\W\d]\w*)|(?P<figure>(?<![\w.])\d)|(?P<rest>\w+)|(?P<sign>[^\s\w])")
_MARKUP = re.compile(  # a script's "$1" and "${10}" stand for what it is called with
    r"(?<==)\$(?:\d(?![\w.$])|\{\d+\})|"
    r"~~(?=\S)[^~\n]+~~|"  # struck out
    r"(?<=[\s(|:])\*(?=[~≈]?\d[^*\n]*[^\s*]\*(?![*\w]| ?[\d(]))|"  # one that opens emphasis, before a figure
    r"\*{2,3}|~~|`+|(?<![\s\d*])\*(?![*A-Za-z0-9])|(?<![*A-Za-z0-9])\*(?=[^\s\d*])|(?<!\w)__?(?=\w)|"
    r"\\(?=[|_*`#])|<br ?/?>|\$"
)
_PAPER = Pattern(r"\[[^\]]*\]\(https?://(?:www\.|dx\.)?(?:arxiv|doi|openreview|aclanthology)\.[^)]*\)")
_TARGET = Pattern(r"(?<=\])\((?=[^()\s]*[A-Za-z])(?=[^()\s]*[/.#])[^()\s]+(?: \"[^\"]*\")?\)")  # of a link
_LATEX = {
    "\\times": "×",
    "\\div": "÷",
    "\\cdot": "·",
    "\\approx": "≈",
    "\\leq": "≤",
    "\\geq": "≥",
    "\\le": "≤",
    "\\ge": "≥",
}
_NARROW = {"，": ",", "；": ";", "：": ":", "（": "(", "）": ")"}
_SAME = {name + plural: "gpu" for name in DEVICE_NAMES for plural in ("", "s")}  # one word for all
_SAME |= dict.fromkeys(("每", "每个"), "per")
_MICRO = "micro"  # of a micro-batch, with or without its hyphen
_FACTOR = re.compile(  # "16,384 ×", "1,979 TFLOPS", which are no lists of devices
    r"\d{1,3}(?:,\d{3})+ ?(?:[×*÷/]|[KMGTP]i?B\b|[TPG]FLOP|tok|GPU|NPU|TPU)"
)
_OPERATORS = "×*÷/+−"
_LISTED = frozenset(("gpu", "rank"))
_SINGLE = frozenset(("per", "each", "every", "a", "one", "single"))


class Token(NamedTuple):
    """A word (its stem, and whether it is `many`), a figure, or a sign; `start` and `end` are offsets of the source."""

    start: int
    end: int
    stem: str = ""
    sign: str = ""
    figure: Figure | None = None
    many: bool = False


def is_times(token: Token) -> bool:
    """Whether a token is the word "times".

    >>> [is_times(token) for token in tokens_of("3 times each time", 0)[1:]]
    [True, False, False]
    """
    return token.many and token.stem == "time"


def stem(word: str) -> str:
    """A word in lower case without its plural ending; compound words of other scripts stay whole.

    >>> [stem(word) for word in ("Layers", "batches", "bias", "GPUs", "accelerator")]
    ['layer', 'batch', 'bias', 'gpu', 'gpu']
    """
    low = word.lower()
    if len(low) > 4 and low.endswith(("ches", "shes", "sses", "xes")):
        return low[:-2]
    if low not in _SAME and len(low) > 3 and low[-1] == "s" and low[-2] not in "sui" and low != "bias":
        return low[:-1]
    return _SAME.get(low, low)


stem_of = lru_cache(maxsize=4096)(stem)  # a document has few words, each of them often


def plain(text: str) -> str:
    """The text with emphasis, code marks, LaTeX, targets of links and titles of papers blanked; as long as before.

    >>> plain("- **TP**: `2`")
    '-   TP  :  2 '
    """
    if "\\" in text:
        for mark, sign in _LATEX.items():
            text = text.replace(mark, sign.ljust(len(mark)))
    if "](" in text:
        text = _TARGET.sub(lambda match: " " * len(match[0]), _PAPER.sub(lambda match: " " * len(match[0]), text))
    if any(mark in text for mark in "*`_~$\\<"):
        return _MARKUP.sub(lambda match: " " * len(match[0]), text)
    return text


def tokens_of(text: str, base: int) -> tuple[Token, ...]:
    """Words, figures and signs of a text that begins at `base` of the source; signs of full width are read as narrow.

    >>> [token.stem or token.sign or token.figure.quantity.show() for token in tokens_of("64 GB, 2-way", 0)]
    ['64 GB', ',', '2', '-', 'way']
    >>> [token.stem or token.sign or token.figure.quantity.show() for token in tokens_of("4 microbatches x 2", 0)]
    ['4', 'micro', 'batch', '×', '2']
    """
    tokens: list[Token] = []
    at = 0
    while match := _TOKEN.search(text, at):
        start, at = match.span()
        if match.lastgroup == "word":
            word = match[0]
            if word in ("x", "X") and _is_times(text, start, at, tokens):
                tokens.append(Token(base + start, base + at, sign="×"))
                continue
            if word[0] in "mM" and len(word) > len(_MICRO) and word.lower().startswith("microbatch"):
                tokens.append(Token(base + start, base + start + len(_MICRO), _MICRO))
                start += len(_MICRO)
            root = stem_of(text[start:at])
            several = text[at - 1] in "sS" and (len(root) < at - start or root == "gpu")
            token = Token(base + start, base + at, root, many=several)
            if root in FIRST and (said := worded(text, start, word)):
                at = said[1]
                token = Token(base + start, base + at, figure=_count(said[0], base + start, base + at))
            tokens.append(token)
        elif match.lastgroup == "sign":
            tokens.append(Token(base + start, base + at, sign=_NARROW.get(match[0], match[0])))
        elif match.lastgroup == "figure":
            found = figure_at(text, start, listed=_listed(tokens) and not _FACTOR.match(text, start))
            if isinstance(found, Figure):
                at = found.end
                moved = Figure(found.quantity, base + found.start, base + found.end, found.times, found.more, found.per)
                tokens.append(Token(moved.start, moved.end, figure=moved))
            else:
                at = max(at, found)
                tokens.append(Token(base + start, base + at, text[start:at].lower()))
    return tuple(tokens)


def _is_times(text: str, start: int, end: int, before: list[Token]) -> bool:
    """Whether an "x" stands for "×": parted by blanks, beside a figure or a bracket."""
    parted = text[start - 1 : start] == " " and text[end : end + 1] == " "
    return parted and bool(
        (before and before[-1].figure) or text[end + 1 : end + 2].isdigit() or text[end + 1 : end + 2] == "("
    )


def _count(value: int, start: int, end: int) -> Figure:
    return Figure(Quantity.of(float(value)), start, end)


def _listed(tokens: list[Token]) -> bool:
    """Whether a comma before the next figure parts numbers of devices."""
    for at in range(len(tokens) - 1, max(-1, len(tokens) - 4), -1):
        token = tokens[at]
        if token.stem:
            before = tokens[at - 1] if at else None
            summed = tokens[-1].sign in ("=", "≈") and before is not None and before.figure is not None  # "64 GPUs ="
            ended = at == len(tokens) - 2 and tokens[-1].sign == ","  # "on each GPU, 126,127 on all"
            single = before is not None and before.stem in _SINGLE
            worked = tokens[-1].sign in _OPERATORS and tokens[-1].sign  # "16 GPUs × 1,979"
            return token.stem in _LISTED and not (summed or ended or single or worked)
        if token.sign in ("[", ")"):
            return token.sign == "["
    return False
