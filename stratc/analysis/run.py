"""A training run as a whole: what its steps, days, checkpoints, power and cost come to by the figures of a plan.

Each function gives every reading of one quantity: of a figure that the plan states twice both, none where it states
more.  A statement is refuted where no reading comes near it.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from stratc.analysis.devices import device_count
from stratc.arith.term import Literal, Named, Term, lift
from stratc.arith.unit import SECOND, Unit
from stratc.cost.compute import training_flops
from stratc.ir.origin import Known, Missing
from stratc.ir.statement import Per, Relation
from stratc.ir.values import Extent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim
    from stratc.ir.setting import Setting

DAY = 86_400.0
HOUR = 3_600.0
MILLION = 1e6
PFLOP_DAY = 8.64e19
SLIGHT = 0.05
LONG = 16_384  # tokens, from which on the scores of attention count beside the parameters
MOST_OF_SHORT, MOST_OF_LONG = 1.5, 20.0
MOST_READINGS = 2
WHOLE = (Per.UNSAID, Per.TOTAL)
TOKENS = ("run.tokens", "tokens.training")
DAYS = ("run.days", "latency.training", "run.calendar_days")
FLAGS = ("--train-iters", "--max_steps", "--max-steps", "training.steps", "max_steps", "train_iters")


def told(case: Case, *metrics: str) -> tuple[Term, ...]:
    """The exact figures of metrics, each value once; nothing where the plan has more than two."""
    found: dict[float, Term] = {}
    for each in figures_of_run(case, *metrics):
        found.setdefault(each.value, Named("", each.value, each, each.quantity.unit))
    return tuple(found.values()) if len(found) <= MOST_READINGS else ()


def figures_of_run(case: Case, *metrics: str) -> tuple[Claim, ...]:
    """The exact figures of metrics that are counted for the whole run."""
    found = (each for metric in metrics for each in case.claims(metric) if each.metric == metric)
    return tuple(
        each for each in found if each.relation is Relation.IS and not each.quantity.is_range and each.value > 0
    )


def judged(case: Case, *metrics: str) -> tuple[Claim, ...]:
    """The figures of metrics that a rule may hold to others: of one value, and not worked out beside them."""
    found = figures_of_run(case, *metrics)
    worked = {span for each in case.claims("product", "equation", "sum.total") for span in each.spans()}
    own = [each for each in found if each.working is None and worked.isdisjoint(each.spans())]
    return tuple(own[:1]) if len({each.value for each in found}) == 1 else ()


def refuted(claim: Claim, readings: Iterable[Term], near: float, *, most: float = 0.0) -> Term | None:
    """The first reading, where a figure agrees with none; `most` is the factor by which it may be larger."""
    every = tuple(readings)
    for each in every:
        if claim.quantity.agrees(each.value, near) or each.value <= claim.value <= each.value * most:
            return None
    return every[0] if every else None


def _readings(join: Callable[..., Term], *inputs: tuple[Term, ...]) -> tuple[Term, ...]:
    return tuple(join(*some) for some in product(*inputs))


def _fact(case: Case, key: str) -> tuple[Term, ...]:
    """A fact that the plan states, and its other value; nothing where it has a range or more than two."""
    fact = case.fact(key)
    if not isinstance(fact, Known):
        return ()
    others = [other for conflict in case.plan.conflicts if conflict.key == key for other in conflict.others]
    every = [fact, *others]
    ranged = any(isinstance(each.value, Extent) and each.value.low != each.value.high for each in every)
    values = {each.value for each in every}
    return () if ranged or len(values) > MOST_READINGS else tuple(lift(case.named(key, each)) for each in every)


def devices(case: Case) -> tuple[Term, ...]:
    """All devices of the plan."""
    if case.has_several("strategy.device_count", "hardware.device_count"):
        return ()
    try:
        return (lift(device_count(case)),)
    except Missing:
        return ()


def parameters(case: Case) -> tuple[Term, ...]:
    """Parameters that a token uses, or all of a plan that names no active ones."""
    active = told(case, "parameters.active")
    return active or _fact(case, "model.parameters")


def step_tokens(case: Case) -> tuple[Term, ...]:
    """Tokens of a step: sequences × their length, or as stated."""
    batch, length = _fact(case, "workload.batch_size"), _fact(case, "workload.sequence_length")
    return (*_readings(lambda b, s: b * s, batch, length), *told(case, "tokens.step"))


def run_tokens(case: Case) -> tuple[Term, ...]:
    """Tokens of the run, every pass over the data counted; as stated where they may be those of all passes."""
    tokens, passes = told(case, *TOKENS), told(case, "run.epochs")
    again = _readings(lambda e, d: e * d, passes, tokens)
    once = any(each.cause == "data" for each in case.claims("run.tokens"))
    return again if again and once and len(passes) == 1 else (*again, *tokens)


def steps_by_tokens(case: Case) -> tuple[Term, ...]:
    """Steps of the run by its tokens and those of a step."""
    return _readings(lambda d, s: d / s, run_tokens(case), step_tokens(case))


def steps(case: Case) -> tuple[Term, ...]:
    """Steps of the run as stated, or by its tokens."""
    return told(case, "run.steps") or steps_by_tokens(case)


def step_seconds(case: Case) -> tuple[Term, ...]:
    """Time of a step as stated."""
    return told(case, "run.step_time", "latency.step")


def seconds_by_steps(case: Case) -> tuple[Term, ...]:
    """Time of the run by its steps."""
    return _readings(lambda n, t: n * t, steps(case), step_seconds(case))


def seconds_by_rate(case: Case) -> tuple[Term, ...]:
    """Time of the run by its tokens and those of a second, of all devices."""
    rates = tuple(
        Named("", each.value, each, each.quantity.unit)
        for each in figures_of_run(case, "throughput.tokens")
        if each.per in WHOLE
    )
    several = len({each.value for each in rates}) > 1
    return () if several else _readings(lambda d, r: d / r, run_tokens(case), rates)


def seconds_by_flops(case: Case) -> tuple[Term, ...]:
    """Time of the run by its operations and those that every device reaches a second."""
    reached = [each for each in figures_of_run(case, "compute.rate") if each.per is Per.DEVICE]
    rates = tuple(Named("", each.value, each, each.quantity.unit) for each in reached)
    several = len({each.value for each in rates}) > 1
    return () if several else _readings(lambda w, n, r: w / (n * r), run_flops(case), devices(case), rates)


def days(case: Case) -> tuple[Term, ...]:
    """Time of the run as stated, else by its steps."""
    return told(case, *DAYS) or told(case, "run.net_days") or seconds_by_steps(case)


def hours(case: Case) -> tuple[Term, ...]:
    """Hours of the run."""
    return tuple(_in_hours(each) for each in days(case))


def _in_hours(time: Term) -> Term:
    """A time as a number of hours; one that is stated keeps its place."""
    if isinstance(time, Named) and time.known is not None:
        return Named("hours", time.value / HOUR, time.known)
    return time / Literal(HOUR, _SECONDS)


_SECONDS = Unit("s", 1.0, SECOND)


def device_hours(case: Case) -> tuple[Term, ...]:
    """Hours of all devices together by their number and the time of the run."""
    return _readings(lambda n, h: n * h, devices(case), hours(case))


def interval_seconds(case: Case) -> tuple[Term, ...]:
    """Time from one checkpoint to the next."""
    stepwise = _readings(lambda n, t: n * t, told(case, "checkpoint.every_steps"), step_seconds(case))
    return (*told(case, "checkpoint.every_time"), *stepwise)


def kept(case: Case) -> tuple[Term, ...]:
    """Checkpoints that are kept as stated, or all that the run writes where none is deleted."""
    stated = told(case, "checkpoint.kept")
    if stated or not any(case.claims("checkpoint.all_kept")):
        return stated
    return _readings(lambda n, k: n / k, steps(case), told(case, "checkpoint.every_steps"))


def power(case: Case) -> tuple[Term, ...]:
    """Power of all devices by that of one."""
    return _readings(lambda n, w: n * w, devices(case), told(case, "power.device"))


def run_settings(case: Case) -> tuple[tuple[Setting, float], ...]:
    """The steps that a launch of the plan sets."""
    found = (each for each in case.launch if each.name in FLAGS)
    return tuple((each, float(str(each.value))) for each in found if str(each.value).isdecimal())


def calendar(case: Case, seconds: tuple[Term, ...]) -> tuple[Term, ...]:
    """Times of the run with what interrupts it, by the goodput of the plan."""
    return _readings(lambda t, g: t / g, seconds, told(case, "run.goodput"))


def most_flops(case: Case) -> float:
    """How many times 6 for each parameter and token the operations may be, by attention and recomputation."""
    lengths = _fact(case, "workload.sequence_length")
    return MOST_OF_SHORT if all(each.value <= LONG for each in lengths) else MOST_OF_LONG


def tokens_each(case: Case) -> tuple[Term, ...]:
    """Training tokens for each parameter, all of them or those that a token uses."""
    models = (*_fact(case, "model.parameters"), *told(case, "parameters.active"))
    return _readings(lambda d, n: d / n, run_tokens(case), models)


def run_flops(case: Case) -> tuple[Term, ...]:
    """Operations of the run."""
    return _readings(lambda n, d: lift(training_flops(n, d)), parameters(case), run_tokens(case))


def step_flops(case: Case) -> tuple[Term, ...]:
    """Operations of a step."""
    return _readings(lambda n, d: lift(training_flops(n, d)), parameters(case), step_tokens(case))


def energy(case: Case) -> tuple[Term, ...]:
    """Energy of the run by the power of all devices and its time."""
    watts = told(case, "power.devices") or power(case)
    return _readings(lambda p, t: p * t, watts, days(case))


def costs(case: Case) -> tuple[Term, ...]:
    """Cost of the run by device-hours and their price."""
    spent = (*told(case, "run.device_hours"), *device_hours(case))
    return _readings(lambda h, price: h * price, spent, told(case, "price.device_hour"))


def million_costs(case: Case) -> tuple[Term, ...]:
    """Cost of a million tokens by the price of the devices and the throughput."""
    rates = tuple(
        Named("", each.value, each, each.quantity.unit)
        for each in figures_of_run(case, "throughput.tokens")
        if each.per in WHOLE
    )
    hourly = _readings(lambda n, price: n * price, devices(case), told(case, "price.device_hour"))
    hourly = hourly or told(case, "price.node_hour")
    several = len({each.value for each in rates}) > MOST_READINGS
    return () if several else _readings(lambda c, r: c / (r * HOUR) * MILLION, hourly, rates)


def pflop_days(case: Case) -> tuple[Term, ...]:
    """Days that a PFLOP a second would compute for the run."""
    every = told(case, "run.flops") or run_flops(case)
    return tuple(each / Literal(PFLOP_DAY) for each in every)


def lost_seconds(case: Case) -> tuple[Term, ...]:
    """Time of the work that a failure loses in the mean: half of the interval."""
    return tuple(each / 2 for each in interval_seconds(case))


def exposed(case: Case, claim: Claim) -> tuple[Term, ...]:
    """Time of a collective that nothing hides, by what the section of a claim says of it."""
    times, shares = (
        [each for each in figures_of_run(case, metric) if each.scope.path == claim.scope.path]
        for metric in ("time.hideable", "share.hidden")
    )
    if len({each.value for each in times}) != 1 or len({each.value for each in shares}) != 1:
        return ()
    whole = Named("", times[0].value, times[0], times[0].quantity.unit)
    return (whole * (1 - Named("", shares[0].value, shares[0], shares[0].quantity.unit)),)


def saved_bytes(case: Case) -> tuple[Term, ...]:
    """Size of a checkpoint by its bytes of a parameter."""
    return _readings(lambda n, b: n * b, _fact(case, "model.parameters"), told(case, "checkpoint.bytes"))


def save_seconds(case: Case) -> tuple[Term, ...]:
    """Time of a checkpoint by its size and the rate of the storage."""
    return _readings(lambda s, r: s / r, told(case, "checkpoint.size"), told(case, "checkpoint.rate"))


def stored_bytes(case: Case) -> tuple[Term, ...]:
    """Storage of all checkpoints that are kept."""
    return _readings(lambda n, s: n * s, kept(case), told(case, "checkpoint.size"))


def daily_bytes(case: Case) -> tuple[Term, ...]:
    """Bytes of the checkpoints of a day."""
    every = tuple(Literal(DAY, _SECONDS) / each for each in interval_seconds(case))
    return _readings(lambda n, s: n * s, every, told(case, "checkpoint.size"))


def save_shares(case: Case) -> tuple[Term, ...]:
    """Share of the time that checkpoints take, of the steps between them or of both."""
    every, each = interval_seconds(case), told(case, "checkpoint.time")
    return (*_readings(lambda c, i: c / i, each, every), *_readings(lambda c, i: c / (i + c), each, every))


def optimal_tokens(case: Case) -> tuple[Term, ...]:
    """Tokens of a compute-optimal run by those of each parameter."""
    return _readings(lambda n, r: n * r, _fact(case, "model.parameters"), told(case, "tokens.optimal_each"))


def works_out(case: Case, readings: tuple[Term, ...]) -> bool:
    """Whether the plan itself works out what one of the readings comes to."""
    worked = (each for each in case.plan.claims if each.working is not None)
    return any(each.quantity.agrees(reading.value, SLIGHT) for each in worked for reading in readings)
