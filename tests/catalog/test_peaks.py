"""The accelerators of the catalogue are those of other tables, but for what `peaks.toml` names."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from stratc.catalog.load import accelerator, names

TABLES: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("peaks.toml").read_text(encoding="utf-8"))
CASES = [(table, name) for table, told in TABLES.items() for name in told["prints"]]
COLUMNS = {"memory": ("hardware.memory", 1e9), "memory_bandwidth": ("hardware.memory_bandwidth", 1e12),
           "link": ("hardware.link_bandwidth", 1e12)}  # fmt: skip
ROUNDING = 0.021  # tables print two digits at least


@pytest.mark.parametrize(("table", "name"), CASES, ids=lambda each: str(each))
def test_a_published_table_prints_the_same(table: str, name: str) -> None:
    entry = accelerator(name)
    assert entry is not None
    assert entry.name == name
    for column, figure in TABLES[table]["prints"][name].items():
        key, scale = COLUMNS.get(column, ("", 1e12))
        ours = entry.values[key] if key else entry.peaks[column]
        assert ours == pytest.approx(figure * scale, rel=ROUNDING), column


def test_every_accelerator_stands_in_another_table() -> None:
    assert {name for _, name in CASES} == set(names("accelerator"))


def test_a_difference_has_an_entry() -> None:
    for told in TABLES.values():
        assert set(told.get("differs", {})) <= set(names("accelerator"))
