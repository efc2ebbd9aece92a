"""TG501: what torchrun starts against what Slurm gives."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.setting import Setting
from stratc.rules.rule import Finding, rule


@rule("TG501", category=Category.TARGET, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def launcher_beside_allocation(case: Case) -> Iterator[Finding]:
    """A launcher starts other processes than its allocation has room for.

    ## What it finds
    A script for Slurm whose torchrun counts more or fewer nodes than the job asks for, starts more or fewer
    processes than a node has GPUs, or is itself started several times on a node.

    ## Why it matters
    torchrun waits for nodes that never come, several processes share a device, or devices that are paid for stand
    idle.

    ## Example
    ```sh
    #SBATCH --nodes=2
    #SBATCH --gpus-per-node=8
    srun torchrun --nnodes 4 --nproc_per_node 8 train.py  # TG501
    ```

    ## References
    - Slurm, sbatch and srun; PyTorch, torchrun
    """
    for asked, started, word in (
        ("#nodes", "@nnodes", "nodes"),
        ("#gpus-per-node", "@nproc-per-node", "GPUs of a node"),
    ):
        given, used = _number(case, asked), _number(case, started)
        if given is None or used is None or given[0] == used[0]:
            continue
        yield Finding(
            at=used[1],
            message=f"torchrun counts {used[0]} {word}, but the job asks Slurm for {given[0]}",
            stated=used[0],
            computed=given[0],
            also=((given[1], "asked for here"),),
            severity=None if used[0] > given[0] else Severity.WARNING,
            help="let both come from one figure",
        )
    tasks, each = _number(case, "#ntasks-per-node"), _number(case, "@nproc-per-node")
    if tasks and each and tasks[0] > 1 and each[0] > 1:
        started = f"{each[0]} processes each: {tasks[0] * each[0]} on a node"
        yield Finding(
            at=tasks[1],
            message=f"{tasks[0]} tasks of a node start torchrun with {started}",
            also=((each[1], "processes of each"),),
            help="start one task a node",
        )


def _number(case: Case, name: str) -> tuple[int, Setting] | None:
    setting = case.setting(name)
    return (setting.value, setting) if setting and isinstance(setting.value, int) else None
