"""Where formulas in LaTeX stand in a text: between dollars and brackets, on lines of their own and inside sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.launch.traced import Traced
from stratc.frontends.markdown.document.formulas import commands, formula, rows
from stratc.frontends.markdown.document.rewriting import FORMULA_TAGS, Row, laid, rewritten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stratc.frontends.markdown.document.rewriting import Written

_NAMES = r"(?P<name>(?:equation|align|aligned|gather|eqnarray)\*?)"
_FENCED = r"(?:(?![ \t>]*(?P=marks))[^\n]*\n)*"
_MONEY = re.compile(r"\d[\d.,]*[kKMB]?[^\d.,]*\s[^=\\^_×]*")  # "2.50 per hour, in US" between two signs of dollars
_MARGIN = re.compile(r"[ \t>]*$")
_QUOTED = re.compile(r"(?<=\n)[ \t]*>[ \t>]*")


def written_out(text: Traced) -> Traced:
    """A text with its formulas in plain notation; dollars that are money stay.

    >>> written_out(Traced(r"$\\frac{140}{8} \\approx 17.5$ GB for $2.50", range(43))).text
    '140 / 8 ≈ 17.5 GB for $2.50'
    """
    return rewritten(text, _ROWS, commands)


def _inside(group: str) -> Callable[[re.Match[str], Traced], Written]:
    """A formula inside a sentence."""
    return lambda match, text: (formula(text.part(*match.span(group))).stripped(),)


def _unless_money(match: re.Match[str], text: Traced) -> Written:
    """A formula between single dollars."""
    return None if _MONEY.fullmatch(match["tight"]) else _inside("tight")(match, text)


def _shown(group: str) -> Callable[[re.Match[str], Traced], Written]:
    """A formula on lines of its own as items, one that shares its line as a part of it."""
    return lambda match, text: _displayed(match, text, text.part(*match.span(group)))


def _displayed(match: re.Match[str], text: Traced, said: Traced) -> Iterator[Traced]:
    start, end = match.span()
    margin = text.text[text.text.rfind("\n", 0, start) + 1 : start]
    after = text.text[end : (text.text.find("\n", end) + 1 or len(text.text) + 1) - 1].strip(" \t.,;")
    alone = _MARGIN.match(margin) is not None and not after
    if ">" in margin:
        said = rewritten_without(said, _QUOTED)
    for number, row in enumerate(rows(said)):
        mark = "- " if alone else ""
        sign = (f"\n{margin}{mark}" if alone else "; ") if number else mark
        yield Traced(sign, (row.at[0],) * len(sign))
        yield row


def rewritten_without(text: Traced, pattern: re.Pattern[str]) -> Traced:
    """What is left of a text without the marks that a pattern finds."""
    ends = [0, *(place for match in pattern.finditer(text.text) for place in match.span()), len(text.text)]
    return laid(text.part(start, end) for start, end in zip(ends[::2], ends[1::2], strict=True))


_ROWS = (
    Row(
        rf"(?P<marks>`{{3,}})[ \t]*{FORMULA_TAGS}[ \t]*\n(?P<fenced>{_FENCED})[ \t>]*(?P=marks)",
        _shown("fenced"),
        "```",
    ),
    Row(r"\$\$(?P<doubled>[^$]{1,4000})\$\$", _shown("doubled"), "$$"),
    Row(r"\\\[(?P<shown>(?:(?!\\\[)[^$]){1,4000}?)\\\]", _shown("shown"), "\\["),
    Row(rf"\\begin\{{{_NAMES}\}}(?P<framed>[^$]{{1,4000}}?)\\end\{{(?P=name)\}}", _shown("framed"), "\\begin"),
    Row(r"\\\((?P<inline>(?:(?!\\\()[^$]){1,600}?)\\\)", _inside("inline"), "\\("),
    Row(r"\$`(?P<ticked>[^`\n]+)`\$", _inside("ticked"), "$`"),
    Row(
        r"(?<![\w\\$])\$(?P<tight>(?=[^\s$])[^$|\n]{0,399}[^\s$\\|]|[^\s$\\|])\$(?![\w$])",
        _unless_money,
        "$",
    ),
    Row(
        r"(?<![\w\\$])\$ (?=[^$|\n]*?[=\\^_≈])(?P<spaced>[^\d\s$|][^$|\n]{0,399}) \$(?![\w$])",
        _inside("spaced"),
        "$ ",
    ),
)
