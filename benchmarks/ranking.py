"""How well layouts of one model on one cluster are ranked, and how well anything could rank them.

A layout is known by what its row says.  Rows that say the same and took different times bound every model: the best
there can be answers each with their mean.  The last columns are what that best one is left with when it errs at random
by so much on every layout, the mean of a hundred draws, so that a correlation can be read as an error.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from runs import Run

Column = NDArray[np.float64]
FEWEST = 5  # layouts that are worth a ranking
ERRORS = (0.01, 0.02, 0.03, 0.05)
DRAWS = 100


@dataclass(frozen=True, slots=True)
class Group:
    """Layouts of one model on one cluster: estimated and measured seconds, and which of them are one plan."""

    name: str
    estimated: Column
    measured: Column
    plans: NDArray[np.intp]

    def best(self) -> Column:
        """The mean logarithm of the times of every plan."""
        logs = np.log(self.measured)
        return np.array([logs[self.plans == plan].mean() for plan in self.plans])


def spearman(left: Column, right: Column) -> float | None:
    """Rank correlation, ties in the middle of their ranks; None where one side is all ties."""
    ranks = [np.array([(np.sum(side < each) + np.sum(side <= each)) / 2 for each in side]) for side in (left, right)]
    return float(np.corrcoef(*ranks)[0, 1]) if all(np.ptp(rank) for rank in ranks) else None


def mean_spearman(pairs: Iterable[tuple[Column, Column]]) -> tuple[int, float]:
    """How many of the pairs can be ranked, and the mean of their correlations."""
    found = [rho for left, right in pairs if (rho := spearman(left, right)) is not None]
    return len(found), float(np.mean(found))


def groups_of(runs: list[Run], estimates: Iterable[float]) -> list[Group]:
    """The runs by model, cluster and software, where there are enough of them."""
    members: dict[tuple[str, ...], list[tuple[Run, float]]] = defaultdict(list)
    for run, seconds in zip(runs, estimates, strict=True):
        members[(*run.layout, run.software)].append((run, seconds))
    return [_group(pairs) for pairs in members.values() if len(pairs) >= FEWEST]


def _group(pairs: list[tuple[Run, float]]) -> Group:
    said: list[Any] = [(run.setting, run.rates, run.framework) for run, _ in pairs]
    first = pairs[0][0]
    return Group(
        name=f"{first.source[:28]}: {first.name}",
        estimated=np.array([seconds for _, seconds in pairs]).round(9),  # equal plans are equal to the last bit
        measured=np.array([run.seconds for run, _ in pairs]),
        plans=np.array([said.index(each) for each in said]),
    )


def _blurred(groups: list[Group], error: float) -> float:
    """The mean correlation of the best possible answers with a random error of this size on every plan."""
    random = np.random.default_rng(0)
    draws = (
        (g.best() + random.normal(0, error, len(g.plans))[g.plans], g.measured) for _ in range(DRAWS) for g in groups
    )
    return mean_spearman(draws)[1]


def tell_groups(groups: list[Group]) -> None:
    """A line a group that the estimates rank at all, then the means."""
    ranked = [each for each in groups if spearman(each.estimated, each.measured) is not None]
    print(f"{'layouts of':64} {'runs':>4} {'plans':>5} {'range':>6} {'ranked':>6} {'best':>6}")
    for each in ranked:
        ours, best = spearman(each.estimated, each.measured), spearman(each.best(), each.measured)
        width = float(np.ptp(each.measured) / each.measured.min())
        print(f"{each.name[:64]:64} {len(each.plans):4} {len(set(each.plans)):5} {width:6.0%} {ours:6.2f} {best:6.2f}")
    best = mean_spearman((each.best(), each.measured) for each in ranked)[1]
    blurred = ", ".join(f"{_blurred(ranked, error):.3f} with {error:.0%} of error" for error in ERRORS)
    print(f"the best there can be: {best:.3f}; {blurred}")
