"""Workings and the figures that they belong to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.frontends.markdown.facts import per_of
from stratc.frontends.markdown.saying import equation

if TYPE_CHECKING:
    from stratc.arith.term import Term
    from stratc.frontends.markdown.sentences import Sentence
    from stratc.frontends.markdown.working import Working
    from stratc.ir.statement import Statement


def is_sum(term: Term | None) -> bool:
    """Whether a working adds up."""
    return isinstance(term, Apply) and term.op == "+"


def attach(sentence: Sentence, working: Working, found: list[Statement]) -> None:
    """Gives a working to the statement of its figure, or states the equation itself."""
    figure = working.result
    for index, statement in enumerate(found):
        if statement.span.start <= figure.start and figure.end <= statement.span.end:
            if isinstance(statement.value, str):
                return  # a figure inside a name: "A100 80GB (8 × 8)"
            if statement.working is None:
                quantity = statement.quantity or figure.quantity
                found[index] = replace(statement, working=working.term, quantity=quantity)
            if not is_sum(statement.working) or is_sum(working.term):
                return
    found.append(equation(sentence, figure, working.term, per=per_of(sentence, working.at)))
