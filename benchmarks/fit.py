"""Fit the constants of training time to published steps, and say how far off they are on sources held out.

python benchmarks/fit.py RUNS.csv [--ranking] [--fit[=ROWS]] [--held-out]

Alone: mean error of the constants as they stand, by source, the worst runs, and how well layouts are ranked;
--ranking says it of every group of layouts, beside the best ranking that its rows allow.
--fit prints constants fitted anew, --fit=ROW,ROW.NAME those of some rows or single ones with all others as they
stand; --held-out fits them once for each source without it, and prints the errors on it,
and the spread of measured over estimated times for cost/efficiency.py.  Needs numpy.

Residuals are logarithms, robust beyond 8 %; every source of five runs and more weighs alike.  Every constant is drawn
to what priors.toml says of it, which holds its source; shares are fitted as log-odds, the rest as logarithms.
"""

from __future__ import annotations

import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from ranking import FEWEST, groups_of, mean_spearman, tell_groups
from runs import Run, runs_of

from stratc.analysis.speed.machine import machine, released
from stratc.analysis.speed.step import step_of
from stratc.cost.efficiency import EVERYWHERE, GENERATIONS, SOFTWARE, Everywhere, Generation, Software

Column = NDArray[np.float64]
ROBUST = 0.08
FULL_WEIGHT = 5  # runs from which on a source weighs as much as any other
FOLLOWS = {"megatron-graphs": ("megatron-core", "graphs dispatched"), "nemo-megatron": ("megatron", "compute")}
"""Stacks that differ from another one in these constants."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant, what it is thought to be, and how sure that is (a standard deviation of its transform)."""

    table: str
    row: str
    name: str
    prior: float
    sigma: float
    share: bool

    def inside(self, value: float) -> float:
        """The transform in which it is fitted."""
        value = min(max(value, 0.004), 0.996) if self.share else value
        return float(np.log(value / (1 - value)) if self.share else np.log(value))

    def outside(self, value: float) -> float:
        """And back."""
        return float(1 / (1 + np.exp(-value)) if self.share else np.exp(value))


@dataclass(frozen=True, slots=True)
class Tables:
    """The constants in the form in which the model has them."""

    everywhere: Everywhere
    generations: dict[str, Generation]
    software: dict[str, Software]

    def seconds(self, run: Run) -> float:
        """The estimate of a run."""
        generation, software = self.generations[run.generation], released(self.software[run.software], run.framework)
        return step_of(run.setting, machine(generation, software, self.everywhere, run.rates)).seconds


STANDING = Tables(EVERYWHERE, GENERATIONS, SOFTWARE)


def constants() -> list[Constant]:
    """The constants that are fitted, from priors.toml."""
    found = tomllib.loads(Path(__file__).with_name("priors.toml").read_text(encoding="utf-8"))
    return [
        Constant(table, row, name, *told[:2], told[2] == "share")
        for table, rows in found.items()
        for row, columns in rows.items()
        for name, told in columns.items()
    ]


def tables(fitted: list[Constant], values: Column) -> Tables:
    """The tables with these values."""
    changed: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for each, value in zip(fitted, values, strict=True):
        changed[each.table, each.row][each.name] = each.outside(value)
    software = {name: replace(each, **changed["software", name]) for name, each in SOFTWARE.items()}
    for name, (base, own) in FOLLOWS.items():
        software[name] = replace(software[base], **{each: getattr(software[name], each) for each in own.split()})
    generations = {name: replace(each, **changed["generations", name]) for name, each in GENERATIONS.items()}
    return Tables(replace(EVERYWHERE, **changed["everywhere", "all"]), generations, software)


def touched(runs: list[Run], constant: Constant) -> list[int]:
    """The runs whose estimate a constant may change."""
    if constant.table == "everywhere":
        return list(range(len(runs)))
    if constant.table == "generations":
        return [index for index, run in enumerate(runs) if run.generation == constant.row]
    names = {constant.row, *(name for name, (base, _) in FOLLOWS.items() if base == constant.row)}
    return [index for index, run in enumerate(runs) if run.software in names]


def logs(runs: list[Run], found: Tables, indices: Iterable[int]) -> Column:
    """Logarithms of the estimates of some runs."""
    return np.array([np.log(found.seconds(runs[index])) for index in indices])


def fit(
    runs: list[Run],
    fitted: list[Constant],
    start: Column,
    weights: Column,
    rounds: int = 30,
    fixed: Column | None = None,
) -> Column:
    """Values by damped Gauss-Newton steps on a robust loss (pseudo-Huber), each drawn to its prior.

    Slopes are taken anew in every round unless `fixed` gives some from nearby.
    """
    measured = np.log([run.seconds for run in runs])
    prior = np.array([each.inside(each.prior) for each in fitted])
    pull = np.array([each.sigma for each in fitted]) ** -2.0
    every, damping, values = range(len(runs)), 1e-2, start

    def cost(estimates: Column, at: Column) -> float:
        robust = 2 * (np.sqrt(1 + ((estimates - measured) / ROBUST) ** 2) - 1)
        return float(weights @ robust + pull @ (at - prior) ** 2)

    estimates = logs(runs, tables(fitted, values), every)
    for _ in range(rounds):
        slopes = _slopes(runs, fitted, values, estimates) if fixed is None else fixed
        residuals = estimates - measured
        weight = weights / np.sqrt(1 + (residuals / ROBUST) ** 2) / ROBUST**2
        matrix = slopes.T @ (weight[:, None] * slopes) + np.diag(pull)
        side = -slopes.T @ (weight * residuals) - pull * (values - prior)
        before = cost(estimates, values)
        for _ in range(8):
            step = np.clip(np.linalg.solve(matrix + damping * np.diag(np.diag(matrix)), side), -0.7, 0.7)
            tried = logs(runs, tables(fitted, values + step), every)
            if cost(tried, values + step) < before:
                values, estimates, damping = values + step, tried, max(damping / 4, 1e-5)
                break
            damping *= 5
        if before - cost(estimates, values) < 2e-4 * before:
            break
    return values


