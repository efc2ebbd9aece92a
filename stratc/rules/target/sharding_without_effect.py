"""TG206: settings of ZeRO that a lower stage leaves without effect."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.demand import Demand
from stratc.analysis.frameworks.options import DEEPSPEED, options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.demanded import demanded
from stratc.rules.rule import Finding, rule

STAGE = "zero_optimization.stage"
DEMANDS = (
    Demand("zero_optimization.offload_param.device != none", f"{STAGE} > 2", "the parameters stay on the device"),
    Demand("zero_optimization.offload_optimizer.device != none", f"{STAGE} > 0", "the optimizer stays on the device"),
    Demand("zero_optimization.zero_hpz_partition_size > 1", f"{STAGE} > 2", "there are no sharded weights to group"),
    *(
        Demand(f"zero_optimization.{each} = on", f"{STAGE} > 2", "it is passed over")
        for each in ("zero_quantized_weights", "zero_quantized_gradients")
    ),
)


@rule("TG206", category=Category.TARGET, severity=Severity.WARNING)
def sharding_without_effect(case: Case) -> Iterator[Finding]:
    """A setting of ZeRO has no effect at the stage that is set.

    ## What it finds
    A configuration of DeepSpeed that offloads parameters below stage 3 or the optimizer at stage 0, or quantizes or
    groups sharded weights below stage 3.

    ## Why it matters
    Nothing is said: the memory of the device stays as full as without it.

    ## Example
    ```json
    {
      "train_micro_batch_size_per_gpu": 4,
      "zero_optimization": {
        "stage": 2,
        "offload_param": {"device": "cpu"}  // TG206
      }
    }
    ```

    ## References
    - deepspeed-config
    """
    framework(case, "deepspeed")
    yield from demanded(options(case, DEEPSPEED), DEMANDS)
