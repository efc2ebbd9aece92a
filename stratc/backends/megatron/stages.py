"""How Megatron is told which layers each pipeline stage holds."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Layout, Problem
from stratc.backends.flags import Setting
from stratc.backends.megatron.versions import knows
from stratc.ir.origin import Derived, Known
from stratc.ir.values import StageSpan

LAYOUT = "--pipeline-model-parallel-layout"
ENDS_FLAG = "--account-for-embedding-in-pipeline-split"
ENDS = 2  # the embedding and the loss, where each counts as a layer


@dataclass(frozen=True, slots=True)
class Split:
    """The settings of a split; all None where the layers are divided evenly."""

    layout: Setting = None
    first: Setting = None
    last: Setting = None
    ends: Setting = None
    virtual: Setting = None
    virtual_layers: Setting = None


def split(case: Case, layout: Layout, version: str) -> Split | Problem:
    """The split that the plan asks for, or why Megatron has none like it."""
    chunks = layout.pp.value * layout.vpp.value
    placed = tuple(stage for stage in case.strategy.stages if stage.value.layers)
    layers = case.known("model.layers")
    counts = [_count(stage.value) for stage in case.strategy.stages]
    if not placed or (len(placed) != len(counts) and (sum(counts) != layers.value or len(counts) != chunks)):
        return _unplaced(layout, layers, version)
    if len(counts) not in (layout.pp.value, chunks):
        message = f"{len(counts)} stages are placed, but pp {layout.pp.value} × vpp {layout.vpp.value} = {chunks}"
        return Problem(message, (placed[0], layout.pp), ("the first of them", "pp"))
    if sum(counts) != layers.value:
        message = f"the stages hold {sum(counts)} layers, the model has {layers.value}"
        return Problem(message, (placed[0], layers), ("the first stage", "layers"))
    if len(set(counts)) == 1:
        return _unplaced(layout, layers, version)
    return _uneven(layout, counts, placed[0], version)


def _count(stage: StageSpan) -> int:
    """Layers that a stage holds; none where the plan names none."""
    return stage.layers[1] - stage.layers[0] + 1 if stage.layers else 0


def _unplaced(layout: Layout, layers: Known[int], version: str) -> Split | Problem:
    """An even split, or one that is even with the embedding and the loss as a layer each."""
    chunks = layout.pp.value * layout.vpp.value
    if layers.value % chunks == 0:
        return _virtual(layout, layers, version)
    places, labels = (layers, layout.pp, layout.vpp), ("layers", "pp", "vpp")
    if (layers.value + ENDS) % chunks or not knows(version, ENDS_FLAG):
        message = f"{layers.value} layers do not divide by pp {layout.pp.value} × vpp {layout.vpp.value} = {chunks}"
        return Problem(message, places, labels)
    even = (layers.value + ENDS) // layout.pp.value
    reason = f"with the embedding and the loss, {layers.value} + 2 = {even} × pp {layout.pp.value}"
    virtual = layout.vpp if layout.vpp.value > 1 else None
    return Split(ends=Known(True, Derived(reason, (layers, layout.pp))), virtual=virtual)


def _virtual(layout: Layout, layers: Known[int], version: str) -> Split:
    if layout.vpp.value == 1:
        return Split()
    if knows(version, "--num-virtual-stages-per-pipeline-rank"):
        return Split(virtual=layout.vpp)
    each = layers.value // (layout.pp.value * layout.vpp.value)
    return Split(virtual_layers=Known(each, Derived("layers ÷ (pp × vpp)", (layers, layout.pp, layout.vpp))))


def _uneven(layout: Layout, counts: list[int], stage: Known[object], version: str) -> Split | Problem:
    """First and last stage by their counts where the others are equal; else every stage by a layout string."""
    if _even_with_ends(counts) and len(counts) == layout.pp.value * layout.vpp.value and knows(version, ENDS_FLAG):
        return Split(ends=Known(True, stage.origin), virtual=layout.vpp if layout.vpp.value > 1 else None)
    if layout.vpp.value == 1 and knows(version, "--decoder-first-pipeline-num-layers"):
        first, last = Known(counts[0], stage.origin), Known(counts[-1], stage.origin)
        if len(set(counts[1:])) == 1:
            return Split(first=first)
        if len(set(counts[:-1])) == 1:
            return Split(last=last)
        if len(set(counts[1:-1])) == 1:
            return Split(first=first, last=last)
    if not knows(version, LAYOUT):
        message = f"Megatron-Core {version} has no `{LAYOUT}` (since 0.13) for stages of {_shown(counts)} layers"
        return Problem(message, (stage,), ("the first stage",))
    if len(counts) == layout.pp.value:
        rest = next((count for count in counts if count % layout.vpp.value), None)
        if rest is not None:
            message = f"{rest} layers of a stage do not divide by vpp {layout.vpp.value}"
            return Problem(message, (stage, layout.vpp), ("the first stage", "vpp"))
        counts = [count // layout.vpp.value for count in counts] * layout.vpp.value
    text = "|".join(f"t*{count}" if count else "" for count in counts)
    return Split(layout=Known(f"E{text}L", stage.origin))


def _even_with_ends(counts: list[int]) -> bool:
    """Whether the stages are even where the embedding and the loss count as a layer each."""
    return len({counts[0] + 1, *counts[1:-1], counts[-1] + 1}) == 1


def _shown(counts: list[int]) -> str:
    return ", ".join(map(str, counts[:8])) + (", …" if len(counts) > 8 else "")
