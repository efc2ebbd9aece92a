"""Whether the rates and times that a plan promises rest on a calculation of its own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from math import isclose
from typing import TYPE_CHECKING

from stratc.analysis.figures.throughput import devices_of_prompt, prompts_together, token_parameters
from stratc.analysis.layout.devices import device_count
from stratc.analysis.said.factors import figures_of
from stratc.analysis.said.promise import promises
from stratc.arith.term import Number, Term, lift, plain
from stratc.arith.unit import REQUEST_RATE, SECOND, SEQUENCE_RATE, TOKEN_RATE, Seconds
from stratc.cost.compute import compute_seconds, forward_flops
from stratc.ir.scope import Role
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim

RATES = (TOKEN_RATE, SEQUENCE_RATE, REQUEST_RATE)
NEAR = 0.1  # by which a rate that batch and time give may be rounded
TIMES = ("latency.tpot", "latency.step", "latency.ttft", "latency.prefill", "latency.forward", "latency.unsaid")


def _derived_rates(case: Case) -> Iterator[Claim]:
    """Rates, in any role, that bring a working of something other than rates.

    "100 tokens/ms × 64 GPUs" only says a rate again.
    """
    for claim in case.plan.claims:
        if claim.working is not None and claim.quantity.dimension in RATES:
            kinds = {each.dimension for each in figures_of(claim.working)}
            if not kinds & set(RATES):
                yield claim


def rate_is_derived(case: Case) -> bool:
    """Whether any rate of the plan is worked out, measured, beside a time, or what batch and a time come to."""
    if any(_derived_rates(case)) or is_measured(case):
        return True
    timed = {claim.context for claim in case.plan.claims if claim.quantity.dimension == SECOND}
    if any(rate.context in timed for rate in case.claims("throughput")):
        return True
    batches = {1.0, *(claim.value for claim in promises(case, "workload.batch_size", "batch", "tokens.step"))}
    if case.has("workload.batch_size"):
        batches.add(plain(case.number("workload.batch_size")))
    times = {claim.value for claim in promises(case, *TIMES) if claim.value > 0}
    rates = {claim.value for claim in promises(case, "throughput")}
    counts, made = sorted(batches), (rate * time for rate in rates for time in times)
    return any(isclose(each, near, rel_tol=NEAR) for each in made for near in _around(counts, each))


def _around(values: list[float], wanted: float) -> list[float]:
    """Of values in order, the last one below another value and the first one that is not."""
    at = bisect_left(values, wanted)
    return values[max(0, at - 1) : at + 1]


def time_is_derived(case: Case, claim: Claim) -> bool:
    """Whether a time, another of its metric or a part beside it is worked out, measured or what equations come to."""
    if is_measured(case):
        return True
    for each in case.once(_worked_times):
        part = each.metric == "equation" and each.scope.path == claim.scope.path and each.value < claim.value
        if part or each.metric == claim.metric or each.quantity.agrees(claim.value, NEAR):
            return True
    return False


def _worked_times(case: Case) -> list[Claim]:
    return [each for each in case.plan.claims if each.working is not None and each.quantity.dimension == SECOND]


def is_measured(case: Case) -> bool:
    """Whether the plan speaks of figures that were measured."""
    return any(case.mentions("measured", roles=tuple(Role)))


def asserted(case: Case, metric: str) -> list[Claim]:
    """What the plan says it reaches: the exact figures of a metric, else those below or above a bound.

    None of the strategy language, whose expectations are there to be held to the cost model.
    """
    found = [each for each in case.claims(metric) if not each.context.source.endswith(".strat")]
    told = [each for each in found if each.value > 0 and each.relation is not Relation.AT_MOST]
    return [each for each in told if each.relation is Relation.IS] or told


def prompts_seconds(case: Case) -> Seconds:
    """Time to compute the prompts of the whole batch, each at its longest, on all devices at their peak."""
    rate = devices_of_prompt(case) * case.number("hardware.peak_flops")
    return compute_seconds(forward_flops(token_parameters(case)[0]) * prompts_together(case), rate)


def prompt_tokens(case: Case, spent: Number, share: Number) -> Term:
    """Tokens that all devices compute in a time at a share of their peak, each with all parameters of the model."""
    rate = device_count(case) * case.number("hardware.peak_flops") * share
    return lift(rate * spent / forward_flops(case.number("model.parameters")))
