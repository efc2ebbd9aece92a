"""Devices that running text counts in passing, where nothing else does: "We have 256 A100s", "TP 2 on two H200"."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.kinds import KIND_MARK, marked
from stratc.frontends.markdown.document.number_words import NUMBER_WORD, number
from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_LEAD = (
    r"(?:\b(?:on|across|over|with|has|have|had|uses?|using|takes?|taking|needs?|rent(?:ed)?|book(?:ed)?|got|gave us"
    r"|gives us|runs?|all|the|these|our)|[=:,(|]|^\W*)\s*\*{0,2}(?<!\d,)(?<!\d\.)"
)
_KIND = rf"(?:{KIND_MARK}|{DEVICE})s?(?: (?:GPUs|cards|chips|accelerators))?"
_COUNTED = Pattern(
    rf"(?i){_LEAD}(?P<n>\d{{1,3}},\d{{3}}|\d{{1,5}}|{NUMBER_WORD}) ?[x×]? ?\*{{0,2}}{_KIND}"
    r"(?![ -]+(?:per|each|an?|nodes?|servers?|boxes|hosts?|machines?|groups?|could|would|can|might|that|left|idle|of"
    r"|spares?|remain\w*|free|hours?|days?|years?|memory|short|more|fewer|less|at (?:most|least|a time)|or)\b)"
    r"(?!\w|-\w|/)",
)
_OF_ONE = Pattern(  # of a part of the devices
    r"(?i)\b(?:each|every|per|an?|one|single|another|of the) (?:[\w-]+ )?(?:replica|instance|group|node|server|rank"
    r"|copy|engine|pool|host|machine|box|tray|board|domain|island|rack|block|pod|unit)\b|\bstage\b"
    r"|\b(?:would|could|may|might|if|suppose|either)\b|每|若|如果"
)
_ASIDE = Pattern(  # right before a count: not those of this plan, or not all of them
    r"(?i)\b(?:up to|at least|at most|than|first|last|remaining|other|another|extra|additional|spare|idle|beyond"
    r"|instead(?: of)?|without|minimum|maximum|or|between|every|each|not|n't|pool|cluster of|reserved|quota|beside"
    r"|except|only)\b[^.;:,]{0,16}$"
)
_NEAR = 40  # characters
_SPLIT = Pattern(r"(?i)\b(?:split|shard|divid|spread|distribut|cut|partition|slic|group|prefill|decode|test)\w*|切|分")
_COUNTS = frozenset(("hardware.device_count", "strategy.device_count", "nodes.run"))
_AXES = tuple(f"strategy.{axis}" for axis in ("tp", "pp", "cp", "dp", "ep"))


def lone_machines(said: Iterable[Sentence], statements: Iterable[Statement]) -> Iterator[Statement]:
    """Statements "hardware.device_count" of what sentences of the plan count, which gives no devices otherwise.

    A count that its degrees do not fill may be that of a part.
    """
    own = [each for each in statements if each.scope.role is Role.PLAN]
    if any(each.subject in _COUNTS for each in own):
        return
    degrees = _product(own)
    for sentence in said:
        aside = sentence.scope.role is not Role.PLAN or sentence.block.language
        if aside or _OF_ONE.search(sentence.text) or _SPLIT.search(sentence.text):
            continue
        for found in _COUNTED.finditer(marked(sentence.text)):
            before = sentence.text[max(0, found.start("n") - _NEAR) : found.start("n")]
            count = number(found["n"])
            if count % degrees == 0 and not _ASIDE.search(before):
                yield said_at(sentence, "hardware.device_count", count, found.span("n"))


def _product(statements: Sequence[Statement]) -> int:
    """The least devices that the degrees of a plan fill; those of experts may lie on the data-parallel ones."""
    values = {
        each.subject: int(each.value) for each in statements if each.subject in _AXES and isinstance(each.value, int)
    }
    return max(values.get("strategy.ep", 1), prod(values.get(axis, 1) for axis in _AXES[:4]))
