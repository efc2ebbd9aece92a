"""Totals below the figures that they add up: the last row of a table, the last item of a list."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import combinations, pairwise
from math import isclose, prod
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.term import Apply
from stratc.arith.unit import BYTE, COUNT, FLOP, PARAMETER, PERCENT, SECOND
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.facts.looks import spoken
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.claim import MEMORY_TOTALS
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.arith.quantity import Quantity
    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

TOTAL = words("total sum 合计 总计 总和")
LOOSE = words(  # words of a line after which figures are not simply added
    "overlap overlapped overlapping hidden masked max maximum average avg mean peak best worst target requirement per "
    "each every which including incl include or versus vs alternative option baseline before saved saving reduction "
    "concurrent concurrently subtotal p50 p90 p95 p99 active activated "
    "effective reserve margin headroom ratio degree 其中 重叠 平均 峰值"
)
_PHASES = words("ttft tpot itl prefill decode token request queue")  # whose times are no parts of one
_STREAMS = words("tpot itl per")  # whose times come again for every token
_BESIDE = words("parallel background")  # in which a part takes no time of the whole
_OF_PARTS = words("incl include including")  # which only explain a part
_TO_FIRST = words("first until before ttft")  # of a way that ends with the first token
_COUNTED = words("parameter param gpu layer node server 卡数")
SHARED = words("share percentage percent proportion % 占比 比例")
_HELD = words("capacity available free limit usable hbm vram cpu host disk storage all 可用 剩余 容量")
_IN_LABELS = words("per each every effective degree")  # of a part that is worked out beside its name
_TURNS = words("not no gradient grad")  # what follows them is no hidden time, and no saving
_ADDED = (SECOND, FLOP, PARAMETER)
_FEWEST, _MOST = 2, 12  # figures that are added
_ROUNDED = 0.01  # by which rounded parts may miss their sum
_OPENING, _CLOSING = frozenset("(（["), frozenset(")）]")


class Line(NamedTuple):
    """A row of a column or an item of a list, and the figure that it gives."""

    sentence: Sentence
    figure: Figure
    quantity: Quantity

    @property
    def label(self) -> frozenset[str]:
        """The words of its label."""
        return frozenset(token.stem for token in self.sentence.key if token.stem)


def sums(said: Iterable[Sentence]) -> Iterator[Statement]:
    """Statements "sum.total": the total with the figures above it added up as its working.

    Times, operations, parameters, shares of a whole, and counts of what the labels or the column name; "lines.bytes"
    of bytes, whose parts have readers of their own.
    """
    for run in _runs(said):
        yield from _of_run(run)


def added_up(said: Iterable[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where a memory total that is the sum of all lines above it has that sum as its working.

    What the lines count matters little then: a part whose name is not known is counted as well.
    """
    totals = [each for each in statements if each.subject.startswith("memory.") and each.working is None]
    starts = {each.span.start for each in totals}
    wholes = {each.span.start for each in totals if each.subject in MEMORY_TOTALS}
    sums_ = dict(_of_items(said, wholes)) if wholes else {}
    for run in _runs(said) if totals else ():
        if (found := _ended(run)) and found[1].figure.start in starts and found[1].quantity.dimension == BYTE:
            parts, total = found
            term = _sum_of(parts)
            if all(each.quantity.dimension == BYTE for each in parts) and isclose(
                total.quantity.value, term.value, rel_tol=_ROUNDED
            ):
                sums_[total.figure.start] = term
    return [
        replace(each, working=sums_[each.span.start])
        if each.span.start in sums_ and each.working is None and each.subject.startswith("memory.")
        else each
        for each in statements
    ]


def _of_items(said: Iterable[Sentence], starts: set[int]) -> Iterator[tuple[int, Term]]:
    """The sum of what the items of a list come to, above a total that it is, however they are put into words."""
    lists: dict[object, dict[int, Line]] = {}
    for sentence in said:
        if sentence.block.kind is not Kind.ITEM:
            continue
        items = lists.setdefault((sentence.scope.path, sentence.lead, sentence.block.depth), {})
        for _, figure in sentence.figures:
            if figure.quantity.dimension != BYTE or figure.quantity.is_range:
                continue
            if figure.start in starts:
                above = [line for start, line in items.items() if start != sentence.block.start]
                added = sum(each.quantity.value for each in above)
                if len(above) >= _FEWEST and isclose(added, figure.quantity.value, rel_tol=_ROUNDED):
                    yield figure.start, _sum_of(above)
            items[sentence.block.start] = Line(sentence, figure, figure.quantity)


