"""The page of docs/ that lists what the catalogue knows, and against what it was held."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from stratc.arith.unit import BYTE, BYTE_RATE, show
from stratc.catalog.load import Entry, accelerator, model, names
from tests.derived.test_docs import DOCS, renewed

HERE = Path(__file__).parent


def _tables(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def test_the_page_of_the_catalogue(golden: Callable[[Path, str], None]) -> None:
    path = DOCS / "catalogue.md"
    golden(path, renewed(path, "".join(f"{line}\n" for line in [*_devices(), "", *_models()])))


def _devices() -> Iterator[str]:
    tables = _tables("peaks.toml")
    yield from ("## Devices", "", "Dense rates in TFLOP/s; links to peers inside a node, in one direction.", "")
    yield "| device | memory | bandwidth | links | 16 bits | 8 bits | 4 bits | published in | held against |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for name in sorted(names("accelerator")):
        entry = accelerator(name)
        assert entry is not None
        others = ", ".join(table for table, told in tables.items() if name in told["prints"])
        yield f"| {name} | {_figures(entry)} | {entry.source} | {others} |"
    yield ""
    for table, told in tables.items():
        yield f"- {table}: {told['title']}"


def _figures(entry: Entry) -> str:
    sizes = (("memory", BYTE), ("memory_bandwidth", BYTE_RATE), ("link_bandwidth", BYTE_RATE))
    found = [(entry.values.get(f"hardware.{key}"), unit) for key, unit in sizes]
    told = [show(size, unit) if isinstance(size, float) else "" for size, unit in found]
    rates = [
        entry.values["hardware.peak_flops"],
        entry.peaks.get("fp8", entry.peaks.get("int8")),
        entry.peaks.get("fp4"),
    ]
    return " | ".join([*told, *(f"{rate / 1e12:g}" if isinstance(rate, float) else "" for rate in rates)])


def _models() -> Iterator[str]:
    tables = _tables("architectures.toml")
    yield from (
        "## Models",
        "",
        "Parameters of the text model, to the last one; whatever sees or predicts ahead is left out.",
        "",
    )
    yield "| model | parameters | layers | hidden | held against |"
    yield "|---|---|---|---|---|"
    for name in sorted(names("model"), key=str.casefold):
        entry = model(name)
        assert entry is not None
        others = (
            ", ".join(str(at) for at, rows in enumerate(tables.values(), 1) if name in rows) or "its own source alone"
        )
        count, layers, hidden = (entry.values[f"model.{key}"] for key in ("parameters", "layers", "hidden_size"))
        yield f"| {name} | {count:,} | {layers} | {hidden} | {others} |"
    yield ""
    yield from (f"{at}. {table}" for at, table in enumerate(tables, 1))
