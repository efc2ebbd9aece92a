"""All devices against the machines that hold them, each counted in a place of its own: "Nodes: 6", "48 GPUs in all"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.quantity import Quantity
from stratc.arith.term import Apply, Literal
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.kinds import KIND_MARK, marked
from stratc.frontends.markdown.document.number_words import NUMBER_WORD, number
from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.statement import Per, Relation
from stratc.text.pattern import Pattern
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_TOTALS = ("hardware.device_count", "strategy.device_count")
_MACHINES = words("node server machine host box chassis")
_LABEL = _MACHINES | words("total number of compute gpu the count dgx hgx training inference cluster used in all")
_NUMBER = rf"\d{{1,3}}(?:,\d{{3}})+|\d{{1,5}}|{NUMBER_WORD}"
_COUNTED = Pattern(
    rf"(?i)(?<![\w.,×/–-])(?P<n>{_NUMBER}) (?:(?:[x×]|identical|{KIND_MARK}|GPU|compute|HGX|DGX|of our|such) ?){{0,3}}"
    r"(?:nodes|servers|machines|hosts|boxes|chassis)\b(?! (?:per|each|in each|a|fails?|of each|at a time)\b)",
    "nodes|servers|machines|hosts|boxes|chassis",
)
_RACKS = Pattern(
    rf"(?i)(?<![\w.,×/–-])(?P<n>{_NUMBER}) (?:[x×] )?(?:(?:{KIND_MARK}|NVIDIA) ?)*NVL(?P<each>36|72|144) ?"
    r"(?:racks?|systems?|cabinets?)\b",
    "nvl",
)
_BOARDS = Pattern(
    rf"(?i)(?<![\w.,×/–-])(?P<n>{_NUMBER}) (?:[x×] )?[DH]GX (?:{KIND_MARK} ?)?"
    r"(?:nodes|servers|machines|hosts|boxes|systems)\b",
    "dgx|hgx",
)
_OF_A_BOARD = 8
_ALL = words("total all altogether overall together sum cluster pool fleet partition whole")
_OF_A_PART = words(
    "each every per replica instance stage group copy spare spares standby of fails lost if would could "
    "span spans spanning covers fills cross crosses between leave leaves both"
)


class _Machines(NamedTuple):
    """How many machines a place counts, and how many devices each of them has where its name says so."""

    number: int
    place: Span
    each: int = 0


def machines_and_all(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements "implied" of the devices in all, their working the machines times the devices of one of them.

    Nothing where the document counts machines, or what one of them has, in two ways.
    """
    totals = [each for each in statements if each.subject in _TOTALS and _is_whole(each)]
    if not totals:
        return
    found = [each for sentence in said for each in _machines(sentence)]
    each = _of_one(statements, found)
    counts = {machines.number for machines in found}
    if each is None or len(counts) != 1 or counts == {1}:
        return
    machines = found[0]
    size, size_at = each
    working = Apply("×", Literal(machines.number, None, machines.place), Literal(size, None, size_at))
    by_start = {sentence.start: sentence for sentence in said}
    for total in totals:
        if not isinstance(total.value, int) or total.working is not None or _holds(total, found) or total.value == size:
            continue
        more = total.value > machines.number * size
        if total.value != machines.number * size and (more or _is_of_all(by_start.get(total.context.start))):
            quantity = Quantity.of(total.value)
            yield replace(total, subject="implied", quantity=quantity, working=working, per=Per.TOTAL)


def _is_whole(statement: Statement) -> bool:
    """Whether a count is one of the plan, exact, and of all its devices."""
    exact = statement.relation is Relation.IS and statement.per in (Per.UNSAID, Per.TOTAL)
    return exact and statement.scope.role is Role.PLAN and not statement.scope.strategy


def _holds(total: Statement, machines: Sequence[_Machines]) -> bool:
    """Whether a count of devices is only worked out from the machines."""
    inside = (each.place.start for each in machines)
    return any(total.span.start <= start < total.span.end for start in inside)


def _of_one(statements: Sequence[Statement], machines: Sequence[_Machines]) -> tuple[int, Span | None] | None:
    """The devices of a machine, where every place gives the same."""
    counted = {each.place.start for each in machines}
    told = [
        each
        for each in statements
        if each.subject == "hardware.devices_per_node"
        and each.scope.role is Role.PLAN
        and each.span.start not in counted
        and isinstance(each.value, int)
    ]
    sizes = {each.value for each in told}
    if len(sizes) == 1 and isinstance(told[0].value, int):
        return told[0].value, told[0].span
    named = {each.each for each in machines if each.each}
    return (named.pop(), None) if not sizes and len(named) == 1 else None


def _is_of_all(sentence: Sentence | None) -> bool:
    """Whether the words around a count say that it is of everything there is."""
    return sentence is not None and not _ALL.isdisjoint(sentence.stems | sentence.key_stems)


def _machines(sentence: Sentence) -> Iterator[_Machines]:
    """The machines of the plan that a sentence counts."""
    if (
        sentence.scope.role not in (Role.PLAN, Role.TARGET)
        or sentence.block.kind is Kind.HEADING
        or sentence.scope.strategy
        or not _OF_A_PART.isdisjoint(sentence.key_stems)
    ):
        return
    text = marked(sentence.text)
    if (labelled := _labelled(sentence)) is not None:
        yield labelled
        return
    for pattern in (_RACKS, _BOARDS, _COUNTED):
        for match in pattern.finditer(text):
            if _is_of_part(text, match.start("n")):
                continue
            named = int(match["each"]) if pattern is _RACKS else _OF_A_BOARD if pattern is _BOARDS else 0
            yield _Machines(number(match["n"]), said_at(sentence, "", 0, match.span("n")).span, named)
            return


def _labelled(sentence: Sentence) -> _Machines | None:
    """A number alone behind a label that names machines: "Nodes: 6", "| Servers | 6 |"."""
    stems = [token.stem for token in sentence.key if token.stem]
    figure = sentence.value[0].figure if sentence.value else None
    if figure is None or not figure.is_count or not _MACHINES & {*stems} or not {*stems} <= _LABEL:
        return None
    alone = len(sentence.value) == 1 or sentence.value[1].sign in ("(", ",", ";")
    if not alone or (
        sentence.block.kind is Kind.CELL and sentence.header and _OF_A_PART & {t.stem for t in sentence.header}
    ):
        return None
    return _Machines(int(figure.value), Span(sentence.source, figure.start, figure.end))


def _is_of_part(text: str, at: int) -> bool:
    clause = text[max(text.rfind(sign, 0, at) for sign in ";:()") + 1 : at].lower()
    return not _OF_A_PART.isdisjoint(clause.replace(",", " ").split())
