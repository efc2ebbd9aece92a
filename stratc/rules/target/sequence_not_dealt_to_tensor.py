"""TG104: the sequence of a rank over the devices of sequence parallelism."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework, longest
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.origin import value_or
from stratc.rules.rule import Finding, rule


@rule("TG104", category=Category.TARGET, severity=Severity.ERROR)
def sequence_not_dealt_to_tensor(case: Case) -> Iterator[Finding]:
    """The tokens of a rank cannot be dealt out evenly to the tensor-parallel devices.

    ## What it finds
    Sequence parallelism in a plan for Megatron-LM, or tensor parallelism in one for torchtitan, and a length
    that is no multiple of the context-parallel times the tensor-parallel degree. Ranges of lengths are left
    alone.

    ## Why it matters
    No check of the arguments sees it in Megatron-LM; the first step fails when it scatters the sequence.

    ## Example
    ```strat
    workload { sequence_length = 4094 }
    strategy {
      framework = "Megatron-LM"
      tp = 4  # TG104
      sp = 4
    }
    ```

    ## References
    - korthikanti-2022, section 4.2
    - megatron-core, tensor_parallel mappings
    """
    always = framework(case, "megatron", "torchtitan") == "torchtitan"
    tp, length = case.known("strategy.tp"), longest(case)
    cp, tokens = value_or(case.strategy.cp, 1), int(length.value.high)
    if tp.value == 1 or tokens % cp or tokens // cp % tp.value == 0:
        return
    if not always and case.known("strategy.sp").value == 1:
        return
    part = f"{tokens} tokens" + (f" ÷ cp {cp}" if cp > 1 else "")
    share = f"{part} ÷ tp {tp.value} = {figures(tokens / cp / tp.value, 6)} tokens per device"
    yield Finding(
        at=tp,
        message=f"{share}, which is no whole number",
        stated=tp.value,
        also=((length, "tokens"),),
        help="pad the sequence to a multiple of the tensor-parallel degree",
    )
