"""The cost model's ledger as tables, memory with a bar against the capacity of a device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from stratc.arith.unit import (
    BYTE,
    FLOP,
    PARAMETER,
    PERCENT,
    SECOND,
    TOKEN_RATE,
    Dimension,
    Unit,
    show,
)
from stratc.ir.units import UNIT_OF
from stratc.reporters.style import Style
from stratc.text.width import printable, width

BETWEEN = "_between"
BAR = 24  # columns of a full bar
EIGHTHS = " ▏▎▍▌▋▊▉"
COLUMNS = ("parameters", "weights", "gradients", "optimizer", "activations", "kv_cache", "buffers", "workspace", "peak")
UNITS = {"parameters": PARAMETER}
RATES: dict[str, Dimension | Unit] = {
    "step_seconds": SECOND,
    "prefill_seconds": SECOND,
    "decode_seconds_per_token": SECOND,
    "request_seconds": SECOND,
    "tokens_per_second": TOKEN_RATE,
    "mfu": PERCENT,
    "bubble": PERCENT,
    "model_flops": FLOP,
    "hardware_flops": FLOP,
}


def render(name: str, told: Mapping[str, Any], *, colour: bool = False) -> str:
    """The document of `stratc estimate --format json`, for people."""
    style = Style(colour)
    parts = [
        [style.bold(name)],
        _parameters(told.get("parameters"), style),
        _memory(told.get("memory"), style),
        *(_rates(title, told.get(title), style) for title in ("compute", "training", "inference")),
        _communication(told.get("communication"), style),
        _assumed(told.get("assumed") or (), style),
        _missing(told.get("missing") or (), style),
    ]
    blocks = [list(part) for part in parts]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


def _parameters(told: Mapping[str, Any] | None, style: Style) -> Iterator[str]:
    if told is None:
        return
    yield style.bold("parameters")
    rows = [(name.replace("_", " "), amount) for name, amount in told["components"].items() if amount != 0]
    rows += [("total", told["total"]), ("active for a token", told["active"])]
    yield from table([[name, _exact(amount)] for name, amount in rows])


def _exact(count: float | None) -> str:
    return "not said" if count is None else f"{show(count, PARAMETER, 4)}  ({count:,.0f})"


def _memory(told: Mapping[str, Any] | None, style: Style) -> Iterator[str]:
    if told is None:
        return
    capacity = told.get("capacity")
    of = f", which has {show(capacity, BYTE)}" if capacity else ""
    yield style.bold(f"memory of a device{of}")
    stages: Sequence[Mapping[str, Any]] = told["stages"]
    used = [name for name in COLUMNS if any(stage[name] != 0 for stage in stages)]
    rows = [["stage", *(name.replace("_", " ") for name in used)]]
    bars = [""]
    for index, alike in _together(stages):
        rows.append([index, *(_amount(alike[name], UNITS.get(name, BYTE)) for name in used)])
        bars.append(_bar(alike["peak"], capacity, style))
    yield from (f"{row}  {bar}".rstrip() for row, bar in zip(table(rows), bars, strict=True))
    outside = {name: amount for name, amount in (told.get("outside") or {}).items() if amount}
    if outside:
        listed = ", ".join(f"{name} {_amount(amount, BYTE)}" for name, amount in outside.items())
        yield f"  beside its tensors, as nvidia-smi shows: {listed}"
    interval = told.get("interval")
    if interval:
        low, high = (_amount(interval[end], BYTE) for end in ("low", "high"))
        yield f"  a peak of four in five lies within {low} to {high}: {interval['origin']}"
    if told["fits"] is not None:
        yield f"  {style.good('fits') if told['fits'] else style.headline('does not fit')}"


def _together(stages: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Neighbouring stages with the same figures as one."""
    for _, group in groupby(stages, key=lambda stage: [stage[name] for name in COLUMNS]):
        alike = list(group)
        first, last = alike[0]["stage"], alike[-1]["stage"]
        yield (f"{first}" if first == last else f"{first}-{last}"), alike[0]


