"""The models of the catalogue are those of other projects' tables and of the checkpoints themselves."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from stratc.catalog.load import model, names

TABLES: dict[str, dict[str, dict[str, int]]] = tomllib.loads(
    Path(__file__).with_name("architectures.toml").read_text(encoding="utf-8")
)
CASES = [(table, name) for table, rows in TABLES.items() for name in rows]
ALONE = {"GPT-3 13B", "GPT-3 6.7B", "LLaMA 65B"}  # no table of another project was found that prints these


@pytest.mark.parametrize(("table", "name"), CASES)
def test_another_project_prints_the_same(table: str, name: str) -> None:
    entry = model(name)
    assert entry is not None
    assert entry.name == name
    printed = TABLES[table][name]
    assert {key: entry.values.get(f"model.{key}") for key in printed} == printed


def test_all_others_stand_in_a_table() -> None:
    assert {name for _, name in CASES} == set(names("model")) - ALONE