def _runs(said: Iterable[Sentence]) -> Iterable[list[Line | None]]:
    """The lines of each column and list."""
    runs: dict[object, list[Line | None]] = {}
    lists = 0  # a paragraph ends a list
    for sentence in said:
        block = sentence.block
        lists += block.kind is Kind.PARAGRAPH
        if block.kind is Kind.CELL and (sentence.header or sentence.key) and block.label[0] != block.start:
            runs.setdefault((block.group, block.header), []).append(line_of(sentence))
        elif block.kind is Kind.ITEM and sentence.has_digit:
            line = line_of(sentence) if sentence.key else None
            runs.setdefault((lists, sentence.scope.path, sentence.lead, block.depth), []).append(line)
    return runs.values()


def line_of(sentence: Sentence) -> Line | None:
    """The figure of a line outside of brackets, after its last equals sign; None where it is not exact or alone."""
    tokens, depth, found = sentence.tokens, 0, list[int]()
    for at in range(len(tokens) - len(sentence.value), len(tokens)):
        sign = tokens[at].sign
        depth += (sign in _OPENING) - (sign in _CLOSING) if sign else 0
        if sign == "=" and not depth:
            found.clear()
        elif tokens[at].figure is not None and not depth:
            found.append(at)
    if len(found) != 1:
        return None
    figure, told = tokens[found[0]].figure, spoken(sentence, found[0])
    exact = figure is not None and not (figure.quantity.is_range or figure.times or figure.more)
    if figure is None or told is None or not exact or relation_before(tokens, found[0]) is not Relation.IS:
        return None
    return Line(sentence, figure, told.quantity)


def _ended(run: list[Line | None]) -> tuple[list[Line], Line] | None:
    """The figures of a run and the total at its end; None where it has none, or a line is not understood."""
    end = next((at for at, line in enumerate(run) if line is not None and line.label & TOTAL), None)
    if end is None and len(run) > _FEWEST + 1 and _stands_out(run):
        end = len(run) - 1
    parts = [line for line in run[:end] if line is not None] if end is not None else []
    total = run[end] if end is not None else None
    if total is None or len(parts) != end or not _FEWEST <= len(parts) <= _MOST:
        return None
    return parts, total


def _stands_out(run: list[Line | None]) -> bool:
    """Whether the last line alone is emphasised, as totals are."""
    emphasised = [line is not None and line.sentence.block.kind is Kind.CELL and _is_bold(line) for line in run]
    return emphasised[-1] and not any(emphasised[:-1])


def _is_bold(line: Line) -> bool:
    """Whether a cell is nothing but emphasis, whose marks are blanks here."""
    text = line.sentence.text
    return text.startswith("  ") and text.endswith("  ")


def _sum_of(parts: list[Line]) -> Term:
    figures: list[Term] = [literal_of(each.sentence, each.figure._replace(quantity=each.quantity)) for each in parts]
    return reduce(lambda left, right: Apply("+", left, right), figures)


def _of_run(run: list[Line | None]) -> Iterator[Statement]:
    """The total of a run, where it has one, at its end, below figures of the same kind."""
    found = _ended(run)
    if found is None:
        return
    parts, total = found
    if _are_numbered(parts) or _adds_the_last(parts, total):
        return
    bytes_ = all(each.quantity.dimension == BYTE for each in (*parts, total))
    if not (_are_listed(parts, total) if bytes_ else _are_added(parts, total)):
        return
    place = (total.figure.start, total.figure.end)
    figure = total.figure._replace(quantity=total.quantity)
    subject = "lines.bytes" if bytes_ else "sum.total"
    said = say(total.sentence, subject, total.quantity.value, place, figure=figure)
    yield replace(said, working=_sum_of(parts))


def _adds_the_last(parts: list[Line], total: Line) -> bool:
    """Whether a total adds only the lines from one on that is several of the one above: "32 layers" below "layer"."""
    values, value = [each.quantity.value for each in parts], total.quantity.value
    return any(
        _is_several(parts[at], parts[at - 1]) and isclose(sum(values[at:]), value, rel_tol=_ROUNDED)
        for at in range(1, len(values) - 1)
    )


