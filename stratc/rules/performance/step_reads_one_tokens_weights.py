"""PE128: a step of a batch that reads the weights of a single token."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose, prod

from stratc.analysis.case import Case
from stratc.analysis.figures.throughput import batch_parameters, memory_readings, token_parameters
from stratc.analysis.memory.setting import element_bytes
from stratc.analysis.said.factors import product_of
from stratc.arith.term import Term, lift, plain
from stratc.arith.unit import BYTE, PERCENT, SECOND, UNITS, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule

NEAR = 0.06  # by which the bytes of a working may be off those of the active parameters
MORE = 1.3  # times as many bytes, from which on the difference is worth a word


@rule("PE128", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def step_reads_one_tokens_weights(case: Case) -> Iterator[Finding]:
    """A decode step reads the active parameters alone, which are those of one token and not of a batch.

    ## What it finds
    A working that divides the bytes of the active parameters by a memory bandwidth, or gives them as what a step reads,
    in a plan with experts.  The tokens of a batch choose different experts: of E experts with K for each token,
    1 - (1 - K / E)^batch are read.  Where the plan neither states the batch nor works out its rate of tokens with one,
    the finding is a remark.

    ## Why it matters
    Throughput and time per token that are multiplied by a batch, but read the weights of one token, come out several
    times too good.

    ## Example
    ```plan
    - **Model**: 120B parameters, 20B active, 16 experts, top-2, FP16
    - **Batch size**: 64 sequences
    - **Memory bandwidth**: 3.35 TB/s
    - **Decode step**: 40 GB / 8 GPUs / 3.35 TB/s = 1.49 ms   <!-- PE128 -->
    ```

    ## References
    - pope-2022, section 2
    """
    chosen, experts = plain(case.number("model.top_k")), plain(case.number("model.experts"))
    active, width = _active(case), plain(element_bytes(case))
    if chosen >= experts:
        return
    batch = _batch(case)
    tokens = experts / chosen if batch is None else batch
    read, share = batch_parameters(case, active, tokens)
    if read < active * MORE:
        return
    of_batch = f"{figures(round(tokens))} tokens" if batch is None else f"the batch of {figures(batch)}"
    for claim, amount, ways in _readings(case):
        if isclose(amount.value * ways, active * width, rel_tol=NEAR):
            computed = read * width / ways
            timed = claim.quantity.dimension == SECOND
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} {f'for reading {amount}' if timed else 'read in a step'}, the active "
                f"parameters of one token, but {of_batch} use {show(share, PERCENT)} of the experts: "
                f"{show(computed, UNITS['GB'])}",
                stated=claim.value,
                computed=claim.value * computed / amount.value,
                unit=claim.quantity.dimension,
                severity=Severity.INFO if batch is None else None,
                certainty=Certainty.JUDGEMENT if batch is None else None,
                help="count the experts that a whole batch reads, and its key-value cache",
            )
            return


def _readings(case: Case) -> Iterator[tuple[Claim, Term, float]]:
    """Times and bytes of a reading, what is read, and the devices between which the weights of it are divided."""
    yield from ((claim, amount, 1.0) for claim, amount, _ in memory_readings(case))
    lines = {each.context for each in case.mentions("weights_read")}
    for claim in case.claims("memory.weights", "equation"):
        if claim.context in lines and claim.quantity.dimension == BYTE and claim.working is not None:
            factors = product_of(claim.working)
            yield claim, lift(claim.value), prod(each.value for each in factors.under) if factors else 1.0


def _batch(case: Case) -> float | None:
    """The batch of a step as the plan says, else what it divides by the time of a step for its rate of tokens."""
    if case.has("workload.batch_size"):
        return plain(case.number("workload.batch_size"))
    steps = [each.value for each in case.claims("latency.tpot")]
    return min((batch for rate in case.claims("throughput.tokens") for batch in _divided(rate, steps)), default=None)


def _divided(rate: Claim, steps: list[float]) -> Iterator[float]:
    """The only number that the working of a rate divides by one of these times."""
    factors = product_of(rate.working) if rate.working is not None else None
    single = factors is not None and len(factors.over) == len(factors.under) == 1
    if factors is not None and single and any(isclose(factors.under[0].value, each, rel_tol=NEAR) for each in steps):
        yield factors.over[0].value


def _active(case: Case) -> float:
    """Parameters of one token as the plan says, else by its architecture."""
    stated = min((each.value for each in case.claims("parameters.active")), default=None)
    return plain(token_parameters(case)[0]) if stated is None else stated
