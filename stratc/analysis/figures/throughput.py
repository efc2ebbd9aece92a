"""Throughput and latency of a plan: what compute and memory allow at best, and what other figures of it imply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from stratc.analysis.layout.devices import device_count, sides
from stratc.analysis.memory.setting import element_bytes
from stratc.analysis.model.parameters import active_share, count_parameters, layers_active
from stratc.analysis.said.factors import figures_of
from stratc.analysis.said.promise import promises
from stratc.arith.functions import minimum, product
from stratc.arith.term import Named, Number, Term, lift, plain
from stratc.arith.unit import (
    BYTE,
    BYTE_RATE,
    PERCENT,
    SECOND,
    UNITS,
    Bytes,
    Flop,
    FlopPerSecond,
    Fraction,
    Parameters,
    Seconds,
    TokensPerSecond,
)
from stratc.cost.balance import busy_experts, touched_parameters
from stratc.cost.compute import (
    causal_score_flops,
    compute_seconds,
    flops_utilisation,
    forward_flops,
    score_flops,
    token_rate_bound,
    training_flops,
)
from stratc.ir.claim import Claim
from stratc.ir.origin import Known, Missing
from stratc.ir.statement import Per
from stratc.ir.values import Extent

if TYPE_CHECKING:
    from stratc.analysis.case import Case

SLIGHT = 0.05  # what the scores may add to a token unsaid
LONG = 16_384  # tokens, from which on the scores count beside the parameters
PARAMETERS = UNITS["parameters"]
FASTEST = ((2.0, 2.5e15), (1.0, 5e15), (0.0, 15e15))
"""Bytes of an element at least, and the highest dense peak of any device for it, FLOP/s: NVIDIA GB200 and GB300 data
sheets; the largest of the catalogue of accelerators."""


def devices_of(case: Case, claim: Claim) -> Number:
    """Devices that a figure speaks of: one where it is counted for a device, else all."""
    return 1 if claim.per is Per.DEVICE else device_count(case)


def token_parameters(case: Case) -> tuple[Parameters, Parameters]:
    """The fewest and the most parameters a token may use, by every reading of the plan.

    Declared parameters and those of the architecture are both weighed where they differ; of experts only those routed
    to are counted in the first, one where the plan does not say how many, and what the plan calls active.  Raises
    Missing where neither is said.
    """
    counted = count_parameters(case)
    most = [case.number("model.parameters")] if case.has("model.parameters") else []
    least = [each * _routed_share(case) for each in most]
    if counted.total is not None:
        most.append(Named("by the architecture", counted.total, None, PARAMETERS))
    active = layers_active(case) if counted.active is None else counted.active
    if active is not None:
        least.append(Named("of a token by the architecture", active, None, PARAMETERS))
    least.extend(Named("of a token", claim.value, claim, PARAMETERS) for claim in case.claims("parameters.active"))
    if not most:
        raise Missing("model.parameters")
    return min(least or most, key=plain), max(most, key=plain)


def _routed_share(case: Case) -> Number:
    experts = case.fact("model.experts")
    if not isinstance(experts, Known) or experts.value <= 1:
        return 1
    return case.number_or("model.top_k", 1) / case.number("model.experts")


def is_training(case: Case) -> bool | None:
    """Whether the plan trains; None where it does not say."""
    phase = case.fact("workload.phase")
    return str(phase.value) == "training" if isinstance(phase, Known) else None


def token_flop(parameters: Parameters, training: bool) -> Flop:
    """Operations of a token by the parameters it uses."""
    return training_flops(parameters, 1) if training else forward_flops(parameters)


def peak_rate(case: Case) -> FlopPerSecond:
    """Operations a second of a device that the plan counts on: the peak, times the utilisation it states.

    The peak of devices that a plan neither names nor gives a peak for is no more than that of any device published.
    Raises Missing where it names some that are not known here.
    """
    unnamed = not case.has("hardware.peak_flops") and not case.has("hardware.accelerator")
    return (_fastest(case) if unnamed else case.number("hardware.peak_flops")) * case.number_or("hardware.mfu", 1)


def _fastest(case: Case) -> Number:
    width = element_bytes(case)
    peak = next(rate for least, rate in FASTEST if width >= least)
    return Named("of the fastest device published", peak, None, UNITS["FLOP/s"])


def rate_bound(case: Case, claim: Claim) -> TokensPerSecond:
    """Tokens a second that the devices of a claim compute at most, if a token uses as few parameters as it may."""
    least, _ = token_parameters(case)
    flop = token_flop(least, bool(is_training(case)))
    return token_rate_bound(flop, devices_of(case, claim), peak_rate(case))


def declared_rate_bound(case: Case, claim: Claim) -> TokensPerSecond:
    """As rate_bound, by the declared parameters alone; a token uses the share of them that it uses by the architecture.

    Raises Missing where the plan declares none or the architecture is not said.
    """
    used = Named("of them active", active_share(case), None, PERCENT)
    flop = token_flop(case.number("model.parameters") * used, bool(is_training(case)))
    return token_rate_bound(flop, devices_of(case, claim), peak_rate(case))


def dense_rate_bound(case: Case, claim: Claim) -> TokensPerSecond:
    """As rate_bound, if a token used all declared parameters.  Raises Missing where the plan declares none."""
    flop = token_flop(case.number("model.parameters"), bool(is_training(case)))
    return token_rate_bound(flop, devices_of(case, claim), peak_rate(case))


def implied_utilisation(case: Case, claim: Claim) -> tuple[Fraction, Fraction]:
    """Model FLOPs utilisation that a throughput amounts to, by the fewest parameters and by the most and the scores."""
    training = is_training(case)
    rate = Named("tokens/s", claim.quantity.low, claim)
    fewest, all_ = token_parameters(case)
    least, most = token_flop(fewest, bool(training)), token_flop(all_, training is not False)
    peak, n = case.number("hardware.peak_flops"), devices_of(case, claim)
    if training is not False and plain(scores := _trained_scores(case)) > plain(most) * SLIGHT:
        most = most + scores
    return flops_utilisation(rate, least, n, peak), flops_utilisation(rate, most, n, peak)


def _trained_scores(case: Case) -> Flop:
    """Operations of a token's attention scores in training, every position counted; zero where the plan is silent.

    Raises Missing where sequences are long and the plan does not say the layers and heads.
    """
    length = max(stated_lengths(case), default=0.0)
    if not case.has("model.layers", "model.heads", "model.head_dim"):
        if length > LONG:
            raise Missing("model.layers")
        return 0
    width = lift(case.number("model.heads")) * case.number("model.head_dim")
    return 3 * case.number("model.layers") * score_flops(width, 1, Named("positions", length, None))


def prompt_tokens(case: Case) -> Iterator[Known[Extent]]:
    """How long prompts are said to be, the sequence length standing in for them unless it is but a server's limit."""
    limits = {span for each in case.plan.settings for span in each.spans()}
    for key in ("workload.prompt_length", "workload.sequence_length"):
        fact = case.fact(key)
        if isinstance(fact, Known) and not (fact.spans() and limits.issuperset(fact.spans())):
            yield fact
            return


