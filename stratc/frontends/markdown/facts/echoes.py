"""Figures that only repeat or share a stated one: the "32B" of a name, "40 layers × 8.4 MB" where the model has 80."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.frontends.markdown.facts.labels import WHOLES
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from stratc.arith.term import Term
    from stratc.ir.statement import Statement

_SIZE = "model.parameters"
_ROUNDED = 0.12  # by which a name may round the parameters


def without_echoes(statements: Sequence[Statement]) -> list[Statement]:
    """The statements, without sizes in names and factors of workings where other places of the plan say the whole."""
    names = [each.span for each in statements if each.subject == "model.name"]
    factors: dict[int, set[float]] = {}  # of the workings in a sentence
    for each in statements:
        if isinstance(each.working, Apply):
            factors.setdefault(each.context.start, set()).update(_figures(each.working))
    shares: dict[int, Callable[[object, Iterable[object]], bool]] = {}
    for each in statements:
        if each.subject == _SIZE and any(each.span in name for name in names):
            shares[id(each)] = _is_rounded
        elif each.subject in WHOLES and each.value in factors.get(each.context.start, ()):
            shares[id(each)] = _is_share
    wholes: dict[str, set[object]] = {}
    for each in statements:
        if each.scope.role is Role.PLAN and id(each) not in shares:
            wholes.setdefault(each.subject, set()).add(each.value)
    return [
        each
        for each in statements
        if not (echoes := shares.get(id(each))) or not echoes(each.value, wholes.get(each.subject, ()))
    ]


def _figures(term: Term) -> Iterator[float]:
    """The figures of a working."""
    if isinstance(term, Apply):
        yield from (*_figures(term.left), *_figures(term.right))
    else:
        yield term.value


def _is_rounded(size: object, stated: Iterable[object]) -> bool:
    """Whether a size is another than all stated ones, and rounds one of them."""
    others = [each for each in stated if isinstance(each, float)]
    return (
        isinstance(size, float) and size not in others and any(abs(size - each) <= _ROUNDED * each for each in others)
    )


def _is_share(count: object, stated: Iterable[object]) -> bool:
    """Whether a count is another than all stated ones, and divides one of them."""
    others = [each for each in stated if isinstance(each, int)]
    return isinstance(count, int) and count not in others and any(each % count == 0 for each in others if count)
