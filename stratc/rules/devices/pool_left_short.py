"""DV215: devices taken from a pool whose replicas then do not fit it."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.groups import replica_sizes
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("DV215", category=Category.GPU_COUNT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def pool_left_short(case: Case) -> Iterator[Finding]:
    """Devices are taken from a pool, and what is left holds no whole number of its replicas.

    ## What it finds
    "4 GPUs of the decode pool are moved to prefill" where that pool has 16 devices for one replica of TP8 × PP2, or any
    number that leaves a part of a replica over.

    ## Why it matters
    A replica needs all devices of its degrees: with one of them gone the whole replica stops, not a part of it.

    ## Example
    ```plan
    | Pool | GPUs | TP | PP |
    |---|---|---|---|
    | Prefill | 8 | 4 | 1 |
    | Decode | 16 | 8 | 2 |

    If the queue grows, 4 GPUs of the decode pool are moved to prefill.   <!-- DV215 -->
    ```

    ## References
    - splitwise-2023, section 4
    """
    for claim in case.claims("pool.lent", roles=(Role.PLAN, Role.TARGET, Role.ALTERNATIVE)):
        if claim.cause != case.strategy.name:
            continue
        devices, made = case.known("strategy.device_count"), replica_sizes(case)
        left = devices.value - claim.value
        if made is None or not made.closed or len(made.sizes) > 1 or left < 0 or left % made.term.value == 0:
            continue
        yield Finding(
            at=claim,
            message=f"{figures(claim.value)} devices taken from the {claim.cause} pool of {figures(devices.value)}, "
            f"but the {figures(left)} left are no whole number of replicas of {made.term} = {figures(made.term.value)}",
            because=made.term,
            stated=claim.value,
            label="taken here",
            also=((devices, "devices of the pool"),),
            help="move whole replicas, or plan the pool with smaller ones",
        )
