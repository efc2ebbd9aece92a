"""Parameters that one token uses, said beside those of the model: "236B total, 21B active"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.unit import UNITS
from stratc.frontends.markdown.saying import said_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement

_SAID = (
    r"(?<![\w.])(?P<one>\d{1,4}(?:\.\d+)?) ?B (?:of (?:which|them|these) )?(?:are )?(?:active|activated)\b(?! expert)"
    r"|\bactive (?:parameters|params)(?: per token)?[*: =]{1,4}~?(?P<two>\d{1,4}(?:\.\d+)?) ?B\b"
    r"|(?<![\w.])(?P<three>\d{1,4}(?:\.\d+)?) ?B ?激活"
)


def active_parameters(sentence: Sentence, found: Iterable[Statement]) -> Iterator[Statement]:
    """Statement "parameters.active" of figures in billions that `found` has not taken for it."""
    low = sentence.text
    if "activ" not in low and "激活" not in low:
        return
    taken = {each.span.start for each in found if each.subject == "parameters.active"}
    for match in re.finditer(_SAID, low):
        group = str(match.lastgroup)
        figure, place = float(match[group]) * 1e9, match.span(group)
        said = said_at(sentence, "parameters.active", figure, place)
        if said.span.start not in taken:
            yield replace(said, quantity=Quantity.of(figure, UNITS["parameters"]))
