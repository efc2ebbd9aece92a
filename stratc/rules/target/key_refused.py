"""TG205: keys and values that DeepSpeed refuses."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.deepspeed_keys import BLOCKS, REMOVED, is_switch, stranger, top_of
from stratc.analysis.frameworks.demand import Demand
from stratc.analysis.frameworks.options import DEEPSPEED, Options, close_to, options
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.demanded import demanded
from stratc.rules.rule import Finding, rule

STOPS = "DeepSpeed stops at its start"
HALVES = "fp32 / fp16 / bf16"
TYPES = "torch.float16 / fp16 / float16 / half / torch.float32 / fp32 / float32 / float / torch.int8 / int8"
TYPES = f"{TYPES} / torch.bfloat16 / bf16 / bfloat16"
TRUTHS = frozenset(("on", "off", "true", "false", "yes", "no", "1", "0", "t", "f", "y", "n"))
SIZES = (
    *("allgather_bucket_size", "sub_group_size", "stage3_prefetch_bucket_size", "stage3_param_persistence_threshold"),
    *("stage3_max_live_parameters", "stage3_max_reuse_distance", "zero_hpz_partition_size"),
)
DEMANDS = (
    Demand("fp16.enabled = on", "bf16.enabled != on", STOPS),
    Demand("fp16.enabled = on", "bfloat16.enabled != on", STOPS),
    Demand("zero_optimization.stage", "zero_optimization.stage = 0 / 1 / 2 / 3", STOPS),
    *(
        Demand(f"zero_optimization.{each}.device", f"zero_optimization.{each}.device = none / cpu / nvme", STOPS)
        for each in ("offload_param", "offload_optimizer")
    ),
    Demand("zero_optimization.reduce_bucket_size", "zero_optimization.reduce_bucket_size > 0", STOPS),
    *(Demand(f"zero_optimization.{each}", f"zero_optimization.{each} > -1", STOPS) for each in SIZES),
    *(
        Demand(f"zero_optimization.{each}.{size}", f"zero_optimization.{each}.{size} >= 0", STOPS)
        for each, size in (
            ("offload_param", "buffer_count"),
            ("offload_param", "buffer_size"),
            ("offload_param", "max_in_cpu"),
            ("offload_optimizer", "buffer_count"),
            ("offload_optimizer", "ratio"),
        )
    ),
    Demand("zero_optimization.offload_optimizer.ratio", "zero_optimization.offload_optimizer.ratio <= 1", STOPS),
    Demand("zero_optimization.offload_optimizer.ratio < 1", "zero_optimization.stage = 3", STOPS),
    Demand("zero_optimization.cpu_offload", "no zero_optimization.offload_optimizer.device", STOPS),
    Demand(
        "zero_optimization.offload_param.device = nvme",
        "zero_optimization.offload_param.nvme_path",
        STOPS,
        where="zero_optimization.stage = 3",
    ),
    Demand(
        "zero_optimization.offload_optimizer.device = nvme",
        "zero_optimization.offload_optimizer.nvme_path",
        STOPS,
        where="zero_optimization.stage = 3",
    ),
    Demand("gradient_accumulation_steps", "gradient_accumulation_steps > 0", STOPS),
    Demand(
        "gradient_predivide_factor and zero_optimization.stage = 2 / 3",
        "gradient_predivide_factor = 1 / 1.0 or zero_optimization.reduce_scatter = off",
        STOPS,
    ),
    Demand("fp16.loss_scale", "fp16.loss_scale >= 0", STOPS),
    *(
        Demand(
            f"fp16.{each}", f"fp16.{each} > 0", STOPS, since="0.19", where="fp16.enabled = on and fp16.loss_scale = 0"
        )
        for each in ("min_loss_scale", "loss_scale_window")
    ),
    Demand("communication_data_type", f"communication_data_type = {HALVES}", STOPS),
    Demand("seq_parallel_communication_data_type", f"seq_parallel_communication_data_type = {HALVES}", STOPS),
    Demand("data_types.grad_accum_dtype", f"data_types.grad_accum_dtype = {TYPES}", STOPS),
    Demand("torch_autocast.dtype and torch_autocast.enabled = on", f"torch_autocast.dtype = {TYPES}", STOPS),
    Demand("checkpoint.tag_validation", "checkpoint.tag_validation = warn / ignore / fail", STOPS),
    Demand("sequence_parallel_size", "sequence_parallel_size > 0", STOPS),
    Demand(
        "expert_parallel.autoep_size", "expert_parallel.autoep_size > 0", STOPS, where="expert_parallel.enabled = on"
    ),
    Demand(
        "prescale_gradients = on and zero_optimization.stage = 3",
        "zero_optimization.reduce_scatter = off",
        STOPS,
    ),
    Demand(
        "expert_parallel.expert_tensor_parallel_size and expert_parallel.enabled = on",
        "expert_parallel.expert_tensor_parallel_size = 1",
        STOPS,
    ),
    Demand(
        "tensor_parallel.autotp_size > 1",
        "zero_optimization.stage < 3",
        "most releases refuse to train so",
        since="0.16",
    ),
)


@rule("TG205", category=Category.TARGET, severity=Severity.ERROR)
def key_refused(case: Case) -> Iterator[Finding]:
    """A key or a value of the configuration is refused by DeepSpeed.

    ## What it finds
    A configuration of DeepSpeed with a key that its block does not have, a feature that was removed, a stage or a
    device that does not exist, a size below zero, both precisions, or degrees that it does not take together.

    ## Why it matters
    The job stops at its start. What was removed still works in older releases.

    ## Example
    ```json
    {
      "train_micro_batch_size_per_gpu": 4,
      "zero_optimization": {
        "stage": 2,
        "overlap_communication": true  // TG205
      }
    }
    ```

    ## References
    - deepspeed-config
    """
    framework(case, "deepspeed")
    given = options(case, DEEPSPEED)
    seen: set[str] = set()
    for each in case.launch:
        top, last = top_of(each.name), each.name.rpartition(".")[2]
        removed = top if REMOVED.get(top) == "" else last if REMOVED.get(last) == top else ""
        if removed and removed not in seen:
            seen.add(removed)
            message = f"`{removed}` was removed from DeepSpeed, which refuses it"
            yield Finding(at=each, message=message, certainty=Certainty.LIKELY, help="leave it out")
        elif (strange := stranger(each.name)) and strange[1] not in seen:
            seen.add(strange[1])
            meant = close_to(strange[1], frozenset(BLOCKS[strange[0]].split()))
            advice = f"did you mean `{meant}`?" if meant else "leave it out"
            yield Finding(at=each, message=f"`{strange[0]}` of DeepSpeed has no `{strange[1]}`", help=advice)
    yield from _no_switches(case, given)
    yield from demanded(given, DEMANDS)


def _no_switches(case: Case, given: Options) -> Iterator[Finding]:
    """Keys that are true or false and have another value."""
    for each in case.launch:
        text = given.value(each.name) if is_switch(each.name) else None
        if text is not None and text.lower() not in (TRUTHS if "." in each.name else ("on", "off")):
            message = f"`{each.name}: {text}`, where it must be true or false: {STOPS}"
            yield Finding(at=each, message=message, help="write true or false")
