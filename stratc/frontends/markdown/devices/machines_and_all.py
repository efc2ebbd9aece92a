"""All devices against the machines that hold them, each counted in a place of its own: "Nodes: 6", "48 GPUs in all"."""

from __future__ import annotations

import re
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.term import Apply, Literal
from stratc.frontends.markdown.devices.tallied import MACHINES, TOTALS
from stratc.frontends.markdown.words.vocabulary import DEVICE, words
from stratc.ir.scope import Role
from stratc.ir.statement import Per, Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement
    from stratc.text.span import Span

_APPOSITION = Pattern(  # between devices and the machines that they are: "32 GPUs, four nodes"
    rf"(?i) ?(?:{DEVICE}s?|[张块]?卡)(?: altogether| in all| in total)?(?:, | \(|，|（| ?[=→] ?| on | in )"
)
_COUNTED = (
    r"(?i)(?<![\w.,])(?P<n>\d{1,3}(?:,\d{3})+|\d+)(?: [\w.-]+){0,4} (?:nodes|servers|machines|hosts|boxes|trays)\b"
)
_ALL = words("total all altogether overall together sum cluster pool fleet partition whole")


def machines_and_all(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements "implied" of the devices in all, their working the machines times the devices of one of them.

    Nothing where the document counts machines, or what one of them has, in two ways.
    """
    totals = [each for each in statements if each.subject in TOTALS and _is_whole(each)]
    found = [each for each in statements if each.subject == MACHINES and _is_whole(each)]
    sized = _of_one(statements, found)
    counts = {machines.value for machines in found}
    if sized is None or len(counts) != 1 or counts == {1}:
        return
    number, (size, size_at) = int(found[0].quantity.high if found[0].quantity else 0), sized
    working = Apply("×", Literal(number, None, found[0].span), Literal(size, None, size_at))
    by_start = {sentence.start: sentence for sentence in said}
    elsewhere = {each * size for each in _other_counts(said)}  # "128 Atlas 800T A2 servers", of which others are spare
    yield from _beside(statements, by_start, found, (size, size_at))
    for total in totals:
        if not isinstance(total.value, int) or total.working is not None or _holds(total, found) or total.value == size:
            continue
        sentence = by_start.get(total.context.start)
        if _is_product(total, sentence):
            continue
        if total.value % number == 0 and any(each.context == total.context for each in found):
            continue  # "9 H100 nodes (72 GPUs) and a server with 6 L40S", which has others
        if total.value in elsewhere:
            continue
        if total.value > number * size or (total.value < number * size and _is_of_all(sentence)):
            quantity = Quantity.of(total.value)
            yield replace(total, subject="implied", quantity=quantity, working=working, per=Per.TOTAL)


def _other_counts(said: Iterable[Sentence]) -> Iterator[int]:
    """Numbers of machines wherever a text has them, also with their kind between."""
    for sentence in said:
        if sentence.has_digit:
            yield from (int(each["n"].replace(",", "")) for each in re.finditer(_COUNTED, sentence.text))


def _beside(
    statements: Iterable[Statement],
    by_start: Mapping[int, Sentence],
    machines: Sequence[Statement],
    sized: tuple[int, Span | None],
) -> Iterator[Statement]:
    """Statements "implied" of machines in apposition to devices that bring a working: "16 × 2 = 32 GPUs, four nodes".

    More than the devices fill, or fewer; devices that are dealt out evenly to more may leave some of each free.
    """
    size, size_at = sized
    by_context: dict[Span, list[Statement]] = {}
    for each in machines:
        by_context.setdefault(each.context, []).append(each)
    worked = (each for each in statements if each.subject in (*TOTALS, "equation") and each.working is not None)
    for total in worked:
        beside = _in_apposition(total, by_context.get(total.context, ()), by_start.get(total.context.start))
        whole = total.quantity.high if total.quantity else total.value
        if beside is None or not isinstance(whole, int | float) or whole != int(whole) or not _is_whole(total):
            continue
        number = int(beside.quantity.high if beside.quantity else 0)
        spare = whole % number != 0 and ceil(whole / size) < number
        if spare or (whole > number * size and whole % size == 0):
            working = Apply("÷", Literal(int(whole), None, total.span), Literal(size, None, size_at))
            yield replace(beside, subject="implied", working=working, per=Per.TOTAL)


def _in_apposition(total: Statement, machines: Iterable[Statement], sentence: Sentence | None) -> Statement | None:
    """Those of the machines of a line right behind a number of devices, which that many devices are."""
    if sentence is None:
        return None
    for each in machines:
        between = sentence.text[total.span.end - sentence.start : each.span.start - sentence.start]
        if each.span.start > total.span.end and _APPOSITION.fullmatch(between):
            return each
    return None


def _is_whole(statement: Statement) -> bool:
    """Whether a count is one of the plan, exact, and of all there are."""
    exact = statement.relation is Relation.IS and statement.per in (Per.UNSAID, Per.TOTAL)
    return exact and statement.scope.role is Role.PLAN and not statement.scope.strategy


def _holds(total: Statement, machines: Sequence[Statement]) -> bool:
    """Whether a count of devices is only worked out from the machines."""
    inside = (each.span.start for each in machines)
    return any(total.span.start <= start < total.span.end for start in inside)


def _is_product(total: Statement, sentence: Sentence | None) -> bool:
    """Whether a total is worked out of machines of its own: "3 × DGX B200, 8 each"."""
    written = sentence.text[total.span.start - sentence.start : total.span.end - sentence.start] if sentence else ""
    return "×" in written


def _of_one(statements: Sequence[Statement], machines: Sequence[Statement]) -> tuple[int, Span | None] | None:
    """The devices of a machine, where every place gives the same."""
    counted = {each.span.start for each in machines}
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
    named = {each.index for each in machines if each.index}
    return (named.pop(), None) if not sizes and len(named) == 1 else None


def _is_of_all(sentence: Sentence | None) -> bool:
    """Whether the words around a count say that it is of everything there is."""
    return sentence is not None and not _ALL.isdisjoint(sentence.stems | sentence.key_stems)
