"""Dimensions and units: everything inside is bytes, seconds, FLOP, tokens and counts; scales exist only here.

The return annotations of the cost model (`Bytes`, `Seconds`, …) are the aliases at the end of this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, isfinite, log10
from typing import TypeAlias

from stratc.arith.term import Number
from stratc.record import Record, dataclass

_COUNTABLE = frozenset(("parameter", "token", "sequence", "request"))  # words that plans add to counts or leave out


@dataclass(frozen=True, slots=True, repr=False)
class Dimension(Record):
    """A product of powers of base quantities, sorted by name; counts and fractions have none."""

    powers: tuple[tuple[str, int], ...] = ()

    def __mul__(self, other: Dimension) -> Dimension:
        return _product(self, other, 1)

    def __truediv__(self, other: Dimension) -> Dimension:
        return _product(self, other, -1)

    @property
    def uncounted(self) -> Dimension:
        """Without what plans name or leave out: of sequences × tokens × bytes the bytes."""
        return Dimension(tuple(each for each in self.powers if each[0] not in _COUNTABLE))

    @property
    def unoperated(self) -> Dimension:
        """The same without FLOPs, for which the parameters and tokens of a formula stand."""
        return Dimension(tuple(each for each in self.uncounted.powers if each[0] != "FLOP"))

    def __str__(self) -> str:
        over = " × ".join(_power(base, n) for base, n in self.powers if n > 0)
        under = " × ".join(_power(base, -n) for base, n in self.powers if n < 0)
        return f"{over or '1'}/{under}" if under else over


def _product(left: Dimension, right: Dimension, sign: int) -> Dimension:
    powers = dict(left.powers)
    for base, n in right.powers:
        powers[base] = powers.get(base, 0) + sign * n
    return Dimension(tuple(sorted((base, n) for base, n in powers.items() if n)))


def _power(base: str, n: int) -> str:
    return base if n == 1 else f"{base}^{n}"


COUNT = Dimension()
BYTE = Dimension((("byte", 1),))
PARAMETER = Dimension((("parameter", 1),))
TOKEN = Dimension((("token", 1),))
SEQUENCE = Dimension((("sequence", 1),))
REQUEST = Dimension((("request", 1),))
FLOP = Dimension((("FLOP", 1),))
SECOND = Dimension((("second", 1),))
WATT = Dimension((("watt", 1),))
BYTE_RATE = BYTE / SECOND
FLOP_RATE = FLOP / SECOND
TOKEN_RATE = TOKEN / SECOND
SEQUENCE_RATE = SEQUENCE / SECOND
REQUEST_RATE = REQUEST / SECOND


@dataclass(frozen=True, slots=True, repr=False)
class Unit(Record):
    """A unit as people write it: one of it is `scale` of the dimension's SI unit."""

    symbol: str
    scale: float
    dimension: Dimension


ONE = Unit("", 1.0, COUNT)
PERCENT = Unit("%", 0.01, COUNT)

