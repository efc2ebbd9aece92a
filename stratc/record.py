"""What frozen values have in common: how they are made, compared and shown, and that nothing changes them.

A dataclass writes, compiles and runs six methods anew for every class.  A program of a quarter of a second that has
seventy of them spends an eighth of its time on that; here only what differs between classes is made for each.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, fields
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from dataclasses import dataclass as dataclass  # what type checkers see
else:
    from dataclasses import dataclass as _dataclass


class Record:
    """Guards, compares and shows a frozen dataclass by its fields.

    With `repr=False` a dataclass leaves the last to this class, with `eq=False` the second too: where values are
    compared by the thousand, its own are faster.

    >>> @dataclass(frozen=True, slots=True, eq=False, repr=False)
    ... class Pair(Record):
    ...     left: int
    ...     right: int = 0
    >>> Pair(1, 2), Pair(1, 2) == Pair(1, 2), len({Pair(1), Pair(1, 0), Pair(2, 1)})
    (Pair(left=1, right=2), True, 2)
    """

    __slots__ = ()
    _held: ClassVar[tuple[str, ...]] = ()  # names of what is compared, where they are kept

    def __repr__(self) -> str:
        held: Any = self
        shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(held) if each.repr)
        return f"{type(self).__qualname__}({shown})"

    def __eq__(self, other: object) -> bool:
        return _compared(self) == _compared(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(_compared(self))

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __getstate__(self) -> object:
        held: Any = self
        return [getattr(self, each.name) for each in fields(held)]

    def __setstate__(self, state: Sequence[object]) -> None:
        held: Any = self
        for each, value in zip(fields(held), state, strict=True):
            object.__setattr__(self, each.name, value)


def _compared(value: Any) -> tuple[object, ...]:
    """What a value holds, in the order of its fields, without those that comparisons leave out."""
    return tuple([getattr(value, name) for name in value._held or _names(value)])


def _names(record: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(record) if each.compare)


if not TYPE_CHECKING:

    def dataclass(*, frozen, repr, slots=False, eq=True, order=False):  # noqa: A002  # the names of the library
        """`dataclasses.dataclass` for a frozen Record that does not show itself, in a third of the time."""

        def made(record):
            if not frozen or repr or not issubclass(record, Record):
                raise TypeError(f"{record.__name__} is not frozen, not shown by Record, or none")
            whole = _dataclass(init=False, repr=False, eq=eq, unsafe_hash=eq, order=order, slots=slots)(record)
            whole.__init__, whole._held = _filling(whole), _names(whole)
            return whole

        return made


def _filling(record: Any) -> Callable[..., None]:
    """`__init__` of a record: every field is set once, past the guard."""
    known: dict[str, object] = {"_set": object.__setattr__, "_UNSET": MISSING}
    takes, does = ["self"], []
    for each in fields(record):
        name = value = each.name
        if each.default is not MISSING:
            known[f"_{name}"] = each.default
            takes.append(f"{name}=_{name}")
        elif each.default_factory is not MISSING:
            known[f"_{name}"] = each.default_factory
            takes.append(f"{name}=_UNSET")
            value = f"_{name}() if {name} is _UNSET else {name}"
        else:
            takes.append(name)
        does.append(f" _set(self, {name!r}, {value})")
    exec(f"def __init__({', '.join(takes)}):\n" + "\n".join(does), known)
    filling: Any = known["__init__"]
    filling.__qualname__ = f"{record.__qualname__}.__init__"
    return filling  # type: ignore[no-any-return]
