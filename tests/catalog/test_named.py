"""Names of the catalogue in the text of a plan: what is written there is the entry that is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stratc.catalog.load import accelerator, model, names
from stratc.frontends.markdown.read import FRONTEND
from stratc.text.source import Source

TOO_LITTLE = ("Megatron GPT", "R1 Distill")  # of a name that another stands in


@pytest.mark.parametrize("name", names("accelerator"))
def test_a_plan_may_name_each_device(name: str) -> None:
    said = f"- Hardware: 64 × {name}\n"
    assert _found(said, "hardware.accelerator", accelerator) == accelerator(name)
    assert _said(said, "hardware.device_count") == [64]


@pytest.mark.parametrize("name", [each for each in names("model") if not each.startswith(TOO_LITTLE)])
def test_a_plan_may_name_each_model(name: str) -> None:
    assert _found(f"- Model: {name}\n", "model.name", model) == model(name)


def _found(text: str, key: str, entry: Callable[[str], Any]) -> object:
    said = _said(text, key)
    return entry(str(said[0])) if said else None


def _said(text: str, key: str) -> list[object]:
    read = FRONTEND.read(Source("plan.md", text), lambda path, _: Source(path, ""))
    return [each.value for each in read.statements if each.subject == key]
