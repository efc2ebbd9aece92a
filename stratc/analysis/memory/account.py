"""What a plan says of its memory in all: where it sums up, and whether the key-value cache is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stratc.analysis.memory.breakdown import TOTALS
from stratc.analysis.said.phase import serves, trains
from stratc.ir.origin import value_or
from stratc.ir.scope import Role, Topic
from stratc.ir.statement import Per, Relation

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim
    from stratc.ir.mention import Mention

EVERYWHERE = tuple(Role)
HERE = (Role.PLAN, Role.TARGET)
HELD = ("memory.weights", "memory.experts", "memory.attention", "memory.activations", "parameters.device")


def keeps_cache(case: Case) -> bool:
    """Whether the plan answers requests, so that keys and values stay: it says so, or speaks of nothing else."""
    return not trains(case) and (serves(case) or value_or(case.plan.workload.phase, "") == "inference")


def verdict(case: Case) -> Claim | None:
    """Where the plan sums up its memory: a total with its share of the capacity, that share, a total, or the weights
    where its section on memory ends with them."""
    totals = [each for each in case.claims(*TOTALS) if _is_account(each)]
    shares = [each for each in case.claims("memory.share") if each.goal is None and each.relation is Relation.IS]
    lines, sections = {each.context for each in shares}, {each.scope.path: each for each in reversed(shares)}
    for total in totals:
        if total.context in lines:
            return total
    for total in totals:
        if total.scope.path in sections:
            return sections[total.scope.path]
    weights = [
        each for each in case.claims("memory.weights") if _is_account(each) and Topic.MEMORY in each.scope.topics
    ]
    alone = sorted(weights, key=lambda each: each.per is not Per.DEVICE)
    return next(iter((*totals, *alone)), None)


def _is_account(claim: Claim) -> bool:
    bound = claim.relation is not Relation.IS or claim.goal is not None
    return not bound and claim.per in (Per.DEVICE, Per.TOTAL, Per.UNSAID)


def lists_parts(case: Case) -> bool:
    """Whether the plan says what its memory is made of."""
    return any(case.claims(*HELD))


def sized_caches(case: Case) -> Iterator[Claim]:
    """Figures of the key-value cache, whatever they count for and of whatever plan."""
    yield from case.claims("memory.kv_cache", roles=EVERYWHERE)


def bare_caches(case: Case) -> tuple[Mention, ...]:
    """Places that name the key-value cache; none where one of them stands in a line with figures, or it is kept
    elsewhere."""
    named = tuple(case.mentions("kv_cache", roles=HERE))
    figured = {each.context for each in case.plan.claims}
    outside = {each.context for each in case.mentions("offload", roles=EVERYWHERE)}
    return () if any(each.context in figured | outside for each in named) else named