def _slopes(runs: list[Run], fitted: list[Constant], values: Column, estimates: Column) -> Column:
    """Change of every estimate with every constant."""
    found, small = np.zeros((len(runs), len(fitted))), 1e-3
    for column, each in enumerate(fitted):
        indices = touched(runs, each)
        if indices:
            moved = values.copy()
            moved[column] += small
            found[indices, column] = (logs(runs, tables(fitted, moved), indices) - estimates[indices]) / small
    return found


def weights_of(runs: list[Run]) -> Column:
    """Weight of every run, so that sources weigh alike."""
    count = _count(run.source for run in runs if run.weight)
    return np.array([10 * run.weight / max(count.get(run.source, 0), FULL_WEIGHT) for run in runs])


def _count(names: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for name in names:
        found[name] += 1
    return found


def tell(runs: list[Run], ratios: Column, worst: int = 12, *, ranking: bool = False) -> None:
    """Errors by source, the worst runs, the ranking of layouts; a ratio is estimated over measured."""
    print(f"{'source':60} {'runs':>5} {'mean':>7} {'median':>7} {'bias':>7}")
    for source, count in sorted(_count(run.source for run in runs).items(), key=lambda item: -item[1]):
        off = np.array([ratio - 1 for run, ratio in zip(runs, ratios, strict=True) if run.source == source])
        error = np.abs(off)
        print(f"{source[:60]:60} {count:5} {error.mean():7.1%} {np.median(error):7.1%} {off.mean():+7.1%}")
    print(f"all runs: mean {np.abs(ratios - 1).mean():.1%}, median {np.median(np.abs(ratios - 1)):.1%}; the worst:")
    for index in np.argsort(-np.abs(np.log(ratios)))[:worst]:
        print(f"    {ratios[index] - 1:+7.1%}  {runs[index].source[:44]:44} {runs[index].name}")
    groups = groups_of(runs, [float(ratio) * run.seconds for run, ratio in zip(runs, ratios, strict=True)])
    count, mean = mean_spearman((each.estimated, each.measured) for each in groups)
    print(f"layouts of one model on one cluster, {count} groups of {FEWEST} and more: Spearman {mean:.3f}")
    if ranking:
        tell_groups(groups)


def spreads(runs: list[Run], ratios: Column) -> None:
    """The middle four of five of measured over estimated times of every stack, sources weighing alike."""
    for name in SOFTWARE:
        indices = [index for index, run in enumerate(runs) if run.software == name]
        if indices and weights_of([runs[index] for index in indices]).any():
            own = [runs[index] for index in indices]
            order = np.argsort(1 / ratios[indices])
            share = np.cumsum(weights_of(own)[order]) / weights_of(own).sum()
            low, high = (1 / ratios[indices][order][np.searchsorted(share, end)] for end in (0.1, 0.9))
            sources = len({run.source for run in own})
            print(f"    {name!r}: {low:.2f} to {high:.2f}, {len(own)} steps of {sources} sources")


def held_out(runs: list[Run], fitted: list[Constant], start: Column) -> Column:
    """Estimated over measured time of every run, with constants fitted without its source from those of all."""
    ratios = np.zeros(len(runs))
    slopes = _slopes(runs, fitted, start, logs(runs, tables(fitted, start), range(len(runs))))
    for source in _count(run.source for run in runs):
        own = [index for index, run in enumerate(runs) if run.source == source]
        weights = weights_of(runs)
        weights[own] = 0
        found = tables(fitted, fit(runs, fitted, start, weights, rounds=12, fixed=slopes))
        ratios[own] = np.exp(logs(runs, found, own)) / [runs[index].seconds for index in own]
    return ratios


def main(path: Path, options: list[str]) -> None:
    """Print what the options ask for."""
    runs, fitted = runs_of(path), constants()
    ratios = np.array([STANDING.seconds(run) / run.seconds for run in runs])
    tell(runs, ratios, ranking="--ranking" in options)
    asked = next((option for option in options if option.startswith("--fit")), "")
    if not asked and "--held-out" not in options:
        return
    if names := set(asked.removeprefix("--fit").removeprefix("=").split(",")) - {""}:
        fitted = [each for each in fitted if names & {each.row, f"{each.row}.{each.name}"}]
    start = fit(runs, fitted, np.array([each.inside(each.prior) for each in fitted]), weights_of(runs))
    if asked:
        found = asdict(tables(fitted, start))
        for each in fitted:
            rows = found[each.table] if each.table == "everywhere" else found[each.table][each.row]
            print(f"{each.table} {each.row} {each.name} = {rows[each.name]:.3g} (thought: {each.prior:.3g})")
    if "--held-out" in options:
        print("held out:")
        ratios = held_out(runs, fitted, start)
        tell(runs, ratios)
        spreads(runs, ratios)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