_DECIMAL = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}
_BINARY = {"Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40}
_NUMERALS = {
    **dict.fromkeys(("k", "K", "thousand"), 1e3),
    **dict.fromkeys(("M", "million", "Millionen"), 1e6),
    **dict.fromkeys(("B", "billion", "milliard", "milliards", "Milliarden"), 1e9),
    **dict.fromkeys(("T", "trillion", "Billionen"), 1e12),
}
_OCTETS = ("ko", "Mo", "Go", "Kio", "Gio")  # French, in these letters only: "8 go to rank 0"
_TIMES = {
    "s": (1.0, ("sec", "secs", "second", "seconds")),
    "ms": (1e-3, ("msec", "millisecond", "milliseconds")),
    "µs": (1e-6, ("us", "μs", "microsecond", "microseconds")),
    "ns": (1e-9, ("nanosecond", "nanoseconds")),
    "min": (60.0, ("mins", "minute", "minutes")),
    "h": (3600.0, ("hr", "hrs", "hour", "hours", "Stunden", "heures")),
    "d": (86400.0, ("day", "days", "Tage", "Tagen", "jours")),
    "weeks": (7 * 86400.0, ("week",)),
    "years": (365 * 86400.0, ("year",)),
}
_EVENTS = {
    TOKEN: ("tokens", "token", "tok"),
    SEQUENCE: ("sequences", "sequence", "seq", "seqs", "samples", "sample"),
    REQUEST: ("requests", "request", "req", "reqs", "queries"),
}


def _event_units() -> Iterator[tuple[Unit, tuple[str, ...]]]:
    """Tokens, sequences and requests, and their rates, with the spellings of each."""
    for dimension, events in _EVENTS.items():
        yield Unit(events[0], 1.0, dimension), events
        for thousand, many in (("", 1.0), ("k", 1e3), ("K", 1e3), ("M", 1e6)):
            for time, (scale, times) in _TIMES.items():
                unit = Unit(f"{thousand}{events[0]}/{time}", many / scale, dimension / SECOND)
                yield unit, tuple(f"{thousand}{event}/{each}" for event in events for each in (time, *times))


def _spelled_units() -> dict[str, Unit]:
    """Every spelling that stands for one unit."""
    table = {"%": PERCENT, "percent": PERCENT}

    def add(unit: Unit, *spellings: str) -> None:
        for spelling in (unit.symbol, *spellings):
            table.setdefault(spelling, unit)

    for word in ("byte", "bytes", "octet", "octets"):
        table[word] = Unit("bytes", 1.0, BYTE)
    for prefix, scale in {**_DECIMAL, **_BINARY}.items():
        if prefix:
            octets = (each for each in _OCTETS if each == f"{prefix}o")
            add(Unit(f"{prefix}B", scale, BYTE), f"{prefix.upper()}B" if prefix == "k" else f"{prefix}B", *octets)
            add(Unit(f"{prefix}bit", scale / 8, BYTE), f"{prefix}b")
            add(
                Unit(f"{prefix}B/s", scale, BYTE_RATE),
                *(f"{prefix}{word}" for word in ("Bps", "BPS", "B/sec", "B/second")),
            )
            add(Unit(f"{prefix}bit/s", scale / 8, BYTE_RATE), f"{prefix}bps", f"{prefix}b/s", f"{prefix}bits/s")
            add(Unit(f"{prefix}B/ms", scale * 1e3, BYTE_RATE), f"{prefix}B/msec")
    for prefix, scale in _DECIMAL.items():
        rate = Unit(f"{prefix}FLOP/s", scale, FLOP_RATE)
        spellings = ("FLOPS", "FLOPs/s", "Flops", "flops", "FLOPS/s", "flop/s", "Flops/s")
        add(rate, *(f"{prefix}{word}" for word in (*spellings, *(("OPS",) if prefix else ()))))
        if prefix:
            add(Unit(f"{prefix}FLOP", scale, FLOP), f"{prefix}FLOPs")
    add(Unit("FLOP", 1.0, FLOP), "FLOPs")
    for symbol, (scale, words) in _TIMES.items():
        add(Unit(symbol, scale, SECOND), *words)
    for unit, written in _event_units():
        add(unit, *written)
    add(Unit("W", 1.0, WATT), "watts", "watt")
    for prefix, scale in (("k", 1e3), ("M", 1e6), ("G", 1e9)):
        add(Unit(f"{prefix}W", scale, WATT))
        add(Unit(f"{prefix}Wh", 3600 * scale, WATT * SECOND))
    for word, scale in _NUMERALS.items():
        table[word] = Unit(word, scale, COUNT)
    for word in ("parameters", "parameter", "params", "param"):
        table[word] = Unit("parameters", 1.0, PARAMETER)
    return table


UNITS = _spelled_units()
_FOLDED = {spelling.casefold(): unit for spelling, unit in reversed(UNITS.items()) if spelling not in _OCTETS}


def unit_named(text: str) -> Unit | None:
    """The unit of that spelling; letter case decides only where it must (Gb against GB).

    >>> unit_named("TBps").symbol, unit_named("gb").symbol, unit_named("Gb").symbol
    ('TB/s', 'GB', 'Gbit')
    """
    return UNITS.get(text) or _FOLDED.get(text.casefold())


_SHOWN: dict[Dimension, tuple[tuple[float, str], ...]] = {
    BYTE: ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "bytes")),
    PARAMETER: ((1e12, "T parameters"), (1e9, "B parameters"), (1e6, "M parameters"), (1.0, "parameters")),
    FLOP: ((1e18, "EFLOP"), (1e15, "PFLOP"), (1e12, "TFLOP"), (1e9, "GFLOP"), (1.0, "FLOP")),
    WATT: ((1e6, "MW"), (1e3, "kW"), (1.0, "W")),
    SECOND: ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"), (1e-6, "µs")),
    BYTE_RATE: ((1e12, "TB/s"), (1e9, "GB/s"), (1e6, "MB/s"), (1.0, "bytes/s")),
    FLOP_RATE: ((1e15, "PFLOP/s"), (1e12, "TFLOP/s"), (1e9, "GFLOP/s"), (1.0, "FLOP/s")),
    TOKEN: ((1.0, "tokens"),),
    TOKEN_RATE: ((1.0, "tokens/s"),),
    SEQUENCE: ((1.0, "sequences"),),
    SEQUENCE_RATE: ((1.0, "sequences/s"),),
    REQUEST_RATE: ((1.0, "requests/s"),),
    WATT * SECOND: ((3.6e9, "MWh"), (3.6e6, "kWh"), (1.0, "W·s")),
}


