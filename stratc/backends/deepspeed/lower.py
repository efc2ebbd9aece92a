"""From a case to DeepSpeed's configuration, or to the reasons why there is none."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Layout, Problem, layout
from stratc.analysis.model.architecture import settled
from stratc.backends.backend import USUAL, Options
from stratc.backends.deepspeed.arguments import arguments
from stratc.backends.deepspeed.checks import OFFLOADS, inexpressible, problems
from stratc.backends.deepspeed.config import DeepSpeedConfig, DeepSpeedJob
from stratc.backends.deepspeed.versions import release
from stratc.backends.notices import CANNOT_EXPRESS, CHOSEN, OTHER_USE, REFUSES, judged, needs, remark, told
from stratc.backends.uniform import uneven
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.ir.origin import Assumed, Known, Missing, Unknown, value_or


def lower(case: Case, options: Options = USUAL) -> tuple[DeepSpeedJob | None, tuple[Diagnostic, ...]]:
    """The job and remarks on it, or None and the refusals.  Raises UsageError for an unknown version."""
    version = release(options.version)
    try:
        found = layout(case)
    except Missing as error:
        return None, needs(case, "DeepSpeed", [error.key])
    judgements = [*uneven(case, "DeepSpeed")]
    if isinstance(found, Problem):
        return None, judged([*judgements, told(REFUSES, found)], options)[0]
    judgements += [told(REFUSES, each) for each in problems(case, found)]
    judgements += [told(CANNOT_EXPRESS, each) for each in inexpressible(case, found, version)]
    refusals, remarks = judged(judgements, options)
    if refusals:
        return None, refusals
    return _job(case, found, version), (*remarks, *(each for each in _remarks(case, found) if each))


def _job(case: Case, layout: Layout, version: str) -> DeepSpeedJob:
    zero, recompute = case.fact("strategy.zero_stage"), case.fact("strategy.recompute")
    precision, stage = _precision(case), value_or(zero, 0)
    config = DeepSpeedConfig(
        train_batch_size=layout.batch_size,
        train_micro_batch_size_per_gpu=layout.micro_batch_size,
        gradient_accumulation_steps=layout.micro_batches,
        offloaded=tuple(name for key, name, least in OFFLOADS if value_or(case.fact(key), False) and stage >= least),
        zero_stage=zero if isinstance(zero, Known) else Known(0, Assumed("the plan names no ZeRO stage")),
        precision=precision,
        stages=layout.pp,
        recompute=recompute if isinstance(recompute, Known) and recompute.value == "full" else None,
        sequence_parallel_size=layout.cp,
    )
    beside = arguments(settled(case), layout, precision)
    return DeepSpeedJob(config, beside, layout.nodes, layout.used_per_node, layout.world, version)


def _precision(case: Case) -> Known[str]:
    """The precision of the configuration; bf16 where the plan names none or one that DeepSpeed does not have."""
    fact = case.fact("model.precision")
    if isinstance(fact, Unknown):
        return Known("bf16", Assumed("the plan names no precision; bf16 is usual"))
    return fact if fact.value in ("fp32", "tf32", "bf16", "fp16") else Known("bf16", fact.origin)


def _remarks(case: Case, layout: Layout) -> Iterator[Diagnostic | None]:
    phase = case.fact("workload.phase")
    if isinstance(phase, Known) and phase.value == "inference":
        yield remark(OTHER_USE, "the plan serves a model; a DeepSpeed engine trains one", phase)
    if isinstance(layout.micro_batch_size.origin, Assumed):
        message = f"no micro-batch size is stated: 1 was written, {layout.micro_batches.value} accumulation steps"
        yield remark(CHOSEN, message, layout.batch_size)