def _is_several(many: Line, one: Line) -> bool:
    """Whether the label of a line counts how many times it is another."""
    counts = (token.figure.value for token in many.sentence.key if token.figure is not None)
    return any(isclose(each * one.quantity.value, many.quantity.value, rel_tol=_ROUNDED) for each in counts)


def _are_numbered(parts: list[Line]) -> bool:
    """Whether a column only numbers its rows: 1, 2, 3."""
    values = [each.quantity.value for each in parts]
    counts = all(each.quantity.dimension == COUNT for each in parts)
    return counts and len(values) > 2 and values == list(range(int(values[0]), int(values[0]) + len(values)))


def _are_listed(parts: list[Line], total: Line) -> bool:
    """Whether bytes are all parts of one total: no word says otherwise, and no line adds up others before it."""
    stems = {stem for each in (*parts, total) for stem in each.label | _outside(each.sentence)}
    goes_on = any(each.sentence.end + 1 < each.sentence.block.end for each in parts)  # "24 GB; with ZeRO-1: 6 GB"
    return not (goes_on or stems & (LOOSE - _IN_LABELS) or stems & _HELD or _has_subtotal(parts, total))


def _has_subtotal(parts: list[Line], total: Line) -> bool:
    """Whether the total is one of the lines, or all of them but one that adds up some others."""
    values, value = [each.quantity.value for each in parts], total.quantity.value
    left = [at for at, each in enumerate(values) if isclose(sum(values) - each, value, rel_tol=_ROUNDED)]
    one = any(isclose(each, value, rel_tol=_ROUNDED) for each in values)
    return one or any(_is_inside(parts, at) or _adds_up(values, at) for at in left)


def _is_inside(parts: list[Line], at: int) -> bool:
    """Whether the label of a line is that of another one with more words: "Expert weights" beside "Weights"."""
    return any(each.label & parts[at].label for n, each in enumerate(parts) if n != at)


def _adds_up(values: list[float], at: int) -> bool:
    """Whether a figure is the sum of some of the others."""
    others = values[:at] + values[at + 1 :]
    every = (some for many in range(2, len(values)) for some in combinations(others, many))
    return any(isclose(sum(some), values[at], rel_tol=_ROUNDED) for some in every)


def _outside(sentence: Sentence) -> set[str]:
    """The words of a line outside brackets, which may explain how a part is worked out."""
    found, depth = set[str](), 0
    for token in sentence.tokens:
        depth += (token.sign in _OPENING) - (token.sign in _CLOSING) if token.sign else 0
        if not depth and token.stem:
            found.add(token.stem)
    return found


def _is_way(parts: list[Line], total: Line) -> bool:
    """Whether the times of a request are those of its way to the first token, one after another."""
    return len(parts) > _FEWEST and bool(total.label & _TO_FIRST)


def _denied(sentence: Sentence) -> set[str]:
    """The words that a line does not mean so: "gradient reduction not hidden behind backward" adds a collective."""
    return {after.stem for word, after in pairwise(sentence.tokens) if word.stem in _TURNS}


def _are_added(parts: list[Line], total: Line) -> bool:
    """Whether all figures are of one kind, and no word speaks against their sum."""
    lines = (*parts, total)
    for each in lines:
        stems = each.label | {token.stem for token in each.sentence.tokens}
        phases = _STREAMS if _is_way(parts, total) else _PHASES
        if any(one.stem == "in" and other.stem in _BESIDE for one, other in pairwise(each.sentence.key)):
            return False
        loose = LOOSE if each is total else LOOSE - _OF_PARTS
        if (stems - _denied(each.sentence)) & loose or (each.quantity.dimension == SECOND and stems & phases):
            return False
    kinds = {(each.quantity.dimension, each.quantity.unit == PERCENT) for each in lines}
    if len(kinds) != 1:
        return False
    dimension, percent = kinds.pop()
    header = {token.stem for token in total.sentence.header}
    if percent:
        return bool(header & SHARED) and len(parts) > _FEWEST
    if dimension == COUNT:
        named = header & _COUNTED or frozenset.intersection(*(each.label for each in lines)) & _COUNTED
        product = prod(each.quantity.value for each in parts)
        return bool(named) and product != total.quantity.value
    return dimension in _ADDED
