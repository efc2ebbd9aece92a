"""TG103: sequence parallelism without tensor parallelism in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("TG103", category=Category.TARGET, severity=Severity.WARNING)
def sequence_parallel_without_tensor(case: Case) -> Iterator[Finding]:
    """Sequence parallelism is asked for without tensor parallelism.

    ## What it finds
    A plan for Megatron-LM with a sequence-parallel degree above 1 and a tensor-parallel degree of 1.

    ## Why it matters
    Megatron-LM's sequence parallelism stands on the devices of tensor parallelism; with one device it is
    switched off in silence, and activations are whole on every device.

    ## Example
    ```strat
    strategy {
      framework = "Megatron-LM"
      tp = 1
      sp = 4  # TG103
    }
    ```

    ## References
    - korthikanti-2022, section 4.2
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    sequence, tp = case.known("strategy.sp"), case.known("strategy.tp")
    if sequence.value == 1 or tp.value > 1:
        return
    yield Finding(
        at=sequence,
        message=f"sequence parallelism of degree {sequence.value} without tensor parallelism is switched off",
        stated=sequence.value,
        also=((tp, "tp"),),
        help="for long sequences without tensor parallelism use context parallelism",
    )
