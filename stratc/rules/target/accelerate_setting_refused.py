"""TG405: settings that Accelerate refuses or takes otherwise than they are written."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.demand import Demand
from stratc.analysis.frameworks.options import Options, close_to, counted, options
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.demanded import demanded
from stratc.rules.rule import Finding, rule

STOPS = "Accelerate stops at its start"
SIZES = "parallelism_config.parallelism_config_"
DEFAULTS = {f"{SIZES}{each}_size": "1" for each in ("dp_replicate", "dp_shard", "tp", "cp", "sp")}
_KEYS = """
    compute_environment distributed_type mixed_precision use_cpu debug num_processes machine_rank num_machines
    gpu_ids main_process_ip main_process_port rdzv_backend same_network main_training_function enable_cpu_affinity
    fp8_config deepspeed_config fsdp_config parallelism_config megatron_lm_config mpirun_config downcast_bf16
    tpu_name tpu_zone tpu_use_cluster tpu_use_sudo command_file commands tpu_vm tpu_env dynamo_config ipex_config
    use_mps_device
"""
KNOWN = frozenset(_KEYS.split())
# Source: ParallelismConfig and launch.py of Accelerate 1.15.
DEMANDS = (
    Demand(f"{SIZES}cp_size > 1 and {SIZES}sp_size > 1", f"{SIZES}sp_size = 1", STOPS),
    *(
        Demand(f"{SIZES}dp_replicate_size > 1 and {SIZES}{each}_size > 1", f"{SIZES}dp_shard_size > 1", STOPS)
        for each in ("tp", "cp")
    ),
    Demand(
        "fsdp_config.fsdp_version = 1",
        f"no {SIZES}tp_size",
        "the file is taken, but only FSDP 2 composes with other degrees",
        where=f"{SIZES}tp_size > 1",
    ),
)


@rule("TG405", category=Category.TARGET, severity=Severity.ERROR)
def accelerate_setting_refused(case: Case) -> Iterator[Finding]:
    """A setting of Accelerate is one that it refuses.

    ## What it finds
    A configuration of Accelerate whose degrees do not multiply to its processes, that replicates under tensor or
    context parallelism without sharding, has context and sequence parallelism together, degrees beside the first
    version of FSDP, or a key that does not exist.

    ## Why it matters
    The launch stops, or runs without the degrees that were asked for.

    ## Example
    ```yaml
    distributed_type: FSDP
    mixed_precision: bf16
    num_processes: 16
    fsdp_config: {fsdp_version: 2}
    parallelism_config:
      parallelism_config_dp_shard_size: 4
      parallelism_config_tp_size: 2  # TG405
    ```

    ## References
    - Accelerate, ParallelismConfig
    """
    framework(case, "accelerate")
    given = options(case, DEFAULTS)
    yield from demanded(given, DEMANDS)
    yield from _product(case, given)
    alone = not any(each.name.startswith(("-", "@")) for each in case.launch)  # and no part of a command with others
    for each in case.launch if alone else ():
        key = each.name.partition(".")[0]
        if key not in KNOWN and key.isidentifier():
            meant = close_to(key, KNOWN)
            yield Finding(
                at=each,
                message=f"Accelerate has no key `{key}`: {STOPS}",
                certainty=Certainty.LIKELY,
                severity=None if meant else Severity.WARNING,
                help=f"did you mean `{meant}`?" if meant else "leave it out",
            )


def _product(case: Case, given: Options) -> Iterator[Finding]:
    """The degrees against the processes that they share."""
    world, sizes = (
        counted(case, "@processes") or counted(case, "num_processes"),
        [given.number(each) for each in DEFAULTS],
    )
    named = [given.settings[each] for each in DEFAULTS if each in given.settings]
    if world is None or world[0] < 1 or not named or None in sizes or (given.number(f"{SIZES}sp_size") or 1) > 1:
        return
    whole = prod(each for each in sizes if each is not None)
    if whole > 1 and whole != world[0]:
        yield Finding(
            at=named[-1],
            message=f"the degrees multiply to {whole}, but {world[0]} processes are started: {STOPS}",
            stated=whole,
            computed=world[0],
            also=((world[1], "processes"),),
            help="let the degrees multiply to the processes",
        )
