"""TG501: what a launcher starts against what Slurm gives."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.frameworks.options import counted
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("TG501", category=Category.TARGET, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def launcher_beside_allocation(case: Case) -> Iterator[Finding]:
    """A launcher starts other processes than its allocation has room for.

    ## What it finds
    A script for Slurm whose torchrun counts more or fewer nodes than the job asks for, starts more or fewer
    processes than there are GPUs, or is itself started several times on a node; whose srun starts more or fewer
    ranks of Megatron-LM than there are GPUs; or whose tasks do not fit its nodes.

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
    told = [
        *_counted(case, "#nodes", "@nnodes", "nodes"),
        *_counted(case, "#gpus-per-node", "@nproc-per-node", "GPUs of a node"),
    ]
    yield from told or _of_all(case)
    yield from _repeated(case)
    yield from _dealt(case)


def _counted(case: Case, asked: str, started: str, word: str) -> Iterator[Finding]:
    """What torchrun counts and what the job asks for."""
    given, used = counted(case, asked), counted(case, started)
    if given is None or used is None or given[0] == used[0]:
        return
    yield Finding(
        at=used[1],
        message=f"torchrun counts {used[0]} {word}, but the job asks Slurm for {given[0]}",
        stated=used[0],
        computed=given[0],
        also=((given[1], "asked for here"),),
        severity=None if used[0] > given[0] else Severity.WARNING,
        help="let both come from one figure",
    )


def _of_all(case: Case) -> Iterator[Finding]:
    """The ranks of all nodes and their GPUs; of several launches each may take a part."""
    given, started = counted(case, "#gpus"), counted(case, "@processes") or counted(case, "@tasks")
    if given is None or started is None or given[0] == started[0]:
        return
    if started[0] < given[0] and any(each.launch > 0 for each in case.plan.settings):
        return
    rest = "several share one" if started[0] > given[0] else f"{given[0] - started[0]} of them stand idle"
    yield Finding(
        at=given[1],
        message=f"{started[0]} rank{'s' * (started[0] != 1)} on {given[0]} GPUs that the job asks Slurm for: {rest}",
        stated=given[0],
        computed=started[0],
        also=((started[1], "ranks"),),
        severity=None if started[0] > given[0] else Severity.WARNING,
        help="let both come from one figure",
    )


def _repeated(case: Case) -> Iterator[Finding]:
    """Tasks of a node that all start torchrun with several processes."""
    tasks, each = counted(case, "#ntasks-per-node"), counted(case, "@nproc-per-node")
    all_of_them, nodes = counted(case, "#ntasks"), counted(case, "#nodes")
    if tasks is None and all_of_them and nodes and nodes[0] and all_of_them[0] % nodes[0] == 0:
        tasks = (all_of_them[0] // nodes[0], all_of_them[1])
    if tasks and each and tasks[0] > 1 and each[0] > 1:
        started = f"{each[0]} processes each: {tasks[0] * each[0]} on a node"
        yield Finding(
            at=tasks[1],
            message=f"{tasks[0]} tasks of a node start torchrun with {started}",
            also=((each[1], "processes of each"),),
            help="start one task a node",
        )


def _dealt(case: Case) -> Iterator[Finding]:
    """Tasks in all against nodes and the tasks of each."""
    tasks, nodes, each = (counted(case, name) for name in ("#ntasks", "#nodes", "#ntasks-per-node"))
    if tasks is None or nodes is None or case.setting("#own-ntasks"):
        return  # a step may take a part of the job
    if tasks[0] < nodes[0]:
        message = f"{tasks[0]} tasks on {nodes[0]} nodes: Slurm leaves {nodes[0] - tasks[0]} of them without any"
        yield Finding(at=tasks[1], message=message, also=((nodes[1], "nodes"),), help="ask for a task a node or more")
    elif each is not None and tasks[0] != nodes[0] * each[0]:
        room = nodes[0] * each[0]
        then = "Slurm refuses" if tasks[0] > room else f"Slurm starts {tasks[0]}"
        yield Finding(
            at=tasks[1],
            message=f"{tasks[0]} tasks on {nodes[0]} nodes with {each[0]} each = {room}: {then}",
            stated=tasks[0],
            computed=room,
            also=((nodes[1], "nodes"), (each[1], "tasks of each")),
            severity=None if tasks[0] > room else Severity.WARNING,
            help="leave one of the three out",
        )
