"""PE109: the rate of a whole group given to each of its devices."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.promise import promises
from stratc.arith.term import Named, plain
from stratc.arith.unit import TOKEN_RATE, figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

NEAR = 0.03


@rule("PE109", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def group_rate_counted_per_device(case: Case) -> Iterator[Finding]:
    """The rate at which a group makes tokens is given to each of its devices.

    ## What it finds
    A throughput a device that is just one over the time per token, where several devices share every token.

    ## Why it matters
    Multiplied by the devices, the same token is counted once for each of them.

    ## Example
    ```plan
    - **Tensor Parallelism**: 8-way
    - **Time per output token**: 5 ms
    - **Tokens per second per GPU**: 200   <!-- PE109 -->
    ```

    ## References
    - pope-2022, section 2
    """
    group = case.number_or("strategy.tp", 1) * case.number_or("strategy.pp", 1)
    if plain(group) <= 1:
        return
    for claim in promises(case, "throughput.tokens"):
        for time in promises(case, "latency.tpot"):
            rate = 1 / Named("time per token", time.value, time, time.quantity.unit)
            if claim.per is Per.DEVICE and isclose(claim.value, rate.value, rel_tol=NEAR):
                yield Finding(
                    at=claim,
                    message=f"{claim.quantity.show()} a device stated, but {rate} is the rate of the "
                    f"{figures(plain(group))} devices that share each token",
                    because=rate,
                    stated=claim.value,
                    computed=claim.value / plain(group),
                    unit=TOKEN_RATE,
                    help="count the sequences of a batch, not the devices",
                )
                break
