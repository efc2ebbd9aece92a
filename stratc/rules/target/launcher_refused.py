"""TG503: arguments that the launcher of DeepSpeed refuses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule

CHOSEN, COUNTED = ("@include", "@i", "@exclude", "@e"), ("@num_nodes", "@num_gpus")
DASHED = ("@num-nodes", "@num-gpus", "@master-addr", "@master-port", "@node-rank", "@launcher-args", "@no-ssh")
LAUNCHERS = ("pdsh", "openmpi", "mvapich", "mpich", "impi", "slurm")


@rule("TG503", category=Category.TARGET, severity=Severity.ERROR)
def launcher_refused(case: Case) -> Iterator[Finding]:
    """The launcher of DeepSpeed is given arguments that it refuses.

    ## What it finds
    A launch by `deepspeed` that both chooses hosts and counts them, includes some and excludes others, names a
    launcher that does not exist, or writes a name with dashes that has underlines; a list of hosts that is empty, has
    a host twice or a line without slots, or does not have what is chosen of it.

    ## Why it matters
    The launcher stops before it starts anything.

    ## Example
    ```sh
    deepspeed --include worker-0:0,1 --num_gpus 2 train.py --deepspeed_config ds.json  # TG503
    ```

    ## References
    - deepspeed-config
    """
    for name, other in (*product(CHOSEN, COUNTED), *product(CHOSEN[:2], CHOSEN[2:])):
        one, two = case.setting(name), case.setting(other)
        if one is not None and two is not None:
            yield Finding(
                at=two,
                message=f"{_shown(other)}, but {_shown(name)} as well: the launcher stops",
                also=((one, "chosen here"),),
                help="keep one of the two",
            )
    for name in DASHED:
        if (dashed := case.setting(name)) is not None:
            message = f"the launcher has no {_shown(name)}"
            yield Finding(at=dashed, message=message, help=f"write {_shown(name.replace('-', '_'))}")
    if (listed := case.setting("@hosts-refused")) is not None:
        yield Finding(at=listed, message=f"{listed.value}: the launcher stops", help="write one line for each host")
    kind = case.setting("@launcher")
    if kind is not None and isinstance(kind.value, str) and kind.value and kind.value.lower() not in LAUNCHERS:
        message = f"`--launcher {kind.value}`, where it must be {' or '.join(LAUNCHERS)}"
        yield Finding(at=kind, message=message, help="choose one of these")


def _shown(name: str) -> str:
    return f"`{'-' if len(name) == 2 else '--'}{name[1:]}`"