def _bar(amount: float | None, capacity: float | None, style: Style) -> str:
    """A bar that is full at the capacity, and the share in figures.

    >>> _bar(40e9, 80e9, Style())
    '████████████             50 %'
    """
    if amount is None or not capacity:
        return ""
    eighths = round(min(amount / capacity, 1.0) * BAR * 8)
    bar = "█" * (eighths // 8) + (EIGHTHS[eighths % 8] if eighths % 8 else "")
    painted = style.good(bar) if amount <= capacity else style.headline(bar)
    return f"{painted}{' ' * (BAR - len(bar))} {show(amount / capacity, PERCENT)}"


def _rates(title: str, told: Mapping[str, Any] | None, style: Style) -> Iterator[str]:
    if told is None or all(amount is None for amount in told.values()):
        return
    yield style.bold(title)
    rows = [
        [name.replace("_", " "), _amount(each, RATES.get(name)), _between(told, name)]
        for name, each in told.items()
        if each is not None and not name.endswith(BETWEEN) and not isinstance(each, (Mapping, list, tuple))
    ]
    yield from table(rows)
    yield from _step(told)


def _step(told: Mapping[str, Any]) -> Iterator[str]:
    """What a step of training consists of, and how far off its time may be."""
    interval, parts = told.get("interval"), told.get("parts")
    if interval:
        ends = f"{_amount(interval['low'], SECOND)} to {_amount(interval['high'], SECOND)}"
        yield f"  a step of four in five lies within {ends}: {interval['origin']}"
    yield from _passes(told.get("stages") or ())
    if parts:
        shown = [f"{name.replace('_', ' ')} {_amount(each, SECOND)}" for name, each in parts.items() if each]
        yield f"  of which {', '.join(shown)}"


def _passes(stages: Sequence[Mapping[str, float]]) -> Iterator[str]:
    """What a micro-batch takes in every stage, where there are several; neighbours alike as one."""
    if len(stages) < 2:
        return
    used = [name for name in stages[0] if any(stage[name] for stage in stages)]
    yield "  a micro-batch in each stage"
    rows = [["stage", *(name.replace("_", " ") for name in used)]]
    numbered = groupby(enumerate(stages), key=lambda each: each[1])
    for alike, group in numbered:
        indices = [index for index, _ in group]
        named = f"{indices[0]}" if len(indices) == 1 else f"{indices[0]}-{indices[-1]}"
        rows.append([named, *(_amount(alike[name], SECOND) for name in used)])
    yield from table(rows)


def _between(told: Mapping[str, Any], name: str) -> str:
    """The interval of a time, where there is one."""
    bounds = told.get(name.partition("_")[0] + BETWEEN)
    if bounds is None or not name.startswith(("prefill_", "decode_")):
        return ""
    low, high = (_amount(each, RATES.get(name)) for each in bounds)
    return f"{low} to {high}"


def _communication(told: Iterable[Mapping[str, Any]] | None, style: Style) -> Iterator[str]:
    if not told:
        return
    yield style.bold("communication of a device, a step")
    yield from table(
        [
            [each["axis"], each["collective"], _amount(each["bytes"], BYTE), _amount(each["seconds"], SECOND)]
            for each in told
        ]
    )


def _assumed(told: Iterable[Mapping[str, Any]], style: Style) -> Iterator[str]:
    rows = [[each["key"], _value(each["key"], each["value"]), each["because"]] for each in told]
    if rows:
        yield style.bold("assumed")
    yield from table(rows)


def _missing(told: Iterable[str], style: Style) -> Iterator[str]:
    keys = ", ".join(told)
    if keys:
        yield style.bold("not said, and needed for the rest")
        yield f"  {keys}"


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, (int, float)):
        return printable(str(value))
    unit = UNIT_OF.get(key)
    return show(value, unit) if unit else show(value, digits=4)


def _amount(amount: float | None, unit: Dimension | Unit | None) -> str:
    if amount is None:
        return "–"
    return show(amount, unit) if unit is not None else show(amount)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as their widest cell; cells that begin with a figure stand to the right."""
    if not rows:
        return []
    widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(_cell(cell, wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _cell(cell: str, wide: int) -> str:
    room = " " * (wide - width(cell))
    return room + cell if cell[:1].isdigit() or cell == "–" else cell + room
