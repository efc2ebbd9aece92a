"""The figures and signs of inline arithmetic, the words between them left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.notations import axis_at, is_index, names_index
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.fractions import fraction_at
from stratc.frontends.markdown.workings.openings import (
    closing,
    is_beyond,
    is_factor,
    is_multiplied,
    opens,
)
from stratc.frontends.markdown.workings.operand import UNKNOWN, Item, Operand
from stratc.frontends.markdown.workings.operators import (
    ARROWS,
    SIGNS,
    degree_of,
    is_share_of,
    is_sign,
    is_symbol,
    multiplies,
    of_multiplies,
    sign_at,
)
from stratc.frontends.markdown.workings.powers import power_at, raise_last
from stratc.frontends.markdown.workings.scales import scale_of_bracket

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.tokens import Token

SPREAD = words("distributed divided split spread sharded partitioned")
OVER = words("across over among between by into")
HOW = words(  # above a column that tells how figures come about
    "how calculation formula derivation working computation computed calculated derived arithmetic basis breakdown "
    "计算 公式 推导 计算方式 计算公式 计算过程 依据"
)
_WHERE = words("on in of at for")
_SYMBOL = 2  # letters at most
_MOST = 200  # items of an equation; a longer one is a table or a joke


def items_of(tokens: Sequence[Token], start: int, end: int) -> tuple[list[Item], list[tuple[Operand | None, int, int]]]:
    """Figures and signs from `start` to `end`, and the brackets that explain the figure before them."""
    items: list[Item] = []
    asides: list[tuple[Operand | None, int, int]] = []
    at = start
    while at < end and len(items) < _MOST:
        token = tokens[at]
        if token.sign == "(":
            at = _bracket(tokens, at, end, items, asides)
            continue
        if (
            token.sign == ")"
            and items
            and "=" not in items
            and (_goes_on(tokens, at + 1) or is_sign(tokens, at + 1, "="))
        ):
            return [], asides  # the end of a bracket that explains what stands before it, or of a list of arguments
        if power := power_at(tokens, at):
            raise_last(items, power[0])
            at = power[1]
            continue
        if token.sign == "=" and at and axis_at(tokens, at - 1) and _is_degree_tie(tokens, at):
            pass
        elif token.sign == "=" and _defines(tokens, at):
            _begin_anew(items)
        elif token.sign == ",":
            _resume(items)
        elif not _is_place(tokens, at, items):
            _put(items, _item(tokens, at))
        at += 1
    return items, asides


def _bracket(
    tokens: Sequence[Token],
    at: int,
    end: int,
    items: list[Item],
    asides: list[tuple[Operand | None, int, int]],
) -> int:
    """Reads the bracket that opens at an index into the items or the asides; the index after it."""
    close = closing(tokens, at, end)
    tied = _tied_degree(tokens, at, close)
    if is_beyond(tokens, at, end, close):
        return end
    if not tied and items and (opens(tokens, at, close) or is_factor(tokens, items[-1], at, close)):
        _begin_anew(items)
    if tied:
        _put(items, tied)
    elif items and isinstance(items[-1], Operand) and not is_multiplied(tokens, at, close, items):
        asides.append((items[-1], at + 1, close))
    elif close < end and any(each.sign == "=" for each in tokens[at:close]) and not _awaits(items):
        asides.append((None, at + 1, close))
    elif close < end:
        inner, further = items_of(tokens, at + 1, close)
        if items and isinstance(items[-1], Operand):
            items.append("×")
        items.extend(["(", *inner, ")", *scale_of_bracket(tokens, close + 1)])
        asides.extend(further)
    return close + 1


def _resume(items: list[Item]) -> None:
    """After the result of one product a second one that begins with it: "4 × 8 = 32 MB, times 40 = 1.28 GB"."""
    if items[-2:-1] == ["="]:
        items.extend((";", items[-1]))


def _is_place(tokens: Sequence[Token], at: int, items: list[Item]) -> bool:
    """Whether a number only tells where the factor before it is counted: "16 micro-batches on stage 0 × 3 layers"."""
    named = at > 1 and tokens[at].figure is not None and tokens[at - 2].stem in _WHERE and names_index(tokens[at - 1])
    return named and bool(items) and isinstance(items[-1], Operand)


def _defines(tokens: Sequence[Token], at: int) -> bool:
    """Whether "=" gives a symbol its value: "(p-1)/(m+p-1) = 1/9 with p=2"."""
    if at < 2 or not tokens[at - 2].stem or tokens[at + 1 : at + 2] == ():
        return False
    glued = tokens[at - 1].end == tokens[at].start and tokens[at].end == tokens[at + 1].start
    return glued and 0 < len(tokens[at - 1].stem) <= _SYMBOL and tokens[at + 1].figure is not None


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether an operator stands there: "(stages 3→4) + 2 s"."""
    return at < len(tokens) and bool(tokens[at].sign) and tokens[at].sign in SIGNS and tokens[at].sign != "="


