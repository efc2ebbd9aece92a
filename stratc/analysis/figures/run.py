"""A training run as a whole: what its steps, days, checkpoints, power and cost come to by the figures of a plan.

Each function gives every reading of one quantity: of a figure that the plan states twice both, none where it states
more.  A statement is refuted where no reading comes near it.
"""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING

from stratc.analysis.layout.devices import device_count
from stratc.arith.term import Apply, Literal, Named, Term, lift
from stratc.arith.unit import FLOP, UNITS
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
PFLOP_DAY = 1e15 * DAY
SLIGHT = 0.05
TRAINED = 6.0  # operations for each parameter and token
LEAST_RUN = 1e19  # operations of a run
LONG = 16_384  # tokens, from which on the scores of attention count beside the parameters
MOST_OF_SHORT, MOST_OF_LONG = 1.5, 20.0
MOST_READINGS = 2
WHOLE = (Per.UNSAID, Per.TOTAL)
TOKENS = ("run.tokens", "tokens.training")
DAYS = ("run.days", "latency.training", "run.calendar_days")
FLAGS = ("--train-iters", "--max_steps", "--max-steps", "training.steps", "max_steps", "train_iters")


def told(case: Case, *metrics: str) -> tuple[Term, ...]:
    """The exact figures of metrics, each value once; nothing where the plan has more than two."""
    return _each_once(figures_of_run(case, *metrics))


def _each_once(claims: Iterable[Claim], most: int = MOST_READINGS) -> tuple[Term, ...]:
    """The figures, each value once; nothing where there are more."""
    found: dict[float, Term] = {}
    for each in claims:
        found.setdefault(each.value, _figure(each))
    return tuple(found.values()) if len(found) <= most else ()


def _figure(claim: Claim) -> Named:
    return Named("", claim.value, claim, claim.quantity.unit)


def figures_of_run(case: Case, *metrics: str) -> tuple[Claim, ...]:
    """The exact figures of metrics that are counted for the whole run."""
    found = (each for metric in metrics for each in case.claims(metric) if each.metric == metric)
    return tuple(
        each for each in found if each.relation is Relation.IS and not each.quantity.is_range and each.value > 0
    )


def judged(case: Case, *metrics: str) -> tuple[Claim, ...]:
    """The figures of metrics that a rule may hold to others: of one value, and not worked out beside them."""
    found = figures_of_run(case, *metrics)
    if len({each.value for each in found}) != 1:
        return ()
    worked = {span for each in case.claims("product", "equation", "sum.total") for span in each.spans()}
    own = (each for each in found if each.working is None and worked.isdisjoint(each.spans()))
    return tuple(islice(own, 1))


def times(case: Case) -> tuple[Claim, ...]:
    """The time of the run that a rule may hold to others, else that of the run without failures."""
    return judged(case, *DAYS) or judged(case, "run.net_days")


def readings(join: Callable[..., Term], *inputs: tuple[Term, ...]) -> tuple[Term, ...]:
    """What every choice of one reading of each input comes to."""
    return tuple(join(*some) for some in product(*inputs))


def fact(case: Case, key: str) -> tuple[Term, ...]:
    """A fact that the plan states, and its other value; nothing where it has a range or more than two."""
    known = case.fact(key)
    if not isinstance(known, Known):
        return ()
    others = [other for conflict in case.plan.conflicts if conflict.key == key for other in conflict.others]
    every = [known, *others]
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
    return active or fact(case, "model.parameters")


def step_tokens(case: Case) -> tuple[Term, ...]:
    """Tokens of a step: sequences × their length, or as stated."""
    batch, length = fact(case, "workload.batch_size"), fact(case, "workload.sequence_length")
    return (*readings(lambda b, s: b * s, batch, length), *told(case, "tokens.step"))


