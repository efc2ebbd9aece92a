"""The last resort: what a plan need not say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stratc.ir.origin import Assumed, Known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.ir.draft import Draft, Sketch

DEGREES = {  # degree: the concept that would say that it is more than one, and its name
    "strategy.tp": ("tensor_parallel", "tensor parallelism"),
    "strategy.pp": ("pipeline_parallel", "pipeline parallelism"),
    "strategy.cp": ("context_parallel", "context parallelism"),
}
SAID = ("strategy.tp", "strategy.pp", "strategy.dp", "strategy.ep", "strategy.cp")
EXPERTS = (
    "model.experts",
    "model.expert_hidden_size",
    "model.top_k",
    "model.moe_layers",
    "strategy.experts_per_device",
)


def assume_conventions(draft: Draft) -> Draft:
    """Assumes degree one for dimensions of which a plan never speaks.

    Before: degrees that are said, given or derived.  After: where a strategy states some degree, tensor, pipeline and
    context parallelism that nothing names are Assumed to be 1, as is expert parallelism without experts.  The
    data-parallel degree stays open: plans leave it to the number of devices.
    """
    named = {mention.concept for mention in draft.mentions}
    sketches = tuple(
        replace(sketch, facts={**sketch.facts, **dict(_assumed(draft, sketch, named))}) for sketch in draft.sketches
    )
    return replace(draft, sketches=sketches)


def _assumed(draft: Draft, sketch: Sketch, named: set[str]) -> Iterator[tuple[str, Known[Any]]]:
    if not any(key in sketch.facts for key in SAID):
        return
    for key, (concept, words) in DEGREES.items():
        placed = key == "strategy.pp" and sketch.stages
        if key not in sketch.facts and concept not in named and not placed:
            yield key, Known(1, Assumed(f"no {words} is named"))
    known = draft.known(sketch)
    has_experts = sketch.expert_spans or any(key in known for key in EXPERTS)
    if "strategy.ep" not in known and "expert_parallel" not in named and not has_experts:
        yield "strategy.ep", Known(1, Assumed("no experts are named"))
