"""Whether a plan is about training or about inference."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stratc.ir.origin import Derived, Known, Stated
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.ir.draft import Draft

TRAINING = (
    *("training", "backward_pass", "gradients", "optimizer", "strategy.zero_stage"),
    *("memory.gradients", "memory.optimizer", "memory.training", "latency.backward"),
)
INFERENCE = (
    *("inference", "prefill", "decode", "kv_cache", "memory.kv_cache", "memory.inference"),
    *("latency.ttft", "latency.tpot", "target.ttft", "target.tpot"),
    *("workload.prompt_length", "workload.output_length"),
)


def tell_phase(draft: Draft) -> Draft:
    """Derives the phase from what the plan names.

    Before: the phase may be unsaid.  After: it is Derived where everything that a plan names belongs to one phase; a
    plan that mixes both stays open.
    """
    if "workload.phase" in draft.facts:
        return draft
    training, inference = tuple(_evidence(draft, TRAINING)), tuple(_evidence(draft, INFERENCE))
    if bool(training) == bool(inference):
        return draft
    word = "training" if training else "inference"
    phase = Known(word, Derived(f"what belongs to {word}", training or inference))
    return replace(draft, facts={**draft.facts, "workload.phase": phase})


def _evidence(draft: Draft, names: tuple[str, ...]) -> Iterator[Known[Any]]:
    known = draft.known(draft.sketches[0])
    yield from (known[name] for name in names if name in known and known[name].is_stated)
    for mention in draft.mentions:
        if mention.concept in names and mention.scope.role in (Role.PLAN, Role.TARGET):
            yield Known(mention.concept, Stated(mention.places))
    for claim in draft.claims:
        if claim.metric in names and claim.scope.role in (Role.PLAN, Role.TARGET):
            yield Known(claim.metric, Stated(claim.places))
