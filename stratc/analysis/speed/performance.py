"""How fast a plan is by a roofline: the values of `stratc estimate` beside parameters and memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stratc.analysis.memory.setting import Setting, opened
from stratc.analysis.model.architecture import Assumption
from stratc.analysis.speed.communication import Traffic, traffic
from stratc.analysis.speed.compute import Work, step_work
from stratc.analysis.speed.links import assumed_directions
from stratc.analysis.speed.serving import Inference, inference
from stratc.analysis.speed.training import Training, training, with_micro_batch
from stratc.ir.origin import Missing

if TYPE_CHECKING:
    from stratc.analysis.case import Case


@dataclass(frozen=True, slots=True)
class Performance:
    """What the plan's facts imply for time; None where they do not suffice, with the keys that would settle it."""

    compute: Work | None = None
    communication: tuple[Traffic, ...] = ()
    training: Training | None = None
    inference: Inference | None = None
    assumed: tuple[Assumption, ...] = ()
    missing: tuple[str, ...] = ()


def performance(case: Case) -> Performance:
    """Work, traffic and time of a step; nothing but `missing` where the architecture is not said.

    The time of a step, but neither work nor traffic, is told of a plan that says no micro-batch.
    """
    case = case.silent
    try:
        setting, settled = opened(case)
    except Missing as unknown:
        return Performance(missing=(unknown.key,))
    rows, assumed = traffic(case, setting), [*settled, *assumed_directions(case)]
    trained = training(case, with_micro_batch(case, setting, assumed), assumed) if setting.training else None
    served = None if setting.training else inference(case, setting, assumed)
    missing = tuple(dict.fromkeys(_missing(case, setting, rows)))
    return Performance(step_work(setting), rows, trained, served, tuple(assumed), missing)


def _missing(case: Case, setting: Setting, rows: tuple[Traffic, ...]) -> Iterator[str]:
    if not setting.whole.vocab:
        yield "model.vocab_size"
    if setting.whole.experts and not setting.whole.top_k:
        yield "model.top_k"
    if setting.sequence is None:
        yield "workload.sequence_length"
    if setting.sequences is None:
        yield "workload.micro_batch_size" if setting.training else "workload.batch_size"
    needed = ("peak_flops",) if setting.training else ("peak_flops", "memory_bandwidth")
    yield from (f"hardware.{name}" for name in needed if not case.has(f"hardware.{name}"))
    if any(row.seconds is None for row in rows):
        yield from (key for key in ("hardware.link_bandwidth", "hardware.network_bandwidth") if not case.has(key))
