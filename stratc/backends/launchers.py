"""What starts the processes of a job: torchrun on every node, or one torchrun a node under Slurm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stratc.backends.backend import Options


@dataclass(frozen=True, slots=True)
class Launcher:
    """A launcher and the file that it reads."""

    name: str
    file: str


LAUNCHERS = {"torchrun": Launcher("torchrun", "launch.sh"), "slurm": Launcher("slurm", "launch.sbatch")}
DISTRIBUTED = (
    '--node-rank "${NODE_RANK:-0}"',
    '--master-addr "${MASTER_ADDR:-localhost}"',
    '--master-port "${MASTER_PORT:-29500}"',
)
RENDEZVOUS = ("--rdzv-backend c10d", '--rdzv-id "$SLURM_JOB_ID"', '--rdzv-endpoint "$MASTER_ADDR:$MASTER_PORT"')
BATCH = """\
#SBATCH --job-name=stratc
#SBATCH --nodes={nodes}
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node={per_node}
#SBATCH --exclusive
"""
FIRST_NODE = """
MASTER_ADDR="$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)"
MASTER_PORT="${MASTER_PORT:-29500}"
export MASTER_ADDR MASTER_PORT
"""


def chosen(options: Options) -> Launcher:
    """The launcher that a user asks for; torchrun unless asked."""
    return LAUNCHERS[options.launcher or "torchrun"]


def header(title: str, place: str, launcher: str, nodes: int, per_node: int) -> str:
    """The beginning of a script: for torchrun what to set, for Slurm the request for its nodes."""
    slurm = launcher == "slurm"
    request = BATCH.format(nodes=nodes, per_node=per_node) if slurm else ""
    run = (
        f"Submit it with sbatch {place}."
        if slurm
        else f"Run it on every node {place}, with NODE_RANK and MASTER_ADDR set."
    )
    start = FIRST_NODE if slurm else ""
    return f"#!/usr/bin/env bash\n{request}# {title}\n# {run}\nset -euo pipefail\n{start}"


def printed(name: str, lines: Iterable[str]) -> str:
    """A bash array with one line an argument; "" where there is none."""
    shown = [f"  {line}" for line in lines]
    return "\n".join([f"{name}=(", *shown, ")", ""]) if shown else ""