def _item(tokens: Sequence[Token], at: int) -> Item | None:
    token = tokens[at]
    if is_symbol(tokens, at):
        return UNKNOWN
    if token.figure is not None:
        figure = token.figure
        if is_index(tokens, at):
            return ";"
        unit = figure.quantity.unit if figure.quantity.unit.symbol else None
        place, axis = (token.start, token.end), _axis_of(tokens, at)
        words_after = () if axis else _words_after(tokens, at + 1)
        return Operand(at, figure.quantity.high, unit, place, figure, axis, words_after)
    if part := fraction_at(tokens, at):
        return Operand(at, part, None, (token.start, token.end), None, times=True)
    degree = degree_of(token)
    if degree is not None:
        return Operand(at, degree[1], None, (token.start, token.end), None, degree[0])
    if token.sign in SIGNS:
        return sign_at(tokens, at)
    if token.sign in ARROWS:
        return "="
    if token.stem == "x" or multiplies(tokens, at):
        return "×"
    if (token.stem == "of" and of_multiplies(tokens, at)) or (token.stem == "at" and is_share_of(tokens, at)):
        return "×"
    if token.stem in OVER and at and tokens[at - 1].stem in SPREAD:
        return "÷"
    return None


def _put(items: list[Item], item: Item | None) -> None:
    """Appends an item; two figures without a sign between them begin anew with the second."""
    if item is None:
        return
    before = items[-1] if items else None
    if isinstance(item, Operand) and isinstance(before, Operand):
        if before.times:
            items.append("×")
        else:
            _begin_anew(items)
    items.append(item)


def _awaits(items: list[Item]) -> bool:
    """Whether a sign stands last, whose right side a bracket is: "8 GPUs ÷ (TP=2 × PP=4)"."""
    return bool(items) and isinstance(items[-1], str) and items[-1] in "+-×÷"


def _begin_anew(items: list[Item]) -> None:
    if "=" in items and len(items) > 2:
        items.append(";")
    else:
        items.clear()


def _tied_degree(tokens: Sequence[Token], at: int, close: int) -> Operand | None:
    """TP(4): a figure alone in brackets after an axis."""
    figure = tokens[at + 1].figure if close == at + 2 else None
    axis = axis_at(tokens, at - 1) if at and figure else None
    if figure is None or axis is None or axis[1] != at:
        return None
    return Operand(at + 1, figure.quantity.high, None, (figure.start, figure.end), figure, axis[0].partition(".")[2])


def _is_degree_tie(tokens: Sequence[Token], at: int) -> bool:
    """Whether "=" ties a degree to its axis inside a product ("TP=4 × PP=2"), and is no result ("TP × PP = 4 × 2").

    What takes up the figure before the axis is none either: "140 / TP = 140 / 4".
    """
    after = tokens[at + 1].figure if at + 1 < len(tokens) else None
    if after is None or not after.is_count or (at > 1 and tokens[at - 2].figure is not None):
        return False
    sign, before = (tokens[at - 2].sign, tokens[at - 3]) if at > 2 else ("", None)
    of_names = sign in ("×", "*") and before is not None and bool(before.stem) and degree_of(before) is None
    divided = before.figure if before is not None and sign in ("/", "÷") else None
    return not of_names and (divided is None or divided.value != after.value)


def _axis_of(tokens: Sequence[Token], at: int) -> str:
    """The axis that names a figure: "4 (EP)", "TP = 4", "2 tensor parallelism"; "" for none."""
    after = at + 2 if at + 2 < len(tokens) and tokens[at + 1].sign == "(" else at + 1
    axis = axis_at(tokens, after) if after < len(tokens) else None
    divided = at + 2 < len(tokens) and tokens[at + 1].sign in ("/", "÷") and not axis_at(tokens, at + 2)
    if axis is None and at > 1 and tokens[at - 1].sign == "=" and not divided and _is_degree_tie(tokens, at - 1):
        axis = axis_at(tokens, at - 2)
    return axis[0].partition(".")[2] if axis else ""


def _words_after(tokens: Sequence[Token], at: int) -> tuple[Token, ...]:
    """One or two words after a figure, its name in the working."""
    found: list[Token] = []
    while at < len(tokens) and len(found) < 2 and not _ends_name(tokens, at):
        found.append(tokens[at])
        at += 1
    return tuple(found)


def _ends_name(tokens: Sequence[Token], at: int) -> bool:
    return not tokens[at].stem or tokens[at].stem in _STOPS or multiplies(tokens, at)


_STOPS = words("per of x across into for and or in on with to each distributed divided split by total at from")
