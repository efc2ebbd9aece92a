"""Figures and signs joined to a term, as `grammar/working.lark` has it: products before sums, from the left.

The grammar is that small that importing a parser for it would take longer than to read a whole page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal, Named, Term
from stratc.arith.unit import PERCENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from stratc.frontends.markdown.workings.operand import Item, Operand

_BINDS = {"+": 1, "-": 1, "×": 2, "÷": 2}


def joined(items: Iterable[Item], leaf: Callable[[Operand], Term]) -> Term:
    """The term of figures and signs that take turns; `leaf` makes one of a figure.

    >>> from stratc.frontends.markdown.workings.operand import Operand
    >>> seven, two = (Operand(0, value, None, (0, 1), None) for value in (7, 2))
    >>> str(joined([seven, "-", "(", seven, "+", two, ")", "×", two, "-", two], lambda each: Literal(each.value)))
    '7 - (7 + 2) × 2 - 2'
    """
    left = iter(items)
    terms, signs = [_operand(left, leaf)], list[str]()
    for item in left:
        if item == ")":
            break
        sign = str(item)
        _join(terms, signs, _BINDS[sign])
        signs.append(sign)
        terms.append(_operand(left, leaf))
    _join(terms, signs, 0)
    return terms[0]


def _operand(left: Iterator[Item], leaf: Callable[[Operand], Term]) -> Term:
    """The next figure of what is left, or what the next brackets hold."""
    item = next(left)
    return joined(left, leaf) if isinstance(item, str) else leaf(item)


def _join(terms: list[Term], signs: list[str], least: int) -> None:
    """Joins the last terms by the signs between them that bind no less than another sign."""
    while signs and _BINDS[signs[-1]] >= least:
        right = terms.pop()
        terms[-1] = _applied(signs.pop(), terms[-1], right)


def _applied(sign: str, left: Term, right: Term) -> Apply:
    """Two sides of a working, where a percentage added to what is none is a share of it."""
    if sign in "+-" and _is_percent(right) and not _is_percent(left):
        right = Apply("×", left, right)
    return Apply(sign, left, right)


def _is_percent(term: Term) -> bool:
    match term:
        case Literal(_, unit) | Named(_, _, _, unit):
            return unit == PERCENT
        case Apply("+" | "-", left, _):
            return _is_percent(left)
    return False
