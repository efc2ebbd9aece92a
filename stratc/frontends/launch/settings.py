"""Settings by name, and the statements that a table makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from stratc.frontends.frontend import Unread
from stratc.frontends.precision import PRECISIONS as WRITTEN
from stratc.ir.scope import HERE, Scope
from stratc.ir.statement import Statement
from stratc.ir.values import Extent, StageSpan, Value
from stratc.text.span import Span

Row: TypeAlias = str | tuple[str, Value] | tuple[str, Mapping[str, Value]]
"""What a setting means: the key it gives a value to, the key and value that a switch stands for, or words for words."""

FLOATS = frozenset(["strategy.capacity_factor", "model.parameters", "hardware.mfu"])
LENGTHS = frozenset(["workload.sequence_length", "workload.prompt_length", "workload.output_length"])
TEXTS = frozenset(["model.name", "strategy.framework"])
_WHOLE = re.compile(r"\d{1,4}(?:_?\d{3}){0,5}|\d{1,18}")
_REAL = re.compile(r"\d*\.?\d+(?:[eE][+-]?\d+)?")
_SIZE = re.compile(r"(\d{1,4}(?:\.\d+)?) ?([mbt])")
_SIZES = {"m": 1e6, "b": 1e9, "t": 1e12}
PRECISIONS: dict[str, Value] = {
    **WRITTEN,
    **dict.fromkeys(("float", "32", "32-true"), "fp32"),
    **dict.fromkeys(("16", "16-mixed", "torch.float16"), "fp16"),
    **dict.fromkeys(("bf16-mixed", "torch.bfloat16"), "bf16"),
    **dict.fromkeys(("fp8_e4m3", "fp8_e5m2"), "fp8"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A name and what it is set to; True is a switch without a value, None a value that the text does not tell."""

    name: str
    value: Any
    span: Span
    context: Span
    shown: str = ""  # the name as written
    rest: tuple[str, ...] = ()  # further values behind the first

    @property
    def number(self) -> int | None:
        """The whole number it is set to."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return self.value if self.value >= 0 else None
        text = self.value.strip() if isinstance(self.value, str) else ""
        return int(text) if _WHOLE.fullmatch(text) else None

    @property
    def is_on(self) -> bool:
        """Whether a switch is on."""
        return self.value is True or (isinstance(self.value, str) and self.value.lower() in ("true", "1", "yes", "on"))

    @property
    def word(self) -> str:
        """The word it is set to, in lower case, "" when it is none."""
        return str(self.value).strip().lower() if isinstance(self.value, (str, int, float)) else ""


@dataclass(slots=True)
class Settings:
    """The settings of one launch or one document; of a name set twice the last counts, as in every reader of them."""

    each: dict[str, Setting]
    scope: Scope = HERE
    taken: set[str] = field(default_factory=set)  # names that became statements or are known to mean nothing to a plan
    bare: set[str] = field(default_factory=set)  # names that want a value and have none: a variable that is not set

    def get(self, *names: str) -> Setting | None:
        """The first of these names that is set."""
        for name in names:
            if (found := self.each.get(name)) is not None:
                self.taken.add(name)
                return found
        return None

    def number(self, *names: str) -> int | None:
        """The whole number that the first of these names is set to."""
        found = self.get(*names)
        return found.number if found else None

    def is_on(self, *names: str) -> bool:
        """Whether one of these switches is on."""
        return any((found := self.get(name)) is not None and found.is_on for name in names)

    def pyramid(self, setting: Setting) -> None:
        """Leaves open a setting that has several values, of which each holds for other layers."""
        if len({str(setting.value), *setting.rest}) > 1:
            self.each[setting.name] = replace(setting, value=None)

    def say(self, setting: Setting, key: str, value: Value) -> Statement:
        """A statement at the place of a setting."""
        return Statement(key, value, setting.span, setting.context, self.scope)

    def by(self, table: Mapping[str, Row]) -> Iterator[Statement]:
        """The statements of every setting that a table knows."""
        for name, row in table.items():
            setting = self.get(name)
            if setting is None:
                continue
            key, value = _meant(row, setting)
            if setting.value is True and isinstance(row, str):
                self.bare.add(setting.name)
            if value is not None:
                yield self.say(setting, key, value)


def of(settings: Iterable[Setting], scope: Scope = HERE) -> Settings:
    """Settings by name."""
    return Settings({each.name: each for each in settings}, scope)


def _meant(row: Row, setting: Setting) -> tuple[str, Value | None]:
    if isinstance(row, str):
        return row, plain(row, setting)
    key, meaning = row
    if isinstance(meaning, Mapping):
        return key, meaning.get(setting.word)
    on = setting.is_on or (setting.value is not None and setting.value == "")
    return key, meaning if on else None


def plain(key: str, setting: Setting) -> Value | None:
    """The value of a setting in the type of its key; None where it is no such value, or not told."""
    if key in TEXTS:
        return setting.value if isinstance(setting.value, str) and setting.value.strip() else None
    number = setting.number
    if key in LENGTHS:
        return None if not number else Extent(float(number), float(number))
    if key in FLOATS:
        if isinstance(setting.value, float):
            return setting.value
        if key == "model.parameters" and (size := _SIZE.fullmatch(setting.word)):
            return float(size[1]) * _SIZES[size[2]]
        return float(setting.word) if _REAL.fullmatch(setting.word) and len(setting.word) < 30 else None
    return number


def unread(settings: Settings, statements: Iterable[Statement]) -> Iterator[Unread]:
    """Settings that a plan would know, had the text told their value."""
    said = {each.span for each in statements if not each.subject.startswith("setting.")}
    for each in settings.each.values():
        is_open = each.value is None or each.name in settings.bare
        if each.name in settings.taken and is_open and each.span not in said:
            yield Unread(each.span, f"{each.shown or each.name}: not told here")


def stages(layers: Iterable[int]) -> Iterator[StageSpan]:
    """Stages that hold these numbers of layers, in order, counted from 0."""
    start = 0
    for index, count in enumerate(layers):
        yield StageSpan(index, (start, start + count - 1) if count else None)
        start += count
