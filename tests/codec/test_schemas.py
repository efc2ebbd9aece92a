"""The schemas that are derived from the code are those that are committed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stratc.codec.schema import plan_schema, report_schema
from stratc.config import config_schema

SCHEMAS = Path(__file__).parents[2] / "schemas"
DERIVED: dict[str, Callable[[], dict[str, Any]]] = {
    "plan": plan_schema,
    "report": report_schema,
    "config": config_schema,
}


@pytest.mark.parametrize("name", DERIVED)
def test_committed_schema_is_derived(name: str, golden: Callable[[Path, str], None]) -> None:
    schema = DERIVED[name]()
    Draft202012Validator.check_schema(schema)
    golden(SCHEMAS / f"{name}.schema.json", json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
