"""What a figure looks like once its label and its heading lend it the unit it does not write itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.unit import BYTE, BYTE_RATE, COUNT, FLOP, FLOP_RATE, PARAMETER, SECOND, UNITS, Unit, unit_named
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.tokens import is_times
from stratc.frontends.markdown.words.metrics import LOOKS, SHARES, Look
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.arith.quantity import Quantity
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_IN_BRACKETS = Pattern(r"\((?:in )?([KMGTkmgt]i?B)\)", "(")
_SCALES = frozenset(("k", "K", "M", "B", "T", "million", "billion", "trillion", "thousand"))
_LENT = (BYTE, BYTE_RATE, FLOP, FLOP_RATE, SECOND)  # dimensions of the units that a heading may name
_NO_HEADING = frozenset(("min", "hour", "day", "year", "month", "week"))
_SIZES = frozenset(("gb", "gib", "mb", "mib", "tb", "tib"))
_COUNTED = frozenset(("parameter", "param"))


class Spoken(NamedTuple):
    """A figure, its quantity with the unit that is meant, and what it looks like."""

    figure: Figure
    quantity: Quantity
    look: Look


def spoken(sentence: Sentence, at: int, goal: int | None = None) -> Spoken | None:
    """The figure at an index; "(15-25 achieved)" takes the unit of the requirement that it answers."""
    figure = sentence.tokens[at].figure
    if figure is None:
        return None
    quantity = figure.quantity
    unit = quantity.unit
    if figure.times or _is_times(sentence.tokens, at):
        return Spoken(figure, quantity, Look.FACTOR)
    if unit.symbol in SHARES:
        return Spoken(figure, quantity, Look.SHARE)
    if unit.dimension == COUNT and (lent := _lent(sentence, at, goal)):
        quantity = with_unit(quantity, lent)
        unit = lent
    if unit.symbol in SHARES:
        return Spoken(figure, quantity, Look.SHARE)
    look = LOOKS.get(unit.dimension)
    return Spoken(figure, quantity, look) if look else None


def _is_times(tokens: tuple[Token, ...], at: int) -> bool:
    """ "6-8x", "8 times", "2-fold"."""
    rest = [token for token in tokens[at + 1 : at + 3] if token.sign != "-"]
    if not rest:
        return False
    glued = rest[0].start == tokens[at].end and (rest[0].stem == "x" or rest[0].sign == "×")
    return glued or rest[0].stem == "fold" or is_times(rest[0])


def _lent(sentence: Sentence, at: int, goal: int | None) -> Unit | None:
    """The unit that a bare number takes from what stands around it."""
    figure = sentence.tokens[at].figure
    if figure is None:
        return None
    if goal is not None and (required := sentence.tokens[goal].figure):
        return required.quantity.unit if figure.quantity.unit.scale == 1.0 else None
    if figure.quantity.unit.symbol in _SCALES and _counts_parameters(sentence, at):
        symbol = f"{figure.quantity.unit.symbol} parameters"
        return Unit(symbol, figure.quantity.unit.scale, PARAMETER)
    if rate := _rate_of(sentence.key) or _rate_of(sentence.header):
        own = figure.quantity.unit  # "tokens/s | 295K"
        return Unit(f"{own.symbol} {rate.symbol}", own.scale * rate.scale, rate.dimension) if own.symbol else rate
    if sentence.block.kind is Kind.CELL and figure.quantity.unit.scale == 1.0:
        return _unit_of_column(sentence)
    return None


def _rate_of(label: Sequence[Token]) -> Unit | None:
    """The unit of tokens over time that a label names: "tokens/s", "tok/s/GPU", "Tokens per second"."""
    stems = [token.stem or token.sign for token in label]
    for token, over, time in zip(stems, stems[1:], stems[2:], strict=False):
        if token in ("token", "tok") and over in ("/", "per") and time in ("s", "sec", "second", "ms"):
            return UNITS["tokens/ms" if time == "ms" else "tokens/s"]
    return None


def _counts_parameters(sentence: Sentence, at: int) -> bool:
    near = sentence.tokens[at + 1 : at + 3]
    return any(token.stem in _COUNTED for token in (*near, *sentence.key))


def _unit_of_column(sentence: Sentence) -> Unit | None:
    """The unit that a column names, or else the heading of the table, for its columns on memory."""
    if unit := unit_of_heading(sentence.header):
        return unit
    match = _IN_BRACKETS.search(sentence.scope.path[-1]) if sentence.scope.path else None
    stems = {token.stem for token in sentence.header}
    return unit_named(match[1]) if match and {"memory", "size", "usage", "vram"} & stems else None


def unit_of_heading(label: Sequence[Token]) -> Unit | None:
    """The unit that the heading of a column names in brackets, or is: "Size (GB)", "TFLOP"; "GPU(s)" names none."""
    opens = next((at for at, token in enumerate(label) if token.sign == "("), None)
    words = [token.stem or token.sign for token in label]
    if opens is None:
        unit = unit_named("".join(words)) if words and len(words[0]) > 1 else None
        named = [at for at, word in enumerate(words) if word in _SIZES] if unit is None else []
        if named:
            word = words[named[0]].upper().replace("I", "i")
            return None if _is_rate(words, named[0]) or len(named) > 1 else unit_named(word)
        return unit if unit and unit.dimension in _LENT and words[0] not in _NO_HEADING else None
    plural = opens > 0 and label[opens - 1].end == label[opens].start
    if words[-1] != ")" or plural:
        return None
    unit = unit_named("".join(words[opens + 1 : -1]))
    return unit if unit and unit.dimension in _LENT else None


def _is_rate(words: Sequence[str], at: int) -> bool:
    """Whether a unit of bytes is one a second: "GB/s per GPU"."""
    return words[at + 1 : at + 2] in (["/"], ["s"]) or "second" in words


def with_unit(quantity: Quantity, unit: Unit) -> Quantity:
    """A quantity with the same digits in another unit."""
    scale = unit.scale / quantity.unit.scale
    low, high, step = (each * scale for each in (quantity.low, quantity.high, quantity.step))
    return replace(quantity, low=low, high=high, step=step, unit=unit)
