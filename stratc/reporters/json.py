"""The JSON form: one document, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from stratc.codec.report import report_json
from stratc.diagnostics.report import Report


def render(reports: Iterable[Report], silences: bool = False) -> str:
    """All reports of a run as one JSON document."""
    return document(report_json(reports, silences))


def document(value: dict[str, Any]) -> str:
    """A JSON document as the commands print it."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
