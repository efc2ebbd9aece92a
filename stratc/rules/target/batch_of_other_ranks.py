"""TG207: DeepSpeed's three sizes of a batch."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework, model_ranks
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule

HELP = "let the batch be size × steps × data-parallel ranks, or leave one of the three out"


@rule("TG207", category=Category.TARGET, severity=Severity.ERROR)
def batch_of_other_ranks(case: Case) -> Iterator[Finding]:
    """The three sizes of DeepSpeed's batch do not multiply over its ranks.

    ## What it finds
    A launch or a plan for DeepSpeed or GPT-NeoX whose train batch is not micro-batch size × accumulation steps ×
    data-parallel ranks, those of sequence parallelism not counted; where one or two of them are left out, whose
    division leaves a rest. Only likely where the program may make stages of its own.

    ## Why it matters
    DeepSpeed divides what is left out, multiplies again and stops where the product differs.

    ## Example
    ```strat
    workload training {
      batch_size = 256  # TG207
      micro_batch_size = 4
      micro_batches = 8
    }
    strategy {
      framework = "DeepSpeed"
      device_count = 16
      tp = 1
      pp = 1
    }
    ```

    ## References
    - deepspeed-config
    """
    framework(case, "deepspeed", "neox")
    batch = case.known("workload.batch_size")
    size, count = _stated(case, "workload.micro_batch_size"), _stated(case, "workload.micro_batches")
    if not batch.is_stated or case.has_several("workload.batch_size", "workload.micro_batch_size", _world(case)):
        return
    ranks = _ranks(case)
    if ranks is None:
        whole = size * count if size and count else 0
        if whole and batch.value % whole:
            message = f"a batch of {batch.value} is no multiple of {size} sequences × {count} steps = {whole}"
            yield Finding(at=batch, message=message, stated=batch.value, computed=whole, help=HELP)
        return
    steps = count or (batch.value // size // ranks if size else 1)
    micro = size or batch.value // ranks // steps if steps else 0
    whole = micro * steps * ranks
    if whole == batch.value:
        return
    open_ = not case.has("strategy.pp") and micro * steps and batch.value % (micro * steps) == 0
    yield Finding(
        at=batch,
        message=f"a batch of {batch.value}, but {micro} sequences × {steps} steps × {ranks} ranks = {whole}",
        stated=batch.value,
        computed=whole,
        also=((case.known(_world(case)), "devices"),),
        severity=Severity.WARNING if open_ else None,
        certainty=Certainty.LIKELY if open_ or case.setting("sequence_parallel_size") else None,
        help=HELP,
    )


def _stated(case: Case, key: str) -> int:
    """A figure of the plan itself, 0 where it follows from others."""
    fact = case.fact(key)
    return int(fact.value) if isinstance(fact, Known) and fact.is_stated else 0


def _world(case: Case) -> str:
    """What says the devices: the strategy, else the machines, all of which a job of this framework is launched on."""
    return "strategy.device_count" if case.has("strategy.device_count") else "hardware.device_count"


def _ranks(case: Case) -> int | None:
    """Data-parallel ranks; None where the devices are not said, or are no multiple of the model's ranks."""
    world = case.fact(_world(case))
    share = model_ranks(case)
    return world.value // share if isinstance(world, Known) and world.value % share == 0 else None
