"""The figures and signs of inline arithmetic, the words between them left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.arith.unit import PERCENT, SEQUENCE, TOKEN
from stratc.frontends.markdown.document.notations import SHORT, axis_at, is_index, names_index
from stratc.frontends.markdown.document.tokens import is_times
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
from stratc.frontends.markdown.workings.powers import power_at, raise_last
from stratc.frontends.markdown.workings.scales import scale_of_bracket

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.tokens import Token

SIGNS = {"×": "×", "*": "×", "·": "×", "÷": "÷", "/": "÷", "+": "+", "−": "-", "-": "-", "=": "=", "≈": "="}
ARROWS = frozenset("→⇒➜")
SPREAD = words("distributed divided split spread sharded partitioned")
OVER = words("across over among between by into")
HOW = words(  # above a column that tells how figures come about
    "how calculation formula derivation working computation computed calculated derived arithmetic basis breakdown "
    "计算 公式 推导 计算方式 计算公式 计算过程 依据"
)
_FUNCTIONS = words("exp log log2 log10 ln sqrt max min ceil floor round abs")
_KIND = re.compile(r"[a-z]{1,3}\d{1,4}[a-z]?")  # h100, mi300x
_TICKS = frozenset("✓✔✅")
_WHERE = words("on in of at for")
_THOUGHTS = words("because since which that there so but where when while although")
_PARTS, _CALCULATING = frozenset(":;,"), frozenset("×*·÷/()")
_WIDE = 3  # blanks
_THOUSAND = 3  # digits
_SYMBOL = 2  # letters at most
_CENTS, _SCALES = words("ct cent"), words("thousand million billion trillion")
_MOST = 200  # items of an equation; a longer one is a table or a joke


def regions(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Stretches without a sign that parts thoughts and without a function; commas in brackets part too."""
    start, readable = 0, True
    for at, token in enumerate(tokens):
        if at > start and _is_next_column(tokens[at - 1], token):
            if readable:
                yield start, at
            start, readable = at, True
        readable &= not (_is_parted(tokens, at) or (token.sign == "/" and _is_sign(tokens, at + 1, "/")))
        readable &= not (token.stem in _FUNCTIONS and tokens[at + 1 : at + 2] and tokens[at + 1].sign == "(")
        ticked = token.sign in _TICKS and at + 1 < len(tokens) and tokens[at + 1].sign == ")"  # "(4 × 2 = 8 ✓)"
        goes_on = ticked or (token.sign == "," and _multiplies(tokens, at + 1))  # "67 MB, times 40 layers"
        goes_on = goes_on or (token.sign in ARROWS and _leads_to_result(tokens, start, at))
        if token.sign and token.sign not in SIGNS and token.sign not in "()~$%^" and not goes_on:
            if readable:
                yield start, at
            start, readable = at + 1, True
    if readable:
        yield start, len(tokens)


def _is_parted(tokens: Sequence[Token], at: int) -> bool:
    """Whether blanks part the thousands of a number: "32 × 4 096", or nothing tells what two have to do."""
    one, other = tokens[at - 1] if at else tokens[at], tokens[at]
    if one.figure is None or other.figure is None or not one.figure.is_count or one.end - one.start > _THOUSAND:
        return False
    return other.start == one.end + 1 and other.figure.quantity.step == 1 and _THOUSAND <= other.end - other.start


