"""A text in the dress of other notations (formulas in LaTeX), rewritten to the one that every reader knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.launch.traced import Traced
from stratc.frontends.markdown.formulas import commands, formula, laid, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

_MATHS = "(?:math|latex|tex)"
_NAMES = r"(?P<name>(?:equation|align|aligned|gather|eqnarray)\*?)"
_BODY = r"(?:\n(?![ \t>]*(?P=fence)[`~]*[ \t]*$)[^\n]*)*"  # of a fence
_FORMULAS = (
    # what is no formula whatever stands in it
    r"<!--(?s:.*?)-->",
    rf"^[ \t>]*(?P<fence>`{{3,}}|~{{3,}})(?![ \t]*{_MATHS}\b)[^\n]*{_BODY}(?:\n[^\n]*)?",
    r"(?<![$`])(?P<ticks>`+)(?!`)[^`\n]+(?P=ticks)",
    # formulas on lines of their own, and those inside a sentence
    rf"(?P<marks>`{{3,}})[ \t]*{_MATHS}[ \t]*\n(?P<fenced>(?:(?![ \t>]*(?P=marks))[^\n]*\n)*)[ \t>]*(?P=marks)",
    r"\$\$(?P<doubled>[^$]{1,4000})\$\$",
    r"\\\[(?P<shown>[^$]{1,4000}?)\\\]",
    rf"\\begin\{{{_NAMES}\}}(?P<framed>[^$]{{1,4000}}?)\\end\{{(?P=name)\}}",
    r"\\\((?P<inline>[^$]{1,600}?)\\\)",
    r"\$`(?P<ticked>[^`\n]+)`\$",
    r"(?<![\w\\$])\$(?P<tight>(?=[^\s$])[^$|\n]{0,399}[^\s$\\|]|[^\s$\\|])\$(?![\w$])",
    r"(?<![\w\\$])\$ (?=[^$|\n]*?[=\\^_≈])(?P<spaced>[^\d\s$|][^$|\n]{0,399}) \$(?![\w$])",
)
_GROUPS = ("fenced", "doubled", "shown", "framed", "inline", "ticked", "tight", "spaced")
_OF_LINES = frozenset(("fenced", "doubled", "shown", "framed"))
_MONEY = re.compile(r"\d[\d.,]*[kKMB]?[^\d.,]*\s[^=\\^_×]*")  # "2.50 per hour, in US" between two signs of dollars
_MARKED = re.compile(r"[ \t>]*$")


def undressed(text: str) -> Traced:
    """The text without its dress; every character knows its place.

    >>> undressed("weights: $\\\\frac{140}{8} \\\\approx 17.5$ GB for $2.50 an hour").text
    'weights: 140 / 8 ≈ 17.5 GB for $2.50 an hour'
    """
    whole = Traced(text, range(len(text)))
    if "\r\n" in text:
        whole = laid(_parts(whole, r"\r(?=\n)"))
    return laid(_pieces(whole))


def _pieces(whole: Traced) -> Iterator[Traced]:
    """The text in order, its formulas written out."""
    done = 0
    for match in re.finditer("|".join(_FORMULAS), whole.text, re.MULTILINE):
        group = next((name for name in _GROUPS if match[name] is not None), "")
        if group == "tight" and _MONEY.fullmatch(match[group]):
            continue
        yield commands(whole.part(done, match.start()))
        done = match.end()
        if not group:
            yield whole.part(match.start(), done)
        else:
            said = whole.part(*match.span(group))
            yield from _shown(whole, match.start(), done, said) if group in _OF_LINES else [formula(said).stripped()]
    yield commands(whole.part(done))


def _shown(whole: Traced, start: int, end: int, said: Traced) -> Iterator[Traced]:
    """A formula on lines of its own as items, one inside a line as a part of that line."""
    text = whole.text
    margin = text[text.rfind("\n", 0, start) + 1 : start]
    after = text[end : (text.find("\n", end) + 1 or len(text) + 1) - 1].strip(" \t.,;")
    alone = _MARKED.match(margin) is not None and not after
    if ">" in margin:
        said = laid(_parts(said, r"(?<=\n)[ \t]*>[ \t>]*"))
    mark = "\n- " if alone else "; "
    for number, row in enumerate(rows(said)):
        sign = mark.replace("\n", f"\n{margin}") if number else mark.strip("\n; ") + " " * alone
        yield Traced(sign, (row.at[0],) * len(sign))
        yield row


def _parts(text: Traced, without: str) -> Iterator[Traced]:
    """What is left of a text without the marks that a pattern finds: ends of lines, signs of a quotation."""
    done = 0
    for match in re.finditer(without, text.text):
        yield text.part(done, match.start())
        done = match.end()
    yield text.part(done)