_FROM = {"d": 3.0}  # as long as people count in the smaller unit


def show(value: float, unit: Unit | Dimension = ONE, digits: int = 3) -> str:
    """A value for people: in the given unit, or in the one of its dimension that suits its size.

    >>> show(2684354560, BYTE), show(0.7272727, PERCENT), show(234375000, PARAMETER), show(4096)
    ('2.68 GB', '72.7 %', '234 M parameters', '4,096')
    """
    if isinstance(unit, Unit):
        return _join(value / unit.scale, unit.symbol, digits)
    for scale, symbol in _SHOWN.get(unit, ()):
        if abs(value) >= scale * _FROM.get(symbol, 1.0):
            return _join(value / scale, symbol, digits)
    if unit in _SHOWN:
        scale, symbol = _SHOWN[unit][-1]
        return _join(value / scale, symbol, digits)
    return _join(value, "" if unit == COUNT else str(unit), digits)


def _join(number: float, symbol: str, digits: int) -> str:
    figure = figures(number, digits)
    return f"{figure} {symbol}" if symbol else figure


def figures(number: float, digits: int = 3) -> str:
    """A number with so many significant digits; whole numbers are not rounded up to 10^15.

    >>> figures(512.0), figures(72.7272), figures(0.00123456), figures(1234567.0), figures(3.2682e17)
    ('512', '72.7', '0.00123', '1,234,567', '3.27e17')
    """
    if not isfinite(number):
        return "∞" if number > 0 else "-∞" if number < 0 else "undefined"
    if abs(number) >= 1e15:
        mantissa, _, power = f"{number:.{digits - 1}e}".partition("e")
        return f"{mantissa}e{int(power)}"
    if number == int(number):
        return f"{int(number):,}"
    places = max(0, digits - 1 - floor(log10(abs(number))))
    text = f"{number:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


Bytes: TypeAlias = Number
Parameters: TypeAlias = Number
Flop: TypeAlias = Number
Seconds: TypeAlias = Number
BytesPerSecond: TypeAlias = Number
FlopPerSecond: TypeAlias = Number
TokensPerSecond: TypeAlias = Number
Count: TypeAlias = Number
Fraction: TypeAlias = Number