def run_tokens(case: Case) -> tuple[Term, ...]:
    """Tokens of the run, every pass over the data counted; as stated where they may be those of all passes."""
    tokens, passes = told(case, *TOKENS), told(case, "run.epochs")
    again = readings(lambda e, d: e * d, passes, tokens)
    once = any(each.cause == "data" for each in case.claims("run.tokens"))
    return again if again and once and len(passes) == 1 else (*again, *tokens)


def steps_by_samples(case: Case) -> tuple[Term, ...]:
    """Steps of a run that passes over so many samples, by the sequences of a step."""
    passes = told(case, "run.epochs") or (Literal(1.0),)
    return readings(lambda n, e, b: n * e / b, told(case, "run.samples"), passes, fact(case, "workload.batch_size"))


def steps_by_tokens(case: Case) -> tuple[Term, ...]:
    """Steps of the run by its tokens and those of a step."""
    return readings(lambda d, s: d / s, run_tokens(case), step_tokens(case))


def steps(case: Case) -> tuple[Term, ...]:
    """Steps of the run as stated, or by its tokens."""
    return told(case, "run.steps") or steps_by_tokens(case)


def step_seconds(case: Case) -> tuple[Term, ...]:
    """Time of a step as stated."""
    return told(case, "run.step_time", "latency.step")


def seconds_by_steps(case: Case) -> tuple[Term, ...]:
    """Time of the run by its steps."""
    return readings(lambda n, t: n * t, steps(case), step_seconds(case))


def seconds_by_rate(case: Case) -> tuple[Term, ...]:
    """Time of the run by its tokens and those of a second, of all devices as stated or by those of one."""
    by_device = readings(lambda n, r: n * r, devices(case), rates(case, "throughput.tokens", (Per.DEVICE,)))
    return readings(lambda d, r: d / r, run_tokens(case), (*rates(case, "throughput.tokens", WHOLE), *by_device))


def rates(case: Case, metric: str, per: tuple[Per, ...], most: int = 1) -> tuple[Term, ...]:
    """Rates of all devices, or of one."""
    return _each_once((each for each in figures_of_run(case, metric) if each.per in per), most)


def seconds_by_flops(case: Case) -> tuple[Term, ...]:
    """Time of the run by its operations and those that every device reaches a second."""
    reached = rates(case, "compute.rate", (Per.DEVICE,)) or _used_peaks(case)
    work = run_flops(case) or told(case, "run.flops") or _worked_flops(case)
    return readings(lambda w, n, r: w / (n * r), work, devices(case), reached)


def _used_peaks(case: Case) -> tuple[Term, ...]:
    """Operations a second of a device: the peak that the plan gives it × the utilisation, one of each."""
    peaks = _each_once(case.claims("peak.precision"), 1) or fact(case, "hardware.peak_flops")
    counted = fact(case, "hardware.mfu") or told(case, "utilisation.mfu")
    shares = {each.value for each in (*counted, *told(case, "utilisation.mfu"), *told(case, "utilisation.hfu"))}
    return readings(lambda peak, share: peak * share, peaks, counted) if len(shares) == 1 else ()


def _worked_flops(case: Case) -> tuple[Term, ...]:
    """Operations that a bare equation of the plan works out as 6 × parameters × tokens."""
    every = (each for each in case.claims("equation") if each.quantity.dimension == FLOP and each.working is not None)
    return _each_once((each for each in every if each.value >= LEAST_RUN and _begins_with_six(each.working)), 1)


def _begins_with_six(term: Term | None) -> bool:
    while isinstance(term, Apply) and term.op == "×":
        term = term.left
    return term is not None and term.value == TRAINED


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
    return time / Literal(HOUR, UNITS["s"])


def device_hours(case: Case) -> tuple[Term, ...]:
    """Hours of all devices together by their number and the time of the run."""
    return readings(lambda n, h: n * h, devices(case), hours(case))


def power(case: Case) -> tuple[Term, ...]:
    """Power of all devices by that of one."""
    return readings(lambda n, w: n * w, devices(case), told(case, "power.device"))