def _leads_to_result(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Whether an arrow stands for "=", from a calculation of bare figures to its result: "20e9 / 1e6 → 20,000"."""
    first = next((n for n in range(at, start, -1) if tokens[n - 1].sign and tokens[n - 1].sign in _PARTS), start)
    before, behind = tokens[first:at], tokens[at + 1 : at + 3]
    if not behind or behind[0].figure is None or (len(behind) > 1 and behind[1].sign in SIGNS):
        return False
    signs = {token.sign for token in before if token.sign}
    bare = not any(token.stem for token in before) and sum(token.figure is not None for token in before) > 1
    return bare and signs <= _CALCULATING and not signs.isdisjoint(_CALCULATING - set("()"))


def _is_next_column(before: Token, token: Token) -> bool:
    """Whether blanks part two columns of a fence: "7 layers + head      7 + 112 + 7 = 126"."""
    return token.start - before.end >= _WIDE and not token.sign and not before.sign


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
        if token.sign == ")" and items and "=" not in items and (_goes_on(tokens, at + 1) or _is_sign(tokens, at + 1, "=")):
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


def _is_sign(tokens: Sequence[Token], at: int, sign: str) -> bool:
    return at < len(tokens) and tokens[at].sign == sign


def _is_symbol(tokens: Sequence[Token], at: int) -> bool:
    """Whether a letter is a factor whose value stands elsewhere, or not at all: "2·h² + 2·h·h / 8", "GPU 小时/T"."""
    letter = tokens[at].stem
    if letter in _CENTS or (letter in _SCALES and at and tokens[at - 1].stem in ("per", "a", "each")):
        return True  # "4 ct", "180K GPU-h per trillion tokens"
    if len(letter) != 1 or not (letter.isascii() and letter.isalpha()) or (at and tokens[at - 1].figure is not None):
        return False  # "16 h × 4"
    before, after = tokens[at - 1].sign if at else "", tokens[at + 1].sign if at + 1 < len(tokens) else ""
    over = before in ("/", "÷") and before != "" and letter != "t"
    return letter != "x" and not over and any(each and each in _CALCULATING - set("()") for each in (before, after))


def _item(tokens: Sequence[Token], at: int) -> Item | None:
    token = tokens[at]
    if _is_symbol(tokens, at):
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
        return _sign(tokens, at)
    if token.sign in ARROWS:
        return "="
    if token.stem == "x" or _multiplies(tokens, at):
        return "×"
    if (token.stem == "of" and _of_multiplies(tokens, at)) or (token.stem == "at" and _is_share_of(tokens, at)):
        return "×"
    if token.stem in OVER and at and tokens[at - 1].stem in SPREAD:
        return "÷"
    return None


def _multiplies(tokens: Sequence[Token], at: int) -> bool:
    """Whether "times" stands before a figure that it multiplies by, or "×" behind a result: "= 67 MB, × 40 = …"."""
    told = at + 1 < len(tokens) and (is_times(tokens[at]) or _goes_on_from_result(tokens, at))
    by = at + 2 if told and tokens[at + 1].stem == "the" else at + 1
    return told and by < len(tokens) and tokens[by].figure is not None


def _goes_on_from_result(tokens: Sequence[Token], at: int) -> bool:
    signs = [token.sign for token in tokens[max(0, at - 3) : at + 1]]
    return signs[:1] == ["="] and signs[2:] == [",", "×"]


def _of_multiplies(tokens: Sequence[Token], at: int) -> bool:
    """Whether "of" multiplies: "30% of", "256 sequences of 4096 tokens"."""
    of = at + 2 if at + 1 < len(tokens) and tokens[at + 1].stem in ("the", "its", "all") else at + 1
    before, after = (tokens[each].figure if 0 <= each < len(tokens) else None for each in (at - 1, of))
    if before is None or before.quantity.unit == PERCENT:
        return before is not None and after is not None
    return after is not None and (before.quantity.dimension, after.quantity.dimension) == (SEQUENCE, TOKEN)


def _is_share_of(tokens: Sequence[Token], at: int) -> bool:
    """Whether "at" takes a share of the figure before it whose result follows: "1.8 TB/s at 80% utilisation = 1.44"."""
    share = tokens[at + 1].figure if at + 1 < len(tokens) else None
    if share is None or share.quantity.unit != PERCENT:
        return False
    return any(token.sign in ("=", "≈") for token in tokens[at + 2 : at + 5])


def _sign(tokens: Sequence[Token], at: int) -> str | None:
    """The operator that a sign stands for; hyphens and slashes inside words are none."""
    token = tokens[at]
    before, after = tokens[at - 1] if at else None, tokens[at + 1] if at + 1 < len(tokens) else None
    spaced = before is not None and after is not None and before.end < token.start and token.end < after.start
    if token.sign == "/" and before is not None and before.stem == "w" and before.end == token.start:
        return None  # "w/ 24 cores"
    if token.sign in ("-", "−") and spaced and _THOUGHTS.intersection(each.stem for each in tokens[at + 1 : at + 4]):
        return None  # "50 MACs - because there are 2"
    if token.sign == "-" and not spaced and not _takes_away(before, after) and not _is_below_zero(before, after):
        return None
    if token.sign == "+" and before is not None and after is not None and degree_of(before) and degree_of(after):
        return ";"  # "EP32 + TP2": one beside the other
    followed = after is not None and (after.figure or after.sign == "(" or after.stem == "top")  # "· top-2"
    if token.sign == "·" and not (_closes(before) and followed):
        return None  # a dot in a list: "40 layers · 5120 hidden"
    if token.sign == "/" and not spaced and not (before and after and before.figure and after.figure):
        return "÷" if after is not None and (after.figure or after.sign == "(") else None
    return None if token.sign in ("×", "*") and _counts_kind(tokens, at) else SIGNS[token.sign]


def _is_below_zero(before: Token | None, after: Token | None) -> bool:
    """Whether a minus stands between "=" and a figure: "20 - 35 = -15"."""
    return before is not None and before.sign in ("=", "≈") and after is not None and after.figure is not None


def _counts_kind(tokens: Sequence[Token], at: int) -> bool:
    """Whether a times sign stands before the kind of what is counted: "= 16 × H100"."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return after is not None and _KIND.fullmatch(after.stem) is not None and degree_of(after) is None


def _closes(token: Token | None) -> bool:
    return token is not None and (token.figure is not None or token.sign == ")")


def _takes_away(before: Token | None, after: Token | None) -> bool:
    """Whether a hyphen stands between two bare numbers that are no range: "(16-1)/192"."""
    figures = [token.figure for token in (before, after) if token is not None and token.figure is not None]
    return len(figures) == 2 and all(figure.is_count for figure in figures)


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


def degree_of(token: Token) -> tuple[str, float] | None:
    """The axis and degree of a word such as "TP4"."""
    match = SHORT.fullmatch(token.stem) if token.stem and token.stem[-1].isdigit() else None
    return (match[1], float(match[2])) if match else None


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
    return not tokens[at].stem or tokens[at].stem in _STOPS or _multiplies(tokens, at)


_STOPS = words("per of x across into for and or in on with to each distributed divided split by total at from")
