"""Groups of devices against nodes and their number: "an expert group spans 4 nodes", "there are 64 TP groups"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.number_words import NUMBER_WORD, number
from stratc.frontends.markdown.document.saying import said_at
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_NUMBER = rf"\d{{1,5}}|one|a single|a|the same|both|{NUMBER_WORD}"
_NODE = r"(?:nodes?|servers?|machines?|boxes|box|hosts?)"
_WHOSE = (
    r"(?P<tp>tensor[- ]parallel(?:ism)?|TP|tensor)|(?P<ep>expert(?:[- ]parallel(?:ism)?)?|EP)"
    r"|(?P<dp>data[- ]parallel(?:ism)?|DP)|(?P<pp>pipeline[- ]parallel(?:ism)?|PP|pipeline)"
    r"|(?P<replica>replica|instance|engine|model copy)"
)
_SPANS = (
    r"(?:spans?|spanning|covers?|stretch(?:es)?(?: over| across)?|extends? over|crosses|reaches over|"
    r"occup(?:y|ies)|fills?|runs? (?:on|over|across)|uses?|takes?|needs?|fits? (?:in|on|into)|stays? "
    r"(?:in|within|inside|on)|sits? (?:in|on|inside))"
)
_SPANNING = Pattern(
    rf"(?i)\b(?:an?|each|every|one|the|our|so an?|that)? ?(?:{_WHOSE})(?: ?[=-]? ?\d{{1,4}})?(?:[-"
    rf" ]way)?(?: (?:group|ranks?))?s? (?:then |thus |therefore |always |just |exactly |only )?"
    rf"{_SPANS} (?:only |just |exactly |all )?(?P<n>{_NUMBER}) (?:whole |full |entire |HGX |DGX )?{_NODE}\b",
    "node|server|machine|box|host",
)
_COUNTED = Pattern(
    rf"(?i)(?<![\w.,×/–-])(?P<n>\d{{1,5}}|{NUMBER_WORD}) (?:separate |independent |distinct )?"
    r"(?:(?P<tp>tensor[- ]parallel|TP)|(?P<dp>data[- ]parallel|DP)|(?P<pp>pipeline[- ]parallel|PP)|"
    r"(?P<ep>expert[- ]parallel|EP))[- ]groups\b"
    r"(?! (?:of|with|per|each|on each|in each))",
    "groups",
)
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
_OTHERWISE = Pattern(
    r"(?i)\b(?:if|would|could|instead|not|never|than|may|might|half|either|if not|at most|up to|no|prefill|decode)\b"
)
_ONE = frozenset(("one", "a single", "a", "the same"))


def groups_on_nodes(sentence: Sentence) -> Iterator[Statement]:
    """Statements "group.nodes" and "group.count"; `cause` is the degree, or "replica"."""
    if sentence.scope.role is not Role.PLAN:
        return
    yield from _of_tensor_groups(sentence)
    if _OTHERWISE.search(sentence.text):
        return
    for pattern, metric in ((_SPANNING, "group.nodes"), (_COUNTED, "group.count")):
        for found in pattern.finditer(sentence.text):
            low = found["n"].lower()
            count = 1 if low in _ONE else 2 if low == "both" else number(low)
            whose = next(name for name in ("tp", "ep", "dp", "pp", "replica") if found.groupdict().get(name))
            said = said_at(sentence, metric, float(count), found.span("n"))
            yield replace(said, quantity=Quantity.of(count), cause=whose)


def _of_tensor_groups(sentence: Sentence) -> Iterator[Statement]:
    """Mentions of tensor-parallel groups, or of their all-reduces, that stay inside a node or reach over several."""
    if not _TENSOR.search(sentence.text):
        return
    if inside := _INSIDE.search(sentence.text):
        yield said_at(sentence, "mention.tensor_group_in_node", inside[0], inside.span())
    elif found := _ADMITTED.search(sentence.text):
        yield said_at(sentence, "mention.tensor_group_across_nodes", found[0], found.span())
