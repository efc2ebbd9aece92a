"""Which part of the arithmetic before a figure is its own: a summand, a whole, one of several, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal, Named, Term
from stratc.arith.unit import COUNT, PERCENT

if TYPE_CHECKING:
    from stratc.arith.quantity import Quantity
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.workings.operand import Operand

_SAID_BEFORE = frozenset(("that", "it", "this", "these", "them", "those"))


def of_each(sentence: Sentence, working: Apply | None, result: Operand) -> Apply | None:
    """The working, or what it multiplies a number of things by: "4 all-reduces × 16 × 4096 × 2 B = 131 kB each"."""
    after = [token.stem for token in sentence.tokens[result.at + 1 : result.at + 2]]
    return _rather(working, _without_first(working), result) if after == ["each"] else working


def _without_first(term: Term | None) -> Term | None:
    """A product without its first factor."""
    if not isinstance(term, Apply) or term.op != "×":
        return None
    left = _without_first(term.left)
    return term.right if left is None else Apply("×", left, term.right)


def is_part_of_unsaid(sentence: Sentence, working: Apply | None) -> bool:
    """Whether figures are only a fraction of what the text does not repeat: "2 / 6 of that at the same rate"."""
    last = working.right if working is not None and working.op == "÷" else None
    if not isinstance(last, Literal) or last.span is None:
        return False
    after = [token.stem for token in sentence.tokens if token.start >= last.span.end][:2]
    return after[:1] == ["of"] and after[-1] in _SAID_BEFORE


def own_summand(working: Apply | None, result: Operand) -> Apply | None:
    """The working, or its last summand where that alone is the result: "8 ms + 64 × 20 µs = 1.3 ms"."""
    match working:
        case Apply("+", _, Apply("×" | "÷") as last):
            return _rather(working, last, result)
    return working


def own_part(working: Apply | None, result: Operand) -> Apply | None:
    """The working, or what it takes a share of where that alone is the result: "12 % of 8 × 80 = 640"."""
    return _rather(working, _without_share(working), result)


def _without_share(working: Apply | None) -> Term | None:
    """A product without the percentage that it begins with."""
    match working:
        case Apply("×" | "÷", Literal(_, unit) | Named(_, _, _, unit), right) if unit == PERCENT:
            return right if working.op == "×" else None
        case Apply("×" | "÷", Apply() as left, right):
            whole = _without_share(left)
            return None if whole is None else Apply(working.op, whole, right)
    return None


def _rather(working: Apply | None, part: Term | None, result: Operand) -> Apply | None:
    """The part of a working where that comes to the result and the whole does not, else the whole."""
    if working is None or result.figure is None or not isinstance(part, Apply):
        return working
    stated = result.figure.quantity
    return part if _gives(stated, part) and not _gives(stated, working) else working


def _gives(stated: Quantity, working: Apply) -> bool:
    """Whether a working, of bare numbers in the unit of the figure, comes to it."""
    bare = working.dimension.uncounted == COUNT
    return stated.agrees(working.value) or (bare and stated.agrees(working.value * stated.unit.scale))
