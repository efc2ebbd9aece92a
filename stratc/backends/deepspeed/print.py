"""DeepSpeed's configuration as JSON, the hostfile and the launcher line."""

from __future__ import annotations

import json

from stratc.backends.backend import Where
from stratc.backends.deepspeed.config import DeepSpeedJob
from stratc.backends.quoting import argument, comment

HEAD = """\
#!/usr/bin/env bash
# DeepSpeed launch, written by stratc; configuration of DeepSpeed 0.19, arguments of Megatron-DeepSpeed.
# Put your hosts into `hostfile`; set TRAIN_SCRIPT to run another program than Megatron-DeepSpeed's.
set -euo pipefail
"""


def config(job: DeepSpeedJob) -> str:
    """ds_config.json."""
    return json.dumps(job.config.as_json(), indent=2) + "\n"


def hostfile(job: DeepSpeedJob) -> str:
    """One line a machine; the names are to be replaced."""
    return "".join(f"node{index} slots={job.per_node}\n" for index in range(job.nodes))


def launcher(job: DeepSpeedJob, where: Where) -> str:
    """launch.sh: the deepspeed launcher around the training program."""
    lines = [f"  {argument(flag, known)}{comment(known, where)}" for flag, known in job.arguments]
    stage = job.config.zero_stage
    lines.append(f"  --zero-stage {stage.value}{comment(stage, where)}")
    world = f"# {job.world.value} devices on {job.nodes} nodes{comment(job.world, where, ', ')}\n"
    return "\n".join(
        [
            HEAD,
            world + "ARGS=(",
            *lines,
            ")",
            "",
            'deepspeed --hostfile "${HOSTFILE:-hostfile}" "${TRAIN_SCRIPT:-pretrain_gpt.py}" "${ARGS[@]}" \\',
            '  --deepspeed --deepspeed_config ds_config.json "$@"',
            "",
        ]
    )
