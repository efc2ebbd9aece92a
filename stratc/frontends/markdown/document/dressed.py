"""A text in the dress of other notations, rewritten to the one that every reader knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from stratc.frontends.launch.traced import Traced

FEW_HEADINGS = 1  # with a mark of their own, in a text that marks its sections otherwise: its title
_SPACES = "\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_RARE = f"{_SPACES}０１２３４５６７８９✕✖⨯∗⋅▶►▸➢➣"
_OF_FORMULAS = ("\\", "$", "_{", "^{", "<su", "<SU", "{,}", "^\\", "\r\n")  # without which a text holds none
_DRESSES = (
    Pattern(r"\\(?:[a-zA-Z]{2}|[(\[*])", "\\"),
    Pattern(r"(?<![\w\\])\$(?=\S)[^$|\n]{0,399}\$(?!\w)|\$\$", "$"),
    Pattern(r"[_^]\{|\d\{,\}\d|10\^|\d[eE]\^", "_{|^{|{,}|10^|e^|E^"),
    Pattern(r"(?<=10)[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]|2[¹²³⁴][⁰¹²³⁴⁵⁶⁷⁸⁹]", "|".join("⁰¹²³⁴⁵⁶⁷⁸⁹⁻")),
    Pattern(r"&(?:[a-z]{2,6}|#\w{1,6});", "&"),
    Pattern(r"(?i)</?(?:b|strong|sup|sub|code|table|h\d|li|d[lt]|i|em|p|div|span)\b[^<>\n]*>", "<"),
    Pattern(r"(?<=\d)[\u00a0'’](?=\d{3}(?!\d))", "\u00a0|'|’"),
    Pattern(r"(?<![\w.,])[1-9]\d{0,2} \d{3}(?!\w)"),
    Pattern(
        r"(?<![\w.])[A-Za-z] ?= ?\d[\d,]* (?:\w+ )?(?:layer|head|expert|GPU|stage|micro)|(?<![\w.])L ?= ?\d"
        r"|(?:izes?|ength|ayers|eads|xperts|atch|egree|mension|dim|ocab|ocabulary|tages|GPUs|ount) \(?[A-Za-z] ?= ?\d",
        "=",
    ),
    Pattern(r"(?<![\w.])__(?=[^\s_])(?!\w+__\W{0,2}[(=.:])", "__"),
    Pattern(r"(?:former|coder) blocks?\b|decoder layers?\b", "er block|decoder layer"),
    Pattern(r"\[[^][\n`]{0,99}\d ?[×÷*/+=≈] ?\d", "["),
    Pattern(f"[{_RARE}]", "|".join(_RARE)),
    Pattern(r"(?m)^[ \t>]*[\U0001f300-\U0001faff]\ufe0f?[ \t]|\u20e3"),
    Pattern(r"\w ?\.{4,} ?\S", "...."),
    Pattern(r"\[!", "[!"),
)


def is_dressed(text: str) -> bool:
    """Whether a text may hold formulas in LaTeX, HTML, or signs that readers do not know."""
    titled = text.count("\n#") + text.startswith("#") > FEW_HEADINGS
    return any(dress.search(text) for dress in _DRESSES) or (not titled and ("\n**" in text or "\n\n1. " in text))


def undressed(text: str) -> Traced:
    """The text without its dress; every character knows its place.

    >>> undressed("weights: $\\\\frac{140}{8} \\\\approx 17.5$&nbsp;GB of 1.4×10¹¹ bytes").text
    'weights: 140 / 8 ≈ 17.5 GB of 1.4e11 bytes'
    """
    from stratc.frontends.launch.traced import Traced
    from stratc.frontends.markdown.document.signs import in_usual_numbers, in_usual_signs
    from stratc.frontends.markdown.document.symbols import without_symbols

    whole = Traced(text, range(len(text)))
    if not any(sign in text for sign in _OF_FORMULAS):
        return without_symbols(in_usual_numbers(in_usual_signs(whole)))
    from stratc.frontends.markdown.document.displays import rewritten_without, written_out

    if "\r\n" in text:
        whole = rewritten_without(whole, re.compile(r"\r(?=\n)"))
    return without_symbols(in_usual_numbers(written_out(in_usual_signs(whole))))
