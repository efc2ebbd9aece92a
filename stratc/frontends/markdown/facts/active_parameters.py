"""Parameters that one token uses, said beside those of the model: "236B total, 21B active"."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.unit import UNITS
from stratc.frontends.markdown.document.saying import said_at
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_SAID = (
    r"(?<![\w.])(?P<part>\d{1,4}(?:\.\d+)?) ?B (?:out )?of (?:the |its )?\d{1,4}(?:\.\d+)? ?B (?:are |is )?"
    r"(?:active|activated)\b"
    r"|(?<![\w.])(?P<one>\d{1,4}(?:\.\d+)?) ?B (?:of (?:which|them|these) )?(?:are )?(?:active|activated)\b(?! expert)"
    r"|\bactive (?:parameters|params)(?: per token)?[*: =]{1,4}~?(?P<two>\d{1,4}(?:\.\d+)?) ?B\b"
    r"|(?<![\w.])(?P<three>\d{1,4}(?:\.\d+)?) ?B ?激活"
    r"|(?<![\w.])(?P<four>\d{1,4}(?:\.\d+)?) ?B (?:parameters |params |weights )?(?:of (?:which|them|these) )?"
    r"(?:(?:are )?(?:touched|used|read|needed|run|computed)|work|act|fire|take part)"
    r" (?:on|by|for|per|in|with) (?:a|an|any|each|every|one|per) (?:single |given )?token\b"
)
_WHOLE = (
    r"(?<![\w.$-])((\d{1,4}(?:\.\d+)?) ?B) (?:parameters|params|total|in total|overall|参数)(?! (?:are )?activ| per)\b"
)
_PAIR = Pattern(r"\W*~?(?P<all>\d{1,4}(?:\.\d+)? ?B) ?/ ?~?(?P<used>\d{1,4}(?:\.\d+)? ?B)\b", "/")
_ONE_OF = frozenset(("a", "an", "any", "each", "every", "one", "single"))
_ALL, _USED = ("total", "总"), ("active", "activated", "激活")


def is_of_token(tokens: Sequence[Token], at: int) -> bool:
    """Whether parameters are those that one token uses: "13 B parameters work on a token"."""
    after = [token.stem for token in tokens[at + 1 : at + 9]]
    return any(one in _ONE_OF and other == "token" for one, other in pairwise(after))


def names_both(sentence: Sentence) -> bool:
    """Whether a label names the parameters in all and those that a token uses: "Total / active parameters"."""
    parted = any(token.sign in ("/", "(") for token in sentence.key)
    return parted and all(any(word in sentence.key_text for word in words) for words in (_ALL, _USED))


def both_sizes(sentence: Sentence) -> Iterator[Statement]:
    """Statements of the two sizes behind such a label: "141B / 39B"."""
    pair = _PAIR.match(sentence.text, sentence.value[0].start - sentence.start) if sentence.value else None
    if pair and names_both(sentence):
        for subject, group in (("model.parameters", "all"), ("parameters.active", "used")):
            count = float(pair[group].rstrip(" B")) * 1e9
            said = said_at(sentence, subject, count, pair.span(group))
            yield replace(said, quantity=Quantity.of(count, UNITS["parameters"]))


def active_parameters(sentence: Sentence, found: Iterable[Statement]) -> Iterator[Statement]:
    """Statements "parameters.active" of figures in billions, and "model.parameters", that `found` has not taken."""
    low = sentence.text
    if not any(word in low for word in ("activ", "激活", "token")) or (names_both(sentence) and _PAIR.search(low)):
        return
    most, subjects = 0.0, {each.subject for each in found}
    taken = {each.span.start for each in found if each.subject == "parameters.active"}
    for match in re.finditer(_SAID, low):
        group = str(match.lastgroup)
        figure, place = float(match[group]) * 1e9, match.span(group)
        most = max(most, figure)
        said = said_at(sentence, "parameters.active", figure, place)
        if said.span.start not in taken:
            yield replace(said, quantity=Quantity.of(figure, UNITS["parameters"]))
    if most and "model.parameters" not in subjects:
        wholes = [match for match in re.finditer(_WHOLE, low) if float(match[2]) * 1e9 > most]
        if len(wholes) == 1:
            count = float(wholes[0][2]) * 1e9
            whole = said_at(sentence, "model.parameters", count, wholes[0].span(1))
            yield replace(whole, quantity=Quantity.of(count, UNITS["parameters"]), passing=True)