def run_settings(case: Case) -> tuple[tuple[Setting, float], ...]:
    """The steps that a launch of the plan sets."""
    found = (each for each in case.launch if each.name in FLAGS)
    return tuple((each, float(str(each.value))) for each in found if str(each.value).isdecimal())


def calendar_seconds(case: Case) -> tuple[Term, ...]:
    """Time of the run with what interrupts it, by its undisturbed time and the goodput of the plan."""
    return _by_goodput(case, told(case, "run.net_days"))


def seconds_by_steps_and_goodput(case: Case) -> tuple[Term, ...]:
    """Time of the run by its steps, with what interrupts it or without."""
    every = seconds_by_steps(case)
    return (*every, *_by_goodput(case, every))


def _by_goodput(case: Case, seconds: tuple[Term, ...]) -> tuple[Term, ...]:
    return readings(lambda t, g: t / g, seconds, told(case, "run.goodput"))


def most_flops(case: Case) -> float:
    """How many times 6 for each parameter and token the operations may be, by attention and recomputation."""
    lengths = fact(case, "workload.sequence_length")
    return MOST_OF_SHORT if all(each.value <= LONG for each in lengths) else MOST_OF_LONG


def tokens_each(case: Case) -> tuple[Term, ...]:
    """Training tokens for each parameter, all of them or those that a token uses."""
    models = (*fact(case, "model.parameters"), *told(case, "parameters.active"))
    return readings(lambda d, n: d / n, run_tokens(case), models)


def run_flops(case: Case) -> tuple[Term, ...]:
    """Operations of the run."""
    return readings(lambda n, d: lift(training_flops(n, d)), parameters(case), run_tokens(case))


def step_flops(case: Case) -> tuple[Term, ...]:
    """Operations of a step."""
    return readings(lambda n, d: lift(training_flops(n, d)), parameters(case), step_tokens(case))


def energy(case: Case) -> tuple[Term, ...]:
    """Energy of the run by the power of all devices and its time."""
    watts = told(case, "power.devices") or power(case)
    return readings(lambda p, t: p * t, watts, days(case))


def costs(case: Case) -> tuple[Term, ...]:
    """Cost of the run by device-hours and their price."""
    spent = (*told(case, "run.device_hours"), *device_hours(case))
    return readings(lambda h, price: h * price, spent, told(case, "price.device_hour"))


def million_costs(case: Case) -> tuple[Term, ...]:
    """Cost of a million tokens by the price of the devices and the throughput."""
    hourly = readings(lambda n, price: n * price, devices(case), told(case, "price.device_hour"))
    hourly = hourly or told(case, "price.node_hour")
    every = rates(case, "throughput.tokens", WHOLE, MOST_READINGS)
    return readings(lambda c, r: c / (r * HOUR) * MILLION, hourly, every)


def pflop_days(case: Case) -> tuple[Term, ...]:
    """Days that a PFLOP a second would compute for the run."""
    every = told(case, "run.flops") or run_flops(case)
    return tuple(each / Literal(PFLOP_DAY) for each in every)


def exposed_seconds(case: Case) -> tuple[Term, ...]:
    """Time of a collective that nothing hides, by what the section that tells it says of the whole."""
    sections = {each.scope.path for each in judged(case, "time.exposed")}
    whole, hidden = (
        _each_once((each for each in figures_of_run(case, metric) if each.scope.path in sections), 1)
        for metric in ("time.hideable", "share.hidden")
    )
    return readings(lambda t, share: t * (1 - share), whole, hidden)


def optimal_tokens(case: Case) -> tuple[Term, ...]:
    """Tokens of a compute-optimal run by those of each parameter."""
    return readings(lambda n, r: n * r, fact(case, "model.parameters"), told(case, "tokens.optimal_each"))


def works_out(case: Case, every: tuple[Term, ...]) -> bool:
    """Whether the plan itself works out what one of the readings comes to."""
    worked = (each for each in case.plan.claims if each.working is not None)
    return any(each.quantity.agrees(reading.value, SLIGHT) for each in worked for reading in every)
