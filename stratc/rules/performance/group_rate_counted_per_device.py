"""PE109: the rate of a whole group given to each of its devices."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.said.factors import figures_of, product_of
from stratc.analysis.said.promise import promises
from stratc.arith.functions import product
from stratc.arith.term import Named, Term, lift, plain
from stratc.arith.unit import COUNT, REQUEST_RATE, SECOND, TOKEN_RATE, figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

NEAR = 0.03
RATES = (TOKEN_RATE, REQUEST_RATE)
BATCH = "workload.batch_size"
SHARERS = ("strategy.tp", "strategy.pp", "strategy.cp")
OF_ALL = ("request", "sequence", "user", "stream")  # what a batch counts
COUNTED = {Per.DEVICE: ("gpu", "npu", "device", "card", "replica", "instance"), Per.REPLICA: ("replica", "instance")}
NAMES = {Per.DEVICE: "device", Per.REPLICA: "replica"}


@rule("PE109", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def group_rate_counted_per_device(case: Case) -> Iterator[Finding]:
    """The rate at which a group makes tokens is given to each of its devices.

    ## What it finds
    A throughput a device that is one over the time per token, or the whole batch over it, where several devices share
    every token; and a rate of a device or a replica whose own working counts several of them.

    ## Why it matters
    Multiplied by the devices, the same token is counted once for each of them; held to a requirement for a device, it
    meets one that the plan misses.

    ## Example
    ```plan
    - **Tensor Parallelism**: 8-way
    - **Time per output token**: 5 ms
    - **Tokens per second per GPU**: 200   <!-- PE109 -->
    ```

    ## References
    - pope-2022, section 2
    """
    rates = [claim for claim in promises(case, "throughput", "equation") if claim.quantity.dimension in RATES]
    for claim in rates:
        if claim.per in NAMES and claim.relation is Relation.IS:
            found = _of_several(claim) or _of_batch(case, claim) or _of_time(case, claim)
            if found is not None:
                yield found


def _of_several(claim: Claim) -> Finding | None:
    """A rate that its own working multiplies by a number of those that it is said to be of one of."""
    factors = product_of(claim.working) if claim.working is not None else None
    if claim.working is None or factors is None or not _is_own(claim, claim.working):
        return None
    words = COUNTED[claim.per]
    every = [each for each in factors.over if each.value > 1 and _counts(each.word, words)]
    if len(every) != 1 or any(_counts(each.word, words) for each in factors.under):
        return None
    return _finding(claim, claim.working, f"{figures(every[0].value)} {every[0].word}", every[0].value, definite=True)


def _counts(word: str, words: tuple[str, ...]) -> bool:
    return word.removesuffix("s") in words


def _of_batch(case: Case, claim: Claim) -> Finding | None:
    """A rate of a device that is worked out as all sequences of the batch over the time of a step."""
    parts = figures_of(claim.working) if claim.working is not None else ()
    group = plain(product(case.number_or(each, 1) for each in SHARERS))
    if claim.per is not Per.DEVICE or claim.working is None or len(parts) != 2 or group <= 1:
        return None
    over, under = parts
    timed = under.dimension == SECOND or (under.dimension == COUNT and under.value < 1)
    if not timed or not _is_own(claim, claim.working) or not _is_whole_batch(case, over):
        return None
    several = f"{figures(group)} devices or more that share each sequence"
    return _finding(claim, claim.working, several, group, definite=case.has(BATCH))


def _is_whole_batch(case: Case, count: Term) -> bool:
    """Whether a number is the batch that the plan states for no single device, or one of requests where it has none."""
    if case.has(BATCH):
        apart = any(claim.per is Per.DEVICE for claim in case.claims(BATCH))
        return not apart and count.value > 1 and plain(case.number(BATCH)) == count.value
    return count.value > 1 and _counts(str(count).rpartition(" ")[2], OF_ALL)


def _is_own(claim: Claim, working: Term) -> bool:
    return isclose(claim.value, working.value, rel_tol=NEAR)


def _of_time(case: Case, claim: Claim) -> Finding | None:
    """A rate of a device that is one, or the batch, over the time per token stated elsewhere."""
    group = plain(product(case.number_or(each, 1) for each in SHARERS[:2]))
    if claim.per is not Per.DEVICE or claim.quantity.dimension != TOKEN_RATE or group <= 1:
        return None
    for time in promises(case, "latency.tpot"):
        token = Named("time per token", time.value, time, time.quantity.unit)
        for rate in (1 / token, *([lift(case.number(BATCH) / token)] if case.has(BATCH) else ())):
            if isclose(claim.value, rate.value, rel_tol=NEAR):
                return _finding(claim, rate, f"{figures(group)} devices that share each token", group)
    return None


def _finding(claim: Claim, rate: Term, several: str, count: float, *, definite: bool = False) -> Finding:
    one = NAMES[claim.per]
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} a {one} stated, but {rate} is the rate of the {several}",
        because=rate,
        stated=claim.value,
        computed=claim.value / count,
        unit=claim.quantity.dimension,
        certainty=Certainty.DEFINITE if definite else None,
        help=f"divide it by the {one}s, or give it as their total",
    )
