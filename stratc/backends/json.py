"""The backend `json`: the resolved plan, which every command also reads."""

from __future__ import annotations

import json
from dataclasses import dataclass

from stratc.analysis.case import Case
from stratc.backends.backend import USUAL, Artefact, Emission, Options, Where
from stratc.codec.plan import plan_json


@dataclass(frozen=True, slots=True)
class Json:
    """Writes plan.json, valid under schemas/plan.schema.json."""

    name: str = "json"

    def emit(self, case: Case, where: Where, options: Options = USUAL) -> Emission:  # noqa: ARG002  # JSON has no comments
        """The plan as JSON."""
        text = json.dumps(plan_json(case.plan), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        return Emission((Artefact("plan.json", text),))


BACKEND = Json()