def stated_lengths(case: Case) -> tuple[float, ...]:
    """Every length of a sequence, a prompt, an answer or the two of them that the plan states; both ends of a range."""
    keys = ("workload.sequence_length", "workload.prompt_length", "workload.output_length")
    found: dict[str, list[float]] = {}
    told = [(key, fact) for key in keys if isinstance(fact := case.fact(key), Known)]
    told += [(each.key, other) for each in case.plan.conflicts if each.key in keys for other in each.others]
    for key, known in told:
        value = known.value
        found.setdefault(key, []).extend((value.low, value.high) if isinstance(value, Extent) else (float(value),))
    both = [one + other for one in found.get(keys[1], ()) for other in found.get(keys[2], ())]
    return (*(each for values in found.values() for each in values), *both)


def least_prefill_seconds(case: Case) -> Seconds:
    """Time to compute one prompt of the shortest length on the devices that hold the model, at their peak."""
    known = next(prompt_tokens(case), None)
    if known is None:
        raise Missing("workload.prompt_length")
    shortest = known.value.low if isinstance(known.value, Extent) else float(known.value)
    tokens = Named("prompt tokens", shortest, known)
    least, _ = token_parameters(case)
    rate = case.number("hardware.peak_flops")
    return compute_seconds(forward_flops(least) * tokens, devices_of_prompt(case) * rate)


