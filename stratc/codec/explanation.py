"""The ground of one figure, as the JSON that other programs read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stratc.codec.report import VERSION, place_json
from stratc.codec.values import value_json

if TYPE_CHECKING:
    from stratc.ir.explanation import Explanation
    from stratc.text.source import Source


def explanation_json(told: Explanation, sources: Mapping[str, Source]) -> dict[str, Any]:
    """The figure in SI units, its working and parts, the laws, and the facts under it with all their places."""
    return {
        "version": VERSION,
        "item": told.item,
        "stage": told.stage,
        "value": told.value,
        "working": None if told.working is None else str(told.working),
        "parts": dict(told.parts),
        "laws": [{"name": law.name, "formula": law.formula, "sources": list(law.sources)} for law in told.laws],
        "stated": [
            {
                "key": each.key,
                "value": value_json(each.known.value),
                "origin": each.known.origin.kind,
                "places": [place_json(span, sources) for span in each.known.spans()],
            }
            for each in told.stated
        ],
        "assumed": [{"key": each.key, "value": each.value, "because": each.because} for each in told.assumed],
    }
