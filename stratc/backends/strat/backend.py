"""The target `strat`: a plan of any kind in the strategy language."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.analysis.case import Case
from stratc.backends.backend import USUAL, Artefact, Emission, Options, Where
from stratc.backends.strat.lower import lower
from stratc.syntax.print import show_file


@dataclass(frozen=True, slots=True)
class Strat:
    """Writes what a plan states and claims, each line with its origin; reading it gives the same plan."""

    name: str = "strat"

    def emit(self, case: Case, where: Where, options: Options = USUAL) -> Emission:  # noqa: ARG002
        """One file, `plan.strat`."""
        return Emission((Artefact("plan.strat", show_file(lower(case.plan, where))),))


BACKEND = Strat()
