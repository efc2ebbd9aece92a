"""TG210: a configuration of DeepSpeed without a batch."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

BATCHES = ("train_batch_size", "train_micro_batch_size_per_gpu")

NO_KEYS = ("-", "$", "*", "#", "@")  # names of settings of a command begin with these


@rule("TG210", category=Category.TARGET, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def batch_left_out(case: Case) -> Iterator[Finding]:
    """A configuration of DeepSpeed says neither its batch nor its micro-batch.

    ## What it finds
    A configuration of DeepSpeed without train_batch_size and without train_micro_batch_size_per_gpu.

    ## Why it matters
    DeepSpeed needs one of the two and stops; only a program that fills them in itself can start.

    ## Example
    ```json
    {
      "gradient_accumulation_steps": 8,  // TG210
      "zero_optimization": {"stage": 2}
    }
    ```

    ## References
    - deepspeed-config
    """
    framework(case, "deepspeed")
    keys = [each for each in case.launch if not each.name.startswith(NO_KEYS)]
    if not keys or any(each.name in BATCHES for each in keys) or case.has("workload.micro_batch_size"):
        return
    yield Finding(
        at=keys[0], message=f"neither `{BATCHES[0]}` nor `{BATCHES[1]}` is given", help=f"give `{BATCHES[1]}`"
    )
