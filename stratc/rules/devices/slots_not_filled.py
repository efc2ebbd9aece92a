"""DV141: the processes of mpirun against the slots of its hosts."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.setting import Setting
from stratc.rules.rule import Finding, rule


@rule("DV141", category=Category.GPU_COUNT, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def slots_not_filled(case: Case) -> Iterator[Finding]:
    """A launch by mpirun starts more or fewer processes than its list of hosts has slots.

    ## What it finds
    A launch by `mpirun` or `mpiexec` that lists hosts with slots, and counts other processes than they have together.

    ## Why it matters
    Open MPI refuses more processes than there are slots; fewer leave the last hosts idle, and the job has fewer ranks
    than its devices.

    ## Example
    ````plan
    ```bash
    mpirun -np 8 -H node1:8,node2:8 python train.py --config tp8.yaml <!-- DV141 -->
    ```
    ````

    ## References
    - Open MPI, mpirun
    """
    started, slots = _only(case, "@processes"), _only(case, "@slots")
    if started is None or slots is None or started[0] == slots[0]:
        return
    rest = "are refused" if started[0] > slots[0] else f"leave {slots[0] - started[0]} of them idle"
    yield Finding(
        at=started[1],
        message=f"{slots[0]} slots on the listed hosts, but {started[0]} processes are started, which {rest}",
        stated=started[0],
        computed=slots[0],
        also=((slots[1], "slots"),),
        severity=None if started[0] > slots[0] else Severity.WARNING,
        help="start a process for each slot, or list the hosts that are used",
    )


def _only(case: Case, name: str) -> tuple[int, Setting] | None:
    """The number that a plan gives a setting of a launcher once, whatever the launcher starts."""
    found = [each for each in case.plan.settings if each.name == name]
    value = found[0].value if len(found) == 1 else None
    return (value, found[0]) if isinstance(value, int) else None
