"""TG404: stages and micro-batches that a schedule of torchtitan refuses."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.options import TORCHTITAN, Options, options
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule

PIPELINE, LOCAL = "parallelism.pipeline_parallel_", "training.local_batch_size"
SINGLE = ("1f1b", "gpipe", "pipelineschedulesingle")  # a stage a rank
V_SHAPED = ("zbvzerobubble", "dualpipev")  # two stages a rank and no more
IN_ROUNDS = ("interleaved1f1b", "interleavedzerobubble")
AT_LEAST = ("1f1b", "dualpipev")  # a micro-batch a stage or more
STOPS = "torchtitan stops at its start"


@rule("TG404", category=Category.TARGET, severity=Severity.ERROR)
def torchtitan_stages_refused(case: Case) -> Iterator[Finding]:
    """The stages or micro-batches of a launch of torchtitan do not suit its schedule.

    ## What it finds
    A configuration of torchtitan whose layers, each end counted as one, make with the layers per stage a number of
    stages that ranks do not share evenly, or more or fewer for each rank than the schedule has; that has more stages
    than layers; or whose batch is not dealt out to micro-batches, stages or rounds as the schedule wants.

    ## Why it matters
    The job stops when the model is split, or when the schedule is made.

    ## Example
    ```sh
    cat > train.toml <<EOF
    [model]
    name = "llama3"
    flavor = "8B"
    [training]
    local_batch_size = 8
    [parallelism]
    pipeline_parallel_degree = 4
    pipeline_parallel_schedule = "Interleaved1F1B"
    pipeline_parallel_layers_per_stage = 8  # TG404
    EOF
    torchrun --nproc_per_node 8 -m torchtitan.train --job.config_file train.toml
    ```

    ## References
    - torchtitan, pipeline_llm; PyTorch, torch.distributed.pipelining
    """
    framework(case, "torchtitan")
    given = options(case, TORCHTITAN)
    ranks, schedule = given.number(f"{PIPELINE}degree") or 1, (given.value(f"{PIPELINE}schedule") or "").lower()
    if ranks == 1 or not schedule or f"{PIPELINE}schedule_csv" in given.settings:
        return
    if "parallelism.module_fqns_per_model_part" not in given.settings:
        yield from _of_layers(case, given, ranks, schedule)
    yield from _of_batch(given, ranks, schedule)


def _of_layers(case: Case, given: Options, ranks: int, schedule: str) -> Iterator[Finding]:
    """Stages against layers, of which both ends count as some."""
    layers, each = case.fact("model.layers"), given.number(f"{PIPELINE}layers_per_stage")
    ends = sum(given.number(f"{PIPELINE}{end}_stage_less_layers") or 0 for end in ("first", "last"))
    if not isinstance(layers, Known) or layers.origin.kind not in ("stated", "given"):
        return
    whole = layers.value + ends
    if not each:
        stages = ranks * (1 if schedule in SINGLE else 2)
        if stages > whole:
            message = f"{stages} stages for {layers.value} layers and {ends} for the ends: {STOPS}"
            yield Finding(
                at=given.settings[f"{PIPELINE}degree"],
                message=message,
                certainty=Certainty.LIKELY,
                help="use fewer stages than layers",
            )
        return
    stages = -(-whole // each)
    fault = _uneven(stages, ranks, schedule)
    if fault:
        yield Finding(
            at=given.settings[f"{PIPELINE}layers_per_stage"],
            message=f"{layers.value} layers and {ends} for the ends, {each} a stage, make {stages} stages {fault}",
            also=((given.settings[f"{PIPELINE}degree"], "ranks of the pipeline"),),
            certainty=Certainty.LIKELY,
            help="choose layers per stage that give every rank as many stages as its schedule has",
        )


def _uneven(stages: int, ranks: int, schedule: str) -> str:
    """What is wrong with so many stages on so many ranks, "" where nothing is."""
    each = stages // ranks
    if stages % ranks:
        return f"on {ranks} ranks, which is no whole number for each"
    if schedule in SINGLE:
        return f"on {ranks} ranks, where `{schedule}` has one for each" if each != 1 else ""
    if schedule in V_SHAPED:
        return f"on {ranks} ranks, where `{schedule}` has two for each" if each != 2 else ""
    return f"on {ranks} ranks, where `{schedule}` has two or more for each" if each < 2 else ""


def _of_batch(given: Options, ranks: int, schedule: str) -> Iterator[Finding]:
    """The batch of a device against its micro-batches, and these against the schedule."""
    local, size = given.number(LOCAL), given.number(f"{PIPELINE}microbatch_size")
    if LOCAL not in given.settings or not local or not size:
        return
    at = given.settings[LOCAL]
    if local % size:
        message = f"{local} sequences of a device are no multiple of micro-batches of {size}: {STOPS}"
        yield Finding(at=at, message=message, help=f"choose a multiple of {size}")
        return
    count = local // size
    least = ranks * (2 if schedule in V_SHAPED else 1)
    if schedule in AT_LEAST and count < least and (size > 1 or schedule != "1f1b"):
        message = f"{count} micro-batches for {least} stages, where `{schedule}` wants as many or more: {STOPS}"
        yield Finding(at=at, message=message, help=f"choose {least * size} sequences or more")
    rounds = max(1, count // ranks)
    if schedule in IN_ROUNDS and count % rounds:
        message = f"{count} micro-batches are not dealt out evenly to {rounds} rounds of {ranks} ranks: {STOPS}"
        yield Finding(at=at, message=message, help=f"choose a multiple of {ranks * size} sequences")
