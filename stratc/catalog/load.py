"""Published hardware and models by name: `accelerator("H100")`, `model("Llama 2 70B")`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field, replace
from functools import cache
from math import isclose, log
from types import MappingProxyType
from typing import Any

from stratc.arith.unit import unit_named
from stratc.catalog.names import (
    Devices,
    Models,
    device_variants,
    devices_by_words,
    find_device,
    find_model,
    memory_in,
    models_by_words,
    nearest_names,
)
from stratc.record import Record, dataclass

_SLOWER = {
    "fp4": "fp8",
    "nvfp4": "fp4",
    "mxfp4": "fp8",
    "int4": "int8",
    "mxfp8": "fp8",
    "fp8": "bf16",
    "int8": "bf16",
    "bf16": "fp16",
}
_ACCELERATOR_KEYS = {
    "memory": "hardware.memory",
    "memory_bandwidth": "hardware.memory_bandwidth",
    "link": "hardware.link_bandwidth",
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Entry(Record):
    """One published device or model: facts by key in SI units, and where the figures were published.

    `hardware.peak_flops` of `values` is the dense 16-bit rate; `peaks` holds the rate of every precision.
    """

    name: str
    values: Mapping[str, int | float | str | bool]
    source: str
    peaks: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def peak_flops(self, precision: str) -> float | None:
        """Dense rate at a precision, FLOP/s; of the next wider one where the device has no such unit."""
        wanted: str | None = precision
        while wanted is not None and wanted not in self.peaks:
            wanted = _SLOWER.get(wanted)
        return self.peaks[wanted] if wanted else None


def accelerator(name: str, stated: Mapping[str, object] = MappingProxyType({})) -> Entry | None:
    """The accelerator that a plan calls so; None where the catalogue has none, or the name fits two chips.

    Where the name leaves the variant open (SXM, PCIe), it is the one that agrees with most of the facts stated.

    >>> h100 = accelerator("NVIDIA H100 80GB GPUs")
    >>> h100.values["hardware.memory"], h100.peak_flops("fp8")
    (80000000000.0, 1978900000000000.0)
    """
    found = find_device(name, _devices())
    if found is None:
        return None
    entries = [_accelerator(each) for each in device_variants(name, found, _devices())]
    best = max(entries, key=lambda entry: _fit(entry, stated))
    return _with_memory(_with_nearest(best, entries, stated.get("hardware.memory")), memory_in(name))


def _with_nearest(entry: Entry, variants: list[Entry], stated: object) -> Entry:
    """An entry that leaves its memory open, with that of its variants which is nearest to the one stated."""
    sizes = [size for each in variants if isinstance(size := each.values.get("hardware.memory"), float)]
    if not sizes or "hardware.memory" in entry.values or not isinstance(stated, float) or stated <= 0:
        return entry
    nearest = min(sizes, key=lambda size: abs(log(size / stated)))
    return replace(entry, values=MappingProxyType({**entry.values, "hardware.memory": nearest}))


def _with_memory(entry: Entry, size: float | None) -> Entry:
    """The variant of another memory size that a name tells, such as an H100 of 96 GB."""
    published = entry.values.get("hardware.memory", size)
    if size is None or not isinstance(published, float) or not published / 2 <= size <= published * 2:
        return entry
    return replace(entry, values=MappingProxyType({**entry.values, "hardware.memory": size}))


def _fit(entry: Entry, stated: Mapping[str, object]) -> tuple[int, bool]:
    """How many stated figures a variant has; its peaks, of many precisions, decide only beside another figure."""
    peak, others = "hardware.peak_flops", [key for key in stated if key != "hardware.peak_flops"]
    agreed = sum(_agrees(entry, key, stated[key]) for key in others)
    known = any(entry.values.get(key) is not None and key != peak for key in others)
    return agreed, peak in stated and (agreed > 0 or not known) and _agrees(entry, peak, stated[peak])


def _agrees(entry: Entry, key: str, value: object) -> bool:
    """Whether a published figure is the stated one, rounding and the choice of precision aside."""
    published = entry.peaks.values() if key == "hardware.peak_flops" else [entry.values.get(key)]
    if not isinstance(value, int | float):
        return False
    return any(isinstance(each, int | float) and isclose(each, value, rel_tol=0.05) for each in published)


def variants(name: str) -> tuple[Entry, ...]:
    """The accelerators that a plan may mean by a name, its variants where it leaves them open; none for two chips.

    >>> [each.name for each in variants("H100")], variants("abacus")
    (['H100 SXM', 'H100 PCIe', 'H100 NVL'], ())
    """
    found = find_device(name, _devices())
    return tuple(_accelerator(each) for each in device_variants(name, found, _devices())) if found else ()


def peer_link(name: str) -> float | None:
    """Bytes a second in one direction of the links between devices that a plan calls so, of the variant that has most.

    >>> peer_link("A100"), peer_link("A100 PCIe"), peer_link("abacus")
    (300000000000.0, 32000000000.0, None)
    """
    rates = (each.values.get("hardware.link_bandwidth") for each in variants(name))
    return max((rate for rate in rates if isinstance(rate, float)), default=None)


def model(name: str) -> Entry | None:
    """The model that a plan calls so; None where the catalogue has none.

    >>> model("meta-llama/Llama-3.1-70B-Instruct").values["model.layers"]
    80
    """
    found = find_model(name, _models())
    return _model(found) if found else None


def names(kind: str) -> tuple[str, ...]:
    """Names of all entries of a kind, "accelerator" or "model", in the order of the catalogue."""
    return tuple(_sections(kind)[kind])


def similar(kind: str, name: str) -> tuple[str, ...]:
    """Names that may have been meant where `accelerator` or `model` finds nothing."""
    return nearest_names(name, _aliases(kind))


def _accelerator(name: str) -> Entry:
    row = _row("accelerator", "accelerator", name)
    peaks = {precision: _si(text) for precision, text in row["peak"].items()}
    values: dict[str, int | float | str | bool] = {
        key: _si(row[column]) for column, key in _ACCELERATOR_KEYS.items() if column in row
    }
    values["hardware.peak_flops"] = peaks["bf16"] if "bf16" in peaks else peaks["fp16"]
    return Entry(name, MappingProxyType(values), _row("accelerator", "source")[row["source"]], MappingProxyType(peaks))


def _model(name: str) -> Entry:
    row = _row("model", "model", name)
    figures = {**_row("model", "style", row["style"]), **row}
    values = {f"model.{key}": value for key, value in figures.items() if key not in ("aliases", "source", "style")}
    return Entry(name, MappingProxyType(values), _row("model", "source")[row.get("source", "config")])


def _aliases(kind: str) -> dict[str, str]:
    """Every name and alias with the entry it stands for."""
    rows = _sections(kind)[kind]
    return {alias: name for name, text in rows.items() for alias in (name, *_other_names(text))}


def _other_names(section: str) -> list[str]:
    """The aliases of an entry, which stand in a line of their own."""
    return next((line.split('"')[1::2] for line in section.splitlines() if line.startswith("aliases = ")), [])


@cache
def _devices() -> Devices:
    return devices_by_words(_aliases("accelerator"))


@cache
def _models() -> Models:
    return models_by_words(_aliases("model"))


@cache
def _row(kind: str, table: str, name: str = "") -> Mapping[str, Any]:
    """One section of a kind's file, parsed when it is asked for: parsing all of them takes a fifth of a short run."""
    import tomllib

    return MappingProxyType(tomllib.loads(_sections(kind)[table][name]))


@cache
def _sections(kind: str) -> dict[str, dict[str, str]]:
    """The text of every section of a kind's file by table and name; the file is part of the program: read once."""
    found: dict[str, dict[str, str]] = {}
    with open(os.path.join(os.path.dirname(__file__), f"{kind}s.toml"), encoding="utf-8") as file:
        text = file.read()
    for section in text.split("\n[")[1:]:
        header, _, body = section.partition("]\n")
        table, _, name = header.partition(".")
        found.setdefault(table, {})[name.strip('"')] = body
    return found


def _si(text: str) -> float:
    """A figure as a data sheet prints it, in SI units: "3.35 TB/s"."""
    figure, _, symbol = text.partition(" ")
    unit = unit_named(symbol)
    if unit is None:
        raise ValueError(f"{text}: no such unit")
    return float(figure) * unit.scale
