"""Checks files, one after another or in several processes, and gives the outcomes in the order of the files."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from stratc.cli.files import Found, is_empty, load, source_of
from stratc.config import Config
from stratc.diagnostics.report import Report
from stratc.errors import StratcError
from stratc.pipeline import judge, profile_of, read, reads_as_plan
from stratc.record import Record, dataclass
from stratc.text.source import Source

FEW = 4  # files that are not worth starting processes for
SUFFIXES = (".strat", ".md", ".markdown")


class Task(NamedTuple):
    """A file and what is to be done with it; `must` where a user wants a report even if it is no plan."""

    found: Found
    config: Config
    must: bool
    stdin_name: str = "<stdin>"
    mending: bool = False
    unsafe: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Checked(Record):
    """What became of one file: a report, a line that says why there is none, or neither when it is no plan.

    `before` and `after` are its text without and with the fixes, where some were applied.
    """

    report: Report | None = None
    complaint: str = ""
    before: Source | None = None
    after: Source | None = None
    fixed: int = 0


def check_all(tasks: Sequence[Task], jobs: int) -> Iterable[Checked]:
    """The outcome of every task in order; `jobs` processes share them, 0 means one for each processor."""
    workers = min(jobs or os.cpu_count() or 1, len(tasks))
    if workers <= 1 or len(tasks) <= FEW:
        return map(check_one, tasks)
    from concurrent.futures import ProcessPoolExecutor

    share = max(1, min(16, len(tasks) // (workers * 4)))
    with ProcessPoolExecutor(workers, initializer=gc.set_threshold, initargs=(100_000,)) as pool:
        return list(pool.map(check_one, tasks, chunksize=share))


def check_one(task: Task) -> Checked:
    """The outcome of one task."""
    if not task.found.named and not task.found.path.endswith(SUFFIXES):
        return Checked()
    try:
        return _checked(task)
    except StratcError as error:
        return Checked(complaint=str(error))


def _checked(task: Task) -> Checked:
    source = source_of(task.found.path, task.stdin_name)
    if is_empty(source):
        return Checked(complaint=f"{source.name}: is empty" if task.must else "")
    reading = read(source, load)
    if not task.must and not source.name.endswith(".strat") and not reads_as_plan(reading):
        return Checked()
    if not task.mending:
        return Checked(judge(reading, task.config, profile_of(task.config, load)))
    from stratc.mending import mend

    mended = mend(source, task.config, load, unsafe=task.unsafe)
    if not mended.done:
        return Checked(mended.report)
    return Checked(mended.report, before=source, after=mended.source, fixed=len(mended.done))
