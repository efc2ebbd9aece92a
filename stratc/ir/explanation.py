"""Why a figure of the ledger is what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stratc.arith.term import Term
    from stratc.arith.unit import Unit
    from stratc.ir.origin import Known


@dataclass(frozen=True, slots=True)
class Law:
    """A formula of the cost model: what it gives, how it is written, and the keys of its sources."""

    name: str
    sentence: str
    formula: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """A fact without which a figure would be another one."""

    key: str
    known: Known[Any]
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that was chosen where the plan leaves it open."""

    key: str
    value: float | str | bool
    because: str
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure with its working (None where it is the sum of its parts, or measured ones enter it) and its ground."""

    item: str
    stage: int | None
    value: Any
    working: Term | None
    parts: tuple[tuple[str, float], ...]
    laws: tuple[Law, ...]
    stated: tuple[Ground, ...]
    assumed: tuple[Choice, ...]
