"""The notations of a degree that need no label: TP4, TP=4, TP×PP = 8×1, 4-way tensor parallelism, 8 EP × 2 TP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.phrases import Phrases
from stratc.frontends.markdown.words.vocabulary import DEGREES, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.tokens import Token

AXES: Phrases[str] = Phrases((phrases, key) for key, phrases in DEGREES.items())
_PYTHON = r"3(?:[789]|1\d)(?:_|$)"  # "cp311" names a wheel for Python 3.11
SHORT = re.compile(rf"(?:(?<=_)|^)(tp|pp|dp|ep|sp|cp(?!{_PYTHON})|etp|vpp)(\d+)(?=_|$)")
NAMES = {axis: f"strategy.{axis}" for axis in ("tp", "pp", "dp", "ep", "sp", "cp", "vpp")} | {
    "etp": "strategy.expert_tp"
}
SIZES = words("degree size world level dimension value count number factor")
_WORDS = {
    "tensor": "strategy.tp",
    "pipeline": "strategy.pp",
    "data": "strategy.dp",
    "expert": "strategy.ep",
    "context": "strategy.cp",
}
_LETTERS = {"t": "strategy.tp", "p": "strategy.pp", "d": "strategy.dp"}
_SHARED = words("head layer expert replica stage attention gpu sequence")  # what follows from a degree
_ARROWS = frozenset("→➜⇒")
_TIES = words("= : - – — ( ： （")
_LARGEST = 100_000  # devices that degrees multiply to
PRODUCT = frozenset(["×", "*", "x", "÷", "/", "+", "·", ")", "(", "=", ",", ";", ":", "✓", "✅", "|", "]", "、"])
_BY = words("by per over across")
_PLACES = words("inside within across over between and in on")
_VERBS = words("with make give yield so plus then which that hence leave need fill span mean while thus i")
_WAYS = words("way stage fold degree 路 级")
Found = tuple[str, int, tuple[int, int], int]


def compact(tokens: Sequence[Token]) -> Iterator[Found]:
    """TP4, EP64_TP2_PP1."""
    for at, token in enumerate(tokens):
        if not token.stem or not token.stem[-1].isdigit():
            continue
        if at + 1 < len(tokens) and tokens[at + 1].sign == "." and tokens[at + 1].start == token.end:
            continue
        for match in SHORT.finditer(token.stem):
            place = (token.start + match.start(), token.start + match.end())
            yield NAMES[match[1]], int(match[2]), place, at


def axis_at(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """The axis that a phrase at an index names, and the index after the phrase."""
    found = AXES.at(tokens, at) if tokens[at].stem else []
    return found[0] if found else None


def listed(tokens: Sequence[Token]) -> Iterator[Found]:
    """TP × PP = 8 × 1: as many figures as axes."""
    at = 0
    while at < len(tokens):
        axes: list[str] = []
        end = at
        while end < len(tokens) and (axis := axis_at(tokens, end)):
            axes.append(axis[0])
            end = axis[1]
            if (end < len(tokens) and tokens[end].sign in ("×", "*", "+", "/", ",")) or (
                end < len(tokens) and tokens[end].stem == "x"
            ):
                end += 1
        if len(axes) > 1 and end < len(tokens) and tokens[end].sign in ("=", ":"):
            figures = _joined(tokens, end + 1)
            if len(figures) == len(axes):
                for axis_name, index in zip(axes, figures, strict=True):
                    figure = tokens[index].figure
                    if figure and figure.is_count:
                        yield axis_name, int(figure.value), (figure.start, figure.end), index
        at = max(end, at + 1)


def letters(tokens: Sequence[Token]) -> Iterator[Found]:
    """t = 8, p = 16, d = 4: the letters of Narayanan et al. 2021, two of them at least."""
    found = [
        (_LETTERS[token.stem], int(figure.value), (figure.start, figure.end), at + 2)
        for at, token in enumerate(tokens[:-2])
        if token.stem in _LETTERS and tokens[at + 1].sign == "=" and (figure := count_at(tokens, at + 2))
    ]
    if len({axis for axis, *_ in found}) > 1:
        yield from found


def in_words(tokens: Sequence[Token]) -> Iterator[Found]:
    """Tensor 4, pipeline 2 and data 8: at least two axes in a row, each before its figure."""
    at = 0
    while at < len(tokens):
        run: list[Found] = []
        while axis := _WORDS.get(tokens[at].stem) if at < len(tokens) else None:
            index = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].sign == "=")
            figure = count_at(tokens, index) if index < len(tokens) else None
            if figure is None or figure.quantity.is_range:
                break
            run.append((axis, int(figure.value), (figure.start, figure.end), index))
            at = index + 1
            while at < len(tokens) and (tokens[at].sign in (",", "×", "*", "/", ";") or tokens[at].stem == "and"):
                at += 1
        if len({axis for axis, *_ in run}) > 1:
            yield from run
        at += 1


def _joined(tokens: Sequence[Token], at: int) -> list[int]:
    """Indices of figures joined by one sign."""
    found = []
    while at < len(tokens) and tokens[at].figure:
        found.append(at)
        if at + 1 < len(tokens) and (tokens[at + 1].sign in ("×", "*", "+", "/", ",") or tokens[at + 1].stem == "x"):
            at += 2
        else:
            break
    return found


def tied(tokens: Sequence[Token]) -> Iterator[Found]:
    """TP=4, TP (4), TP degree: 4, TP size of 4, tensor parallelism (TP) = 8, expert parallelism (8-way)."""
    for at in range(len(tokens)):
        axis = axis_at(tokens, at)
        if axis is None:
            continue
        if (
            _is_of_experts(tokens, at)
            or _after_figure(tokens, at)
            or _in_product(tokens, at)
            or (at and tokens[at - 1].stem in ("per", "each", "no", "without"))
        ):
            continue
        key, end = axis
        first, tie = _past_ties(tokens, end)
        end = _worked(tokens, first)
        if _is_divisor(tokens, at, first) or (end != first and at and tokens[at - 1].stem in _BY):
            continue  # "layers divisible by PP: 80 / 8 = 10"
        figure = count_at(tokens, end)
        if figure is None or figure.quantity.is_range:
            continue
        after = tokens[end + 1] if end + 1 < len(tokens) else None
        way = (after is not None and after.sign == "-" and is_way(tokens, end + 2)) or is_way(tokens, end + 1)
        bare = way or after is None or after.sign in PRODUCT or (after.sign == "." and end + 2 == len(tokens))
        bare = bare or _leads_on(tokens, end + 1) or (figure.value > 1 and after is not None and after.stem in _VERBS)
        if tie == "(" and not (way or (after is not None and after.sign == ")")):
            continue
        if tie in ("-", ":", "–", "—") and not (way or bare):
            continue
        if tie == ":" and (_begins_product(tokens, end) or _counts_kinds(tokens, end)):
            continue
        if tie == "" and not bare and not (after and after.stem in _PLACES):
            continue
        yield key, int(figure.value), (figure.start, figure.end), end


def _counts_kinds(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure is the first of a product of things ("TP: 4 × 16 layers × 8 KB"), which is no degree."""
    sign, second, noun, again = (*tokens[at + 1 : at + 5], *(None,) * 4)[:4]
    if sign is None or second is None or noun is None or again is None:
        return False
    times = sign.sign in ("×", "*") and again.sign in ("×", "*", "=")
    return times and second.figure is not None and bool(noun.stem) and axis_at(tokens, at + 3) is None


