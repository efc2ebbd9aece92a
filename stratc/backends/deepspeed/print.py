"""DeepSpeed's configuration as JSON, the hostfile and the launcher line."""

from __future__ import annotations

import json

from stratc.backends.backend import Where
from stratc.backends.deepspeed.config import DeepSpeedJob
from stratc.backends.launchers import DISTRIBUTED, RENDEZVOUS, header, printed
from stratc.backends.quoting import argument, comment

TITLE = "DeepSpeed launch, written by stratc; configuration of DeepSpeed %s, arguments of Megatron-DeepSpeed."
HEAD = """\
#!/usr/bin/env bash
# %s
# Put your hosts into `hostfile`; set TRAIN_SCRIPT to run another program than Megatron-DeepSpeed's.
set -euo pipefail
"""
PROGRAM = '"${TRAIN_SCRIPT:-pretrain_gpt.py}" "${ARGS[@]}" \\\n  --deepspeed --deepspeed_config ds_config.json "$@"\n'


def config(job: DeepSpeedJob) -> str:
    """ds_config.json."""
    return json.dumps(job.config.as_json(), indent=2) + "\n"


def hostfile(job: DeepSpeedJob) -> str:
    """One line a machine; the names are to be replaced."""
    return "".join(f"node{index} slots={job.per_node}\n" for index in range(job.nodes))


def launcher(job: DeepSpeedJob, where: Where, launcher: str = "") -> str:
    """The script: DeepSpeed's own launcher around the training program, or torchrun, alone or under Slurm."""
    title = TITLE % job.version
    lines = [f"{argument(flag, known)}{comment(known, where)}" for flag, known in job.arguments]
    stage = job.config.zero_stage
    block = printed("ARGS", [*lines, f"--zero-stage {stage.value}{comment(stage, where)}"])
    world = f"# {job.world.value} devices on {job.nodes} nodes{comment(job.world, where, ', ')}\n{block}"
    if not launcher:
        return "\n".join([HEAD % title, world, 'deepspeed --hostfile "${HOSTFILE:-hostfile}" ' + PROGRAM])
    slurm = launcher == "slurm"
    start = printed(
        "DISTRIBUTED_ARGS",
        [
            f"--nproc-per-node {job.per_node}",
            f"--nnodes {job.nodes}",
            *(RENDEZVOUS if slurm else DISTRIBUTED),
        ],
    )
    head = header(title, "from a checkout of Megatron-DeepSpeed", launcher, job.nodes, job.per_node)
    run = f'{"srun " if slurm else ""}torchrun "${{DISTRIBUTED_ARGS[@]}}" {PROGRAM}'
    return "\n".join([head, start, world, run])
