"""CN142: a mesh of named axes against the mesh and the devices of the plan."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule

COUNTS = ("strategy.device_count", "hardware.device_count")


@rule("CN142", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def mesh_of_other_degrees(case: Case) -> Iterator[Finding]:
    """A mesh has other sizes than the plan gives the same axes, and does not fill its devices.

    ## What it finds
    Two meshes with axes of the same names, of which one multiplies to all devices of the plan and the other does not;
    a mesh that multiplies to more devices than there are, or to a number that does not divide them.

    ## Why it matters
    The program makes its mesh of what is written in its code. It stops where the devices do not suffice, and leaves
    some of them idle, or shards over fewer than the memory was counted for, where they do.

    ## Example
    ````plan
    The mesh data 4 × fsdp 8 × tensor 2 = 64 takes all 64 chips.

    ```python
    mesh_shape = {"data": 4, "fsdp": 4, "tensor": 2}   # <!-- CN142 -->
    seq_len = 4096
    ```
    ````

    ## References
    - ieee-29148-2018, consistency of requirements
    """
    counts = {float(fact.value): fact for key in COUNTS if isinstance(fact := case.fact(key), Known) and fact.is_stated}
    if len(counts) != 1 or case.has_several(*COUNTS):
        return
    ((devices, fact),) = counts.items()
    found = [*case.claims("mesh.devices")]
    own = {_names(each): each for each in found if each.value == devices}
    for each in found:
        other = own.get(_names(each))
        if each.value == devices or (other is None and devices % each.value == 0):
            continue
        yield Finding(
            at=each,
            message=f"{each.cause} = {figures(each.value)}, but {other.cause if other else 'the plan'} "
            f"{'takes' if other else 'has'} {figures(devices)} devices",
            stated=each.value,
            computed=devices,
            also=((other, "another mesh"),) if other else ((fact, "devices"),),
            help="give the axes the same sizes everywhere",
        )


def _names(mesh: Claim) -> frozenset[str]:
    """The names of the axes of a mesh."""
    return frozenset(mesh.cause.split()[::3])
