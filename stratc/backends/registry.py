"""Targets by name; a target is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points

from stratc.backends.backend import Backend
from stratc.errors import UsageError

TARGETS = {
    "json": "stratc.backends.json:BACKEND",
    "graphviz": "stratc.backends.graphviz:BACKEND",
    "megatron": "stratc.backends.megatron.backend:BACKEND",
    "deepspeed": "stratc.backends.deepspeed.backend:BACKEND",
    "torchtitan": "stratc.backends.torchtitan.backend:BACKEND",
    "kubernetes": "stratc.backends.kubernetes.backend:BACKEND",
    "vllm": "stratc.backends.vllm.backend:BACKEND",
    "sglang": "stratc.backends.sglang.backend:BACKEND",
    "strat": "stratc.backends.strat.backend:BACKEND",
}
GROUP = "stratc.backends"  # entry points of other packages


def targets() -> tuple[str, ...]:
    """Names of all targets, those of other packages included."""
    return tuple(sorted({*TARGETS, *(point.name for point in entry_points(group=GROUP))}))


def backend(name: str) -> Backend:
    """The backend of a target; raises UsageError, with the names there are, when there is none."""
    place = TARGETS.get(name)
    if place is None:
        for point in entry_points(group=GROUP, name=name):
            found: Backend = point.load()
            return found
        raise UsageError(f"no target `{name}`; there are {', '.join(targets())}")
    module, _, attribute = place.partition(":")
    known: Backend = getattr(import_module(module), attribute)
    return known