def _begins_product(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure is the first of a product of sizes ("PP: 4096 × 7168 × 2 bytes"), which is no degree."""
    first, *rest = tokens[at : at + 3]
    if len(rest) < 2 or first.figure is None or rest[1].figure is None:
        return False
    return rest[0].sign in ("×", "*") and first.figure.value * rest[1].figure.value > _LARGEST


def _is_of_experts(tokens: Sequence[Token], at: int) -> bool:
    """Whether data parallelism is that of the experts alone: "expert-DP = 2"."""
    before = at - 2 if at > 1 and tokens[at - 1].sign == "-" else at - 1
    return before >= 0 and tokens[before].stem == "expert" and tokens[at].stem in ("dp", "data")


def _leads_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether an arrow leads to what follows from a degree ("TP 2 → 20 heads per GPU"), not to another degree."""
    arrow = tokens[at].sign in _ARROWS if at < len(tokens) else False
    return arrow and at + 2 < len(tokens) and tokens[at + 1].figure is not None and tokens[at + 2].stem in _SHARED


def _worked(tokens: Sequence[Token], at: int) -> int:
    """The index of the result where a division stands ("the rest is DP: 32 / (2 × 4) = 4"), the end without one."""
    divides = at + 3 < len(tokens) and tokens[at + 1].sign in ("/", "÷")
    if not divides or not (tokens[at + 2].sign == "(" or (tokens[at + 2].figure and not axis_at(tokens, at + 3))):
        return at
    for index in range(at + 3, min(at + 20, len(tokens))):
        if tokens[index].sign in ("=", "≈"):
            return index + 1
        if tokens[index].sign in (",", ";", "|"):
            break
    return len(tokens) if tokens[at + 2].sign == "(" else at


def _after_figure(tokens: Sequence[Token], at: int) -> bool:
    """Whether an axis only names the figure before it: "2 (PP) = 16", not the next of "TP=4 PP=2"."""
    if at and tokens[at - 1].sign == "(":
        at -= 1
    elif at > 2 and tokens[at - 2].sign in ("=", ":") and _ends_axis(tokens, at - 2):
        return False
    return at > 0 and tokens[at - 1].figure is not None


def _ends_axis(tokens: Sequence[Token], at: int) -> bool:
    """Whether the phrase of an axis ends right before an index."""
    return any(end == at for back in (1, 2, 3) if at >= back for _, end in AXES.at(tokens, at - back))


def _in_product(tokens: Sequence[Token], at: int) -> bool:
    """Whether an axis ends a product of axes, whose value is no degree: "TP × PP = 8"."""
    if at < 2 or not (tokens[at - 1].sign in ("×", "*", "/") or tokens[at - 1].stem == "x"):
        return False
    return _ends_axis(tokens, at - 1)


def _is_divisor(tokens: Sequence[Token], at: int, end: int) -> bool:
    """Whether an axis divides something, and what stands at `end` is the quotient: "layers / PP = 48 / 4 = 12"."""
    if at < 2 or tokens[at - 1].sign not in ("/", "÷") or _ends_axis(tokens, at - 1):
        return False
    return tokens[end - 1].sign in ("=", "≈") and tokens[end - 2].end < tokens[end - 1].start


def _past_ties(tokens: Sequence[Token], end: int) -> tuple[int, str]:
    """The index after words and signs that may tie a degree to its axis, and the sign that did."""
    tie = ""
    while end < len(tokens):
        token = tokens[end]
        if token.sign == "(" and end + 2 < len(tokens) and axis_at(tokens, end + 1):
            inner = axis_at(tokens, end + 1)
            end = inner[1] if inner else end + 1
        elif token.sign == ")" or token.stem in SIZES:
            end += 1
        elif token.stem in ("of", "is", "to", "set") and tie == "":
            end, tie = end + 1, "of"
        elif token.sign in _TIES and tie in ("", "of"):
            end, tie = end + 1, token.sign
        else:
            break
    return end, tie


def ways(tokens: Sequence[Token]) -> Iterator[Found]:
    """4-way tensor parallelism, 2-way TP, 4-stage pipeline."""
    for at, figure in counts_in(tokens):
        if at + 3 > len(tokens) - 1 or tokens[at + 1].sign != "-" or not is_way(tokens, at + 2):
            continue
        if tokens[at + 2].stem == "stage" and tokens[at + 3].stem in ("pipeline", "pp"):
            if not any(token.stem.startswith("overlap") for token in tokens):  # of computing and sending, not of layers
                yield "strategy.pp", int(figure.value), (figure.start, figure.end), at
            continue
        for index in range(at + 3, min(at + 6, len(tokens))):
            axis = axis_at(tokens, index)
            if axis:
                yield axis[0], int(figure.value), (tokens[at].start, tokens[at].end), at
                break
            if not tokens[index].stem or tokens[index].stem in ("split", "sharding"):
                break


def of_product(tokens: Sequence[Token]) -> Iterator[Found]:
    """8 EP × 2 TP × 4 PP, 4 (EP) × 2 (TP)."""
    for at, figure in counts_in(tokens):
        if at + 1 == len(tokens):
            break
        index = at + 2 if tokens[at + 1].sign == "(" and at + 2 < len(tokens) else at + 1
        axis = axis_at(tokens, index)
        if axis is None:
            continue
        after = tokens[axis[1]] if axis[1] < len(tokens) else None
        if index == at + 2 and (after is None or after.sign != ")"):
            continue
        before = tokens[at - 1] if at else None
        beyond = axis[1] + (index == at + 2)
        follows = tokens[beyond].sign if beyond < len(tokens) else ""
        joined = (before is not None and _joins(before.sign, "×*÷/+")) or _joins(follows, "×*÷/+)")
        bounded = before is None or before.sign in PRODUCT or before.sign in (":", "~") or before.stem == "x"
        if joined and bounded and (after is None or after.sign in PRODUCT):
            yield axis[0], int(figure.value), (tokens[at].start, tokens[at].end), at


def counts_in(tokens: Sequence[Token]) -> Iterator[tuple[int, Figure]]:
    """The figures of a row that count something, ranges left out, each with its index."""
    for at, token in enumerate(tokens):
        if token.figure is not None and (figure := count_at(tokens, at)) is not None and not figure.quantity.is_range:
            yield at, figure


def _joins(sign: str, signs: str) -> bool:
    return bool(sign) and sign in signs


_INDEXED = words("stage phase step node rank group gpu layer expert level section figure table part replica")


def names_index(token: Token) -> bool:
    """Whether a number after a word may be its index: "stage", "GPU"."""
    return token.stem in _INDEXED


def is_index(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure only numbers the thing named before it: "Stage 0", "GPUs 0-31"."""
    figure = tokens[at].figure
    before = tokens[at - 1] if at else None
    if before is None or figure is None or not figure.is_count or _is_reckoned(tokens, at):
        return False
    if before.sign in ("[", ",", "{") and at > 1:
        named = before.sign != "," and tokens[at - 2].stem in _INDEXED
        return named or (tokens[at - 2].figure is not None and is_index(tokens, at - 2))
    return before.stem in _INDEXED


def _is_reckoned(tokens: Sequence[Token], at: int) -> bool:
    """Whether a sign of arithmetic follows a figure; a slash also parts numbers, but with blanks around it divides."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is None or after.sign != "/":
        return after is not None and after.sign in ("×", "*", "÷", "%")
    return at + 2 < len(tokens) and tokens[at].end < after.start and after.end < tokens[at + 2].start


def is_way(tokens: Sequence[Token], at: int) -> bool:
    """Whether the word of "4-way" or "4-stage" stands at an index."""
    return at < len(tokens) and tokens[at].stem in _WAYS


def count_at(tokens: Sequence[Token], at: int) -> Figure | None:
    """The whole number at an index, where one stands."""
    figure = tokens[at].figure if at < len(tokens) else None
    whole = figure is not None and figure.is_count and figure.value == int(figure.value)
    return figure if whole else None
