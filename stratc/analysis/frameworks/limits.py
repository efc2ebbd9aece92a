"""Limits that a server is started with, whatever notation sets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.ir.setting import ALONE
from stratc.ir.values import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.analysis.case import Case
    from stratc.ir.setting import Setting

LENGTH = frozenset(
    ("max-model-len", "max-seq-len", "max-sequence-length", "max-seq-length", "context-length", "max-total-tokens")
)
SEQUENCES = frozenset(("max-num-seqs", "max-running-requests"))
PREFILL = frozenset(("max-num-batched-tokens", "chunked-prefill-size"))
BATCH = frozenset(("max-batch-size",))
MEMORY = frozenset(("gpu-memory-utilization", "mem-fraction-static"))


def limit(case: Case, names: frozenset[str]) -> tuple[Setting, float] | None:
    """The setting of one of these names and its number; None where there is none or where they differ."""
    found: dict[float, Setting] = {}
    for each in case.plan.settings:
        if _plain(each.name) in names and each.strategy in ("", case.strategy.name):
            value = _number(each.value)
            if value is not None and value > 0:
                found.setdefault(value, each)
    return next(((each, value) for value, each in found.items()), None) if len(found) == 1 else None


def memory_taken(case: Case) -> tuple[Setting, float] | None:
    """The setting for the share of the memory that a server takes at its start, where it is a true part."""
    found = limit(case, MEMORY)
    return found if found and 0 < found[1] < 1 else None


def limits_said_and_set(case: Case) -> Iterator[tuple[Setting, float, tuple[Setting, ...], float]]:
    """The limits of a server that the text gives one value and all launches another: where, and the two values."""
    for names in (LENGTH, SEQUENCES, BATCH, PREFILL, MEMORY):
        own = [
            (each, value)
            for each in case.plan.settings
            if _plain(each.name) in names and (value := _number(each.value)) is not None
        ]
        said = {value: each for each, value in own if each.launch == ALONE}
        launched = {value for each, value in own if each.launch != ALONE}
        if len(said) == len(launched) == 1 and said.keys().isdisjoint(launched):
            (value, place), (other,) = next(iter(said.items())), launched
            yield place, value, tuple(each for each, _ in own if each.launch != ALONE), other


def _plain(name: str) -> str:
    """The last part of a name, without dashes in front and underlines: "server.max_model_len"."""
    return name.rpartition(".")[2].lstrip("-").replace("_", "-").casefold()


def _number(value: object) -> float | None:
    if isinstance(value, Extent):
        return value.high
    try:
        return float(str(value))
    except ValueError:
        return None
