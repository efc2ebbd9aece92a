"""TG402: settings that torchtitan refuses."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework, model_ranks
from stratc.analysis.frameworks.demand import Demand
from stratc.analysis.frameworks.options import TORCHTITAN, Options, close_to, options
from stratc.analysis.frameworks.torchtitan_keys import KEYS
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.demanded import demanded
from stratc.rules.rule import Finding, rule

STOPS = "torchtitan stops at its start"
STAGES = "parallelism.pipeline_parallel_degree"
SCHEDULES = (
    "1f1b / interleaved1f1b / gpipe / loopedbfs / interleavedzerobubble / zbvzerobubble / dualpipev"
    " / pipelineschedulesingle / pipelineschedulemulti"
)
DEMANDS = (
    Demand("parallelism.pipeline_parallel_schedule", f"parallelism.pipeline_parallel_schedule = {SCHEDULES}", STOPS),
    Demand(
        f"{STAGES} > 1 and training.local_batch_size and no parallelism.pipeline_parallel_microbatch_size"
        " and parallelism.pipeline_parallel_schedule = 1f1b",
        f"training.local_batch_size >= {STAGES}",
        "there are fewer micro-batches than stages, and torchtitan stops",
    ),
)


@rule("TG402", category=Category.TARGET, severity=Severity.ERROR)
def torchtitan_setting_refused(case: Case) -> Iterator[Finding]:
    """A setting of torchtitan is one that it refuses.

    ## What it finds
    A configuration of torchtitan with a key that its parallelism or its training does not have, a schedule that
    does not exist, fewer micro-batches than stages, or a launch of it whose batch or whose replicas the devices do
    not divide.

    ## Why it matters
    The job stops at its start, or when the model is split into stages.

    ## Example
    ```sh
    cat > train.toml <<EOF
    [training]
    seq_len = 8192
    local_batch_size = 8
    [parallelism]
    pipeline_parallel_degree = 4
    pipeline_parallel_schedule = "2F2B"  # TG402
    EOF
    torchrun --nproc_per_node 8 -m torchtitan.train --job.config_file train.toml
    ```

    ## References
    - torchtitan, ParallelDims
    """
    framework(case, "torchtitan")
    given = options(case, TORCHTITAN)
    yield from demanded(given, DEMANDS)
    for name, setting in given.settings.items():
        section, _, key = name.removeprefix("--").partition(".")
        if section in KEYS and key and "." not in key and key not in KEYS[section].split():
            meant = close_to(key, frozenset(KEYS[section].split()))
            yield Finding(
                at=setting,
                message=f"`{section}` of torchtitan has no `{key}`",
                severity=None if meant else Severity.WARNING,
                certainty=Certainty.LIKELY,
                help=f"did you mean `{meant}`?" if meant else "leave it out",
            )
    yield from _undivided(case, given)


def _undivided(case: Case, given: Options) -> Iterator[Finding]:
    """Batches and replicas that the devices of the launch do not divide."""
    world, copies = case.fact("strategy.device_count"), given.number("parallelism.data_parallel_replicate_degree") or 1
    share = model_ranks(case)
    if not isinstance(world, Known) or world.value % share:
        return
    ranks = world.value // share
    parts = given.number("parallelism.data_parallel_shard_degree") or 0
    if parts > 0 and parts * copies != ranks:
        yield Finding(
            at=given.settings["parallelism.data_parallel_shard_degree"],
            message=f"{copies} replicas of {parts} parts = {parts * copies}, but {world.value} devices leave {ranks} "
            f"data-parallel ranks: {STOPS}",
            also=((world, "devices"),),
            help="let the degrees multiply to the devices, or leave the parts to torchtitan with -1",
        )
    elif ranks % copies:
        yield Finding(
            at=given.settings["parallelism.data_parallel_replicate_degree"],
            message=f"{copies} replicas do not divide {ranks} data-parallel ranks: {STOPS}",
            also=((world, "devices"),),
            help="choose replicas that divide the ranks",
        )
    batch, local = given.number("training.global_batch_size") or 0, given.number("training.local_batch_size") or 0
    if batch > 0 and local > 0 and batch % (local * ranks):
        yield Finding(
            at=given.settings["training.global_batch_size"],
            message=f"{batch} sequences are no multiple of {local} × {ranks} data-parallel ranks: {STOPS}",
            also=((world, "devices"),),
            help=f"choose a multiple of {local * ranks}",
        )
