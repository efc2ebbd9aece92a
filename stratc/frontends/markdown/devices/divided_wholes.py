"""Figures that are of all devices, though the heading above them counts one: they are divided again, or multiplied."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal, Term
from stratc.arith.unit import BYTE, COUNT, PARAMETER
from stratc.frontends.markdown.devices.of_all import per_in
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_AMOUNTS = (BYTE, PARAMETER)
_HELD = ("tokens.cache", "sequences.cache")  # by such an amount, as its sentence goes on


def divided_wholes(said: Iterable[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, with what is no share counted in total: "16 × 40 GB = 640 GB"; "541B", later "541B / 512".

    Only where no word beside the figure says what it is counted for.
    """
    shared = {whole for each in statements for whole in _dividends(each.working)}
    wholes = [each for each in statements if _is_share(each) and _is_whole(each, shared)]
    if not wholes:
        return list(statements)
    by_start = {sentence.start: sentence for sentence in said}
    of_all = {each.span for each in wholes if not _says_device(by_start.get(each.context.start))}
    held = {each.context for each in wholes if each.span in of_all and _is_multiple(each.working)}
    return [
        replace(each, per=Per.TOTAL)
        if each.per is Per.DEVICE and (each.span in of_all or (each.context in held and each.subject in _HELD))
        else each
        for each in statements
    ]


def _is_share(statement: Statement) -> bool:
    """Whether a statement is an amount that a device is said to have."""
    quantity = statement.quantity
    return statement.per is Per.DEVICE and quantity is not None and quantity.dimension in _AMOUNTS


def _is_whole(statement: Statement, shared: set[tuple[float, bool]]) -> bool:
    """Whether an amount is divided in another working, or is a number of equal amounts."""
    in_bytes = statement.quantity is not None and statement.quantity.dimension == BYTE
    return (statement.value, in_bytes) in shared or (statement.passing and _is_multiple(statement.working))


def _dividends(working: Term | None) -> Iterator[tuple[float, bool]]:
    """What a working divides first, and whether that is bytes."""
    while isinstance(working, Apply) and working.op == "÷" and working.right.dimension == COUNT:
        working = working.left
        if isinstance(working, Literal):
            yield working.value, working.dimension == BYTE


def _is_multiple(working: Term | None) -> bool:
    """Whether a working is a whole number of amounts: "16 × 40 GB"."""
    match working:
        case Apply("×", left, right) if left.dimension == COUNT and right.dimension == BYTE:
            plain = isinstance(left, Literal) and left.unit is None and left.value.is_integer()
            return plain and isinstance(right, Literal) and left.value > 1
    return False


def _says_device(sentence: Sentence | None) -> bool:
    """Whether a sentence says itself that its figures are of one device."""
    if sentence is None:
        return True
    return any(per_in(tokens) is Per.DEVICE for tokens in (sentence.tokens, sentence.key, sentence.header))