def batch_parameters(case: Case, active: float, tokens: float) -> tuple[float, float]:
    """Parameters that a step of so many tokens reads, and the share of the experts among them; raises Missing."""
    chosen, experts = plain(case.number("model.top_k")), plain(case.number("model.experts"))
    whole = plain(case.number("model.parameters"))
    return touched_parameters(whole, active, chosen, experts, tokens), busy_experts(chosen, experts, tokens)


def prompt_scores(case: Case, length: Term) -> Flop:
    """Operations of the attention scores of one prompt in all layers, each token looking at those before it.

    Raises Missing where the plan does not say the layers and heads.
    """
    heads = lift(case.number("model.layers")) * case.number("model.heads")
    return causal_score_flops(heads, case.number("model.head_dim"), length) * length


class Reading(NamedTuple):
    """A time that is worked out as bytes over a memory bandwidth, with the two."""

    claim: Claim
    amount: Term
    rate: Term


def memory_readings(case: Case) -> Iterator[Reading]:
    """Every time of this plan that is the time to read some bytes from memory."""
    for claim in case.claims("equation", "latency.tpot", "latency.step", "time.of_rate"):
        parts = figures_of(claim.working) if claim.working is not None and claim.quantity.dimension == SECOND else ()
        amount = next((each for each in parts if each.dimension == BYTE), None)
        rate = next((each for each in parts if each.dimension == BYTE_RATE), None)
        if amount is not None and rate is not None:
            yield Reading(claim, amount, rate)


def devices_of_prompt(case: Case) -> Number:
    """Devices that compute one prompt: of a dense model those of a replica, else all, for experts may lie anywhere."""
    experts = case.fact("model.experts")
    if not case.has("strategy.tp") or isinstance(experts, Known) or case.has("strategy.sp"):
        return device_count(case)
    replica, every = product(sides(case, "tp", "pp", "cp")), _all_devices(case)
    return replica if every is None or plain(replica) < plain(every) else every


def _all_devices(case: Case) -> Number | None:
    """All devices of the plan; None where it gives the tensor-parallel degree of a dense model and no number."""
    try:
        return device_count(case)
    except Missing:
        if not case.has("strategy.tp") or case.has("model.experts"):
            raise
        return None


def total_rates(case: Case) -> Iterator[Number]:
    """Every throughput that the plan promises, of all devices together."""
    for claim in promises(case, "throughput.tokens"):
        rate = Named("", claim.value, claim, UNITS["tokens/s"])
        yield device_count(case) * rate if claim.per is Per.DEVICE else rate


def prompts_together(case: Case) -> Number:
    """Tokens of the prompts of the largest batch that the plan speaks of, each at its full length; raises Missing."""
    named = [Named("sequences in total", claim.value, claim) for claim in promises(case, "batch")]
    sequences = max((case.number("workload.batch_size"), *named), key=plain)
    return sequences * longest_prompt(case)


def longest_prompt(case: Case) -> Number:
    """Tokens of the longest prompt, the sequence length standing in for it; raises Missing."""
    prompt = "workload.prompt_length"
    return case.number(prompt if case.has(prompt) else "workload.sequence_length")


def said_with(case: Case, key: str, claim: Claim) -> Known[Any] | None:
    """The value of a fact that the sentence of a claim gives itself: "prefill (2048 tokens, batch 4): 90 ms"."""
    return next(every_said_with(case, key, claim), None)


def every_said_with(case: Case, key: str, claim: Claim) -> Iterator[Known[Any]]:
    """All values of a fact that the sentence of a claim gives, the believed one first."""
    fact = case.fact(key)
    told = [fact] if isinstance(fact, Known) else []
    told += [other for conflict in case.plan.conflicts if conflict.key == key for other in conflict.others]
    yield from (each for each in told if any(span in claim.context for span in each.spans()))


def token_weights(case: Case) -> Bytes:
    """Bytes of the weights that a token reads on the devices it passes, at least."""
    least, _ = token_parameters(case)
    return least * element_bytes(case)


def least_token_seconds(case: Case) -> Seconds:
    """Time to read the weights of one token from memory: the stages one after another, the devices of one at once."""
    together = case.number_or("strategy.tp", 1) * case.number_or("strategy.ep", 1)
    every = _all_devices(case)
    group = together if every is None else minimum(together, every)
    return token_weights(case) / (group * case.number("hardware.memory_bandwidth"))
