"""DV220: the number of groups of a degree."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Apply, Term, lift, plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known, value_or
from stratc.rules.rule import Finding, rule


@rule("DV220", category=Category.GPU_COUNT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def groups_miscounted(case: Case) -> Iterator[Finding]:
    """There are said to be more or fewer groups of a degree than the devices make.

    ## What it finds
    "64 tensor-parallel groups" on 256 devices with TP = 8.  The groups may be counted for all devices, for a node, for
    a stage or for a replica; the ranks of a degree may be called groups too, and those of experts mostly are.

    ## Why it matters
    The launcher builds the groups from the degrees; communication that is planned for others does not add up.

    ## Example
    ```plan
    - **Total GPUs**: 256
    - **TP**: 8, **PP**: 1
    - The job has 64 tensor-parallel groups   <!-- DV220 -->
    ```

    ## References
    - megatron-core, parallel_state
    """
    total = next(
        (each for key in ("strategy", "hardware") if isinstance(each := case.fact(f"{key}.device_count"), Known)), None
    )
    if total is None or case.is_one_of_several:
        return
    for claim in case.claims("group.count"):
        key = f"strategy.{claim.cause}"
        if claim.cause == "ep" or not case.has(key) or case.has_several(key, "strategy.device_count"):
            continue
        degree = case.known(key)
        whole: Term = Apply("÷", lift(case.named("strategy.device_count", total)), lift(case.number(key)))
        if claim.value not in _fair(case, claim.cause, plain(whole)) and total.value % degree.value == 0:
            yield Finding(
                at=claim,
                message=f"{figures(claim.value)} groups stated, but {whole} = {figures(plain(whole))}",
                because=whole,
                stated=claim.value,
                also=((degree, "devices of a group"),),
                help="correct the number of groups, the degree or the devices",
            )


def _fair(case: Case, axis: str, whole: float) -> set[float]:
    """Every number that the groups may be counted as."""
    degrees = {each: value_or(case.fact(f"strategy.{each}"), 1) for each in ("tp", "pp", "cp", "dp", "ep")}
    node = value_or(case.plan.hardware.devices_per_node, 0)
    replica = degrees["tp"] * degrees["pp"] * degrees["cp"]
    own = {whole, whole / degrees["pp"], replica / degrees[axis], node / degrees[axis], whole / degrees["ep"]}
    return own | {float(degrees[axis])}  # whose ranks are often called groups
