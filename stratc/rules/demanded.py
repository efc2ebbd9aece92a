"""Findings of a table of demands; the rules that hold launches to one share them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stratc.analysis.frameworks.demand import Demand, unmet
from stratc.analysis.frameworks.options import Options
from stratc.diagnostics.diagnostic import Certainty
from stratc.rules.rule import Finding


def demanded(given: Options, demands: Iterable[Demand]) -> Iterator[Finding]:
    """A finding for every demand of a table that a launch does not meet; only likely where releases differ."""
    for each in unmet(given, demands):
        yield Finding(
            at=each.at,
            message=each.message,
            also=tuple((setting, "with this") for setting in each.beside),
            help=each.help,
            certainty=Certainty.LIKELY if each.demand.is_new else None,
        )
