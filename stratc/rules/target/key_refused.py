"""TG205: keys and values that DeepSpeed refuses."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.deepspeed_keys import BLOCKS, REMOVED, stranger, top_of
from stratc.analysis.demand import Demand
from stratc.analysis.framework import framework
from stratc.analysis.options import DEEPSPEED, close_to, options
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.demanded import demanded
from stratc.rules.rule import Finding, rule

STOPS = "DeepSpeed stops at its start"
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
    yield from demanded(options(case, DEEPSPEED), DEMANDS)
