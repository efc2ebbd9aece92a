"""Where tensor-parallel groups lie: inside a node, or over several of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.number_words import NUMBER_WORD
from stratc.frontends.markdown.document.saying import said_at
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_NODE = r"(?:nodes?|servers?|machines?|boxes|box|hosts?)"
_TENSOR = Pattern(r"\b(?:TP|[Tt]ensor)(?![A-Za-z])|[Aa]ll-?[Rr]educes?\b", "TP|ensor|educe")
_SEVERAL = rf"(?:both|several|all|the two|\d{{1,2}}|{NUMBER_WORD})"
_ADMITTED = Pattern(
    rf"(?i)\b(?:across|over|spans?|spanning|between) (?:the |its )?{_SEVERAL} (?:\w+ )?{_NODE}\b|\bacross both\b"
    rf"|\b(?:cross|crosses|crossing|leaves?|leaving)\b[^.;:,]{{0,24}}\b(?:{_NODE}|node borders?)\b"
    r"|\b(?:go|goes|run|runs|travels?|pass|passes) (?:over|through|across) (?:InfiniBand|RoCE|"
    r"Ethernet|the network|IB)\b",
    "across|over|span|between|cross|leav|through",
)
_INSIDE = Pattern(
    rf"(?i)\b(?:never|not|nowhere)\b[^.;:,]{{0,12}}\b(?:leaves?|cross(?:es)?)\b[^.;:,]{{0,16}}\b{_NODE}\b"
    rf"|\b(?:stays?|remains?|kept|keeps?|confined|contained|runs?|lives?)\b[^.;:,]{{0,12}}\b(?:in|"
    rf"inside|within|on|to) (?:an?|one|the|its|each|"
    rf"a single|the same) {_NODE}\b|\b(?:stays?|remains?|runs?|kept) on NVLink\b|\bonly (?:over|on) NVLink\b",
    "leave|cross|stay|remain|kept|keep|confined|contained|run|live|nvlink",
)


def tensor_group_places(sentence: Sentence) -> Iterator[Statement]:
    """Mentions of tensor-parallel groups, or of their all-reduces, that stay inside a node or reach over several."""
    if sentence.scope.role is not Role.PLAN or not _TENSOR.search(sentence.text):
        return
    if inside := _INSIDE.search(sentence.text):
        yield said_at(sentence, "mention.tensor_group_in_node", inside[0], inside.span())
    elif found := _ADMITTED.search(sentence.text):
        yield said_at(sentence, "mention.tensor_group_across_nodes", found[0], found.span())
