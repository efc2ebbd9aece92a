"""torchtitan's configuration as TOML, and the script around it; every line names the plan's line."""

from __future__ import annotations

from stratc.backends.backend import Where
from stratc.backends.launchers import DISTRIBUTED, RENDEZVOUS, header, printed
from stratc.backends.quoting import comment, plain_value
from stratc.backends.torchtitan.config import VERSION, TitanJob

TITLE = f"torchtitan launch, written by stratc; configuration of torchtitan {VERSION}."


def config(job: TitanJob, where: Where) -> str:
    """train.toml."""
    head = f"# {TITLE}\n# {job.world.value} devices{comment(job.world, where, ', ')}\n"
    blocks = [
        "\n".join([f"[{name}]", *(f"{key} = {plain_value(known.value)}{comment(known, where)}" for key, known in keys)])
        for name, keys in job.sections
        if keys
    ]
    return "\n\n".join([head.rstrip(), *blocks]) + "\n"


def script(job: TitanJob, where: Where, launcher: str) -> str:
    """The script that starts torchtitan with the file beside it."""
    slurm = launcher == "slurm"
    count = f"--nproc-per-node {job.per_node.value}{comment(job.per_node, where)}"
    block = printed("DISTRIBUTED_ARGS", [count, f"--nnodes {job.nodes}", *(RENDEZVOUS if slurm else DISTRIBUTED)])
    start = f'{"srun " if slurm else ""}torchrun "${{DISTRIBUTED_ARGS[@]}}" -m torchtitan.train \\\n'
    run = start + '  --job.config_file "${CONFIG:-train.toml}" "$@"\n'
    head = header(TITLE, "from the folder of train.toml", launcher, job.nodes, job.per_node.value)
    return "\n".join([head, block, run])
